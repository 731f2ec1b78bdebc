"""The `escbot` command."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from escbot.cli.advise import advise_command
from escbot.cli.backtest import backtest
from escbot.cli.database import db_app
from escbot.cli.demo import demo
from escbot.cli.drills import drill_app
from escbot.cli.files import manifest_command, policy_app
from escbot.cli.intake import new
from escbot.cli.patterns import patterns
from escbot.cli.prevention import contacts, csat, draft, followups
from escbot.cli.records import activate_policy, list_policies, why
from escbot.cli.report import report
from escbot.cli.review import review
from escbot.cli.run import run as run_command

app = typer.Typer(
    name="escbot",
    help="Runs a support organisation's escalations in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run_command)
app.command("demo")(demo)
app.command("manifest")(manifest_command)
app.command("why")(why)
app.command("patterns")(patterns)
app.command("report")(report)
app.command("review")(review)
app.command("contacts")(contacts)
app.command("csat")(csat)
app.command("followups")(followups)
app.command("draft")(draft)
policy_app.command("list")(list_policies)
policy_app.command("activate")(activate_policy)
policy_app.command("new")(new)
policy_app.command("backtest")(backtest)
policy_app.command("advise")(advise_command)
app.add_typer(db_app, name="db")
app.add_typer(drill_app, name="drill")
app.add_typer(policy_app, name="policy")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"escbot {version('escbot')}")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Runs a support organisation's escalations in Slack."""


def run() -> None:
    """Run the command line."""
    app()
