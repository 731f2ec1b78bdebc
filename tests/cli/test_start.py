"""A command starts fast: it imports what it needs and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from escbot.cli.later import imported
from escbot.cli.main import COMMANDS, POLICY

PROGRAM = """
import sys
from typer.testing import CliRunner
from escbot.cli.main import app

def run(*words, given=None):
    answer = CliRunner().invoke(app, words, input=given)
    assert answer.exit_code == 0, answer.output
    return {name.partition(".")[0] for name in sys.modules} | {
        name for name in sys.modules if name.startswith("escbot.")
    }

found = run("--help")
print(*sorted(found & set(sys.argv[1].split(","))))
run("policy", "explain", "--facts", "-", given='{"kind": "outage", "impact": "one_user"}')
run("policy", "clocks", "--severity", "P3", "--at", "2026-11-24T10:00:00Z")
found = run("policy", "check")
print(*sorted(found & set(sys.argv[2].split(","))))
"""
HEAVY = [
    "aiohttp", "alembic", "apscheduler", "hypothesis", "icalendar", "matplotlib",
    "recurring_ical_events", "slack_bolt", "slack_sdk", "sqlalchemy", "sqlmodel",
    "escbot.bootstrap.program", "escbot.store", "escbot.slack", "escbot.workspace",
]  # fmt: skip
NOT_FOR_HELP = [*HEAVY, "holidays", "jinja2", "ruamel", "escbot.core", "escbot.services"]


def test_help_and_questions_to_a_policy_import_nothing_of_the_running_program() -> None:
    asked = [",".join(NOT_FOR_HELP), ",".join(HEAVY)]
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, *asked], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines() == ["", ""], "imported though it isn't needed"


@pytest.mark.parametrize(("place", "does"), [*COMMANDS.values(), *POLICY.values()])
def test_help_says_of_each_command_what_the_command_says_of_itself(place: str, does: str) -> None:
    command = imported(place)
    said = command.info.help if isinstance(command, typer.Typer) else command.__doc__
    assert " ".join(str(said).split("\n\n")[0].split()) == does
