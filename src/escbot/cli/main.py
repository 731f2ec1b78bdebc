"""The `escbot` command: every group of commands under one roof."""

from __future__ import annotations

import typer

app = typer.Typer(
    name="escbot",
    help="Runs a support organisation's escalations in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def main() -> None:
    """Runs a support organisation's escalations in Slack."""


def run() -> None:
    """Start the command line; the exit code is the command's."""
    app()
