"""`escbot manifest`."""

from __future__ import annotations

from typing import Annotated

import typer

from escbot.slack.manifest import text


def manifest(
    http: Annotated[str | None, typer.Option(help="The https address of HTTP mode.")] = None,
) -> None:
    """Print the Slack app's manifest."""
    typer.echo(text(http), nl=False)
