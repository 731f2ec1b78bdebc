"""The `escbot` command."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from escbot.cli.later import group

# What each command does stands here too, so that help needs none of them.
COMMANDS = {
    "run": (
        "escbot.cli.run:run",
        "Run the bot. Settings come from the environment or a .env file; .env.example lists them.",
    ),
    "demo": ("escbot.cli.demo:demo", "Try escbot on this machine: no account, no token."),
    "manifest": ("escbot.cli.manifest:manifest", "Print the Slack app's manifest."),
    "why": (
        "escbot.cli.records:why",
        "Say why a case is where it is: the decision as it was made, in the thread's words.",
    ),
    "patterns": (
        "escbot.cli.patterns:patterns",
        "Map today's patterns: volumes, escalations, hand-offs, waiting, ping-pong, peaks.",
    ),
    "report": (
        "escbot.cli.report:report",
        "Say what happened: volume, times, promises, handoffs, satisfaction, load, root causes.",
    ),
    "review": (
        "escbot.cli.review:review",
        "Say what a month was like for a team, what changed, and what to decide.",
    ),
    "contacts": (
        "escbot.cli.prevention:contacts",
        "Note how many customer contacts came, so that reports say how many of them escalate.",
    ),
    "csat": (
        "escbot.cli.prevention:csat",
        "Note how satisfied a customer is with the end of a case.",
    ),
    "followups": ("escbot.cli.prevention:followups", "List what cases and reviews left to do."),
    "draft": (
        "escbot.cli.prevention:draft",
        "Print a resolved case as a draft for the knowledge base, in Markdown.",
    ),
    "db": ("escbot.cli.database:db_app", "Look after the database."),
    "drill": (
        "escbot.cli.drills:drill_app",
        "Drills: stories to practise with, and how it went.",
    ),
}
POLICY = {
    "show": (
        "escbot.cli.files:show",
        "Print the packaged policy, to start your own: escbot policy show > policy.yaml.",
    ),
    "check": (
        "escbot.cli.checking:check",
        "Check a policy, and a roster with it; exit 1 where something must be changed.",
    ),
    "explain": (
        "escbot.cli.files:explain",
        "Say what the policy decides for some facts, and why.",
    ),
    "clocks": ("escbot.cli.files:clocks", "Say when each limit of a severity ends."),
    "diff": (
        "escbot.cli.files:diff",
        "Say in words what changes between two policies, and for whom.",
    ),
    "list": (
        "escbot.cli.records:list_policies",
        "List the policies that were in use, the newest last.",
    ),
    "activate": (
        "escbot.cli.records:activate_policy",
        "Decide new cases by an older policy; a running escbot follows within seconds.",
    ),
    "new": (
        "escbot.cli.intake:new",
        "Write a first policy, roster and map from the answers to nine questions.",
    ),
    "backtest": (
        "escbot.cli.backtest:backtest",
        "Try a policy on history: replay the cases that came and say what differs, and why.",
    ),
    "advise": (
        "escbot.cli.advise:advise_command",
        "Propose the few changes of thresholds that would have helped most; people decide.",
    ),
}

app = group(
    "Runs a support organisation's escalations in Slack.",
    COMMANDS,
    name="escbot",
    pretty_exceptions_enable=False,
)
app.add_typer(group("The company's policy.", POLICY), name="policy")


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
