"""`escbot policy show|check` and `escbot manifest`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from escbot.bootstrap import StartError, read_files, wall
from escbot.services.policyfile import FileError, default_text
from escbot.slack.manifest import text as manifest_text

policy_app = typer.Typer(help="The company's policy.", no_args_is_help=True)


@policy_app.command("show")
def show() -> None:
    """Print the packaged policy, to start your own: escbot policy show > policy.yaml."""
    typer.echo(default_text(), nl=False)


@policy_app.command("check")
def check(
    policy: Annotated[Path | None, typer.Argument(help="A policy file.")] = None,
    roster: Annotated[Path | None, typer.Option(help="A roster file.")] = None,
) -> None:
    """Check a policy, and a roster with it."""
    try:
        files = read_files(policy, roster, wall())
    except (FileError, StartError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    people = len(files.roster.people)
    typer.echo(f"{files.policy_name} is fine (version {files.policy.version}, {people} people).")


def manifest_command(
    http: Annotated[str | None, typer.Option(help="The https address of HTTP mode.")] = None,
) -> None:
    """Print the Slack app's manifest."""
    typer.echo(manifest_text(http), nl=False)
