"""`escbot why` and `escbot policy list|activate` on a database that was used."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.services.files import Files
from escbot.services.policyfile import default_text
from escbot.services.rosterfile import default_roster_text
from escbot.store.database import open_database
from tests.make import a_policy, a_roster, an_escalation
from tests.services.office import Office

run = CliRunner().invoke


@pytest.fixture
def used(tmp_path: Path) -> str:
    """The address of a database in which a case was opened."""
    url = f"sqlite:///{tmp_path / 'escbot.db'}"

    async def use() -> None:
        database = await open_database(url)
        office = Office(database)
        files = Files(a_policy(), default_text(), "policy.yaml", a_roster())
        await office.library.take(database, files, office.now)
        await office.desk.do("T1", None, an_escalation(customer="Acme"))
        await database.close()

    asyncio.run(use())
    return url


def test_why_says_the_decision_as_it_was_made(used: str, tmp_path: Path) -> None:
    roster = tmp_path / "roster.yaml"
    roster.write_text(default_roster_text())
    done = run(app, ["why", "esc-1", "--database", used, "--roster", str(roster)])
    assert done.exit_code == 0, done.output
    assert "ESC-1 · Acme · P1 · tier 3" in done.stdout
    answer = json.loads(run(app, ["why", "1", "--database", used, "--json"]).stdout)
    assert answer["policy"] == a_policy().version
    [first] = answer["rounds"]
    assert first["severity_because"] == "the system is down"
    assert first["considered"][0]["verdict"] == "chosen"


def test_why_now_asks_todays_policy(used: str, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(default_text().replace("start: 3 ", "start: 2 "))
    before = run(app, ["why", "ESC-1", "--now", "--json", "--database", used])
    after = run(
        app, ["why", "ESC-1", "--now", "--json", "--database", used, "--policy", str(policy)]
    )
    assert json.loads(before.stdout)["respond_within"] == "1h"
    assert (json.loads(before.stdout)["tier"], json.loads(after.stdout)["tier"]) == (3, 2)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["why", "ESC-9"], "There is no ESC-9"),
        (["why", "the first"], "escbot why ESC-12"),
        (["policy", "activate", "abc"], "escbot policy list"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(
    used: str, command: list[str], says: str
) -> None:
    done = run(app, [*command, "--database", used])
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_policies_are_listed_and_one_is_active(used: str) -> None:
    rows = json.loads(run(app, ["policy", "list", "--json", "--database", used]).stdout)
    assert [(row["version"], row["active"]) for row in rows] == [(a_policy().version, True)]
    done = run(app, ["policy", "activate", rows[0]["version"], "--database", used])
    assert "is active" in done.stdout


def test_the_report_counts_splits_and_exports(used: str) -> None:
    base = ["report", "--database", used]
    answer = json.loads(run(app, [*base, "--json", "--by", "severity"]).stdout)
    assert (answer["cases"], answer["by"]["severity"]["P1"]["cases"]) == (1, 1)
    assert "1 case, " in run(app, [*base, "--by", "area"]).stdout
    lines = run(app, [*base, "--csv"]).stdout.splitlines()
    assert lines[1].startswith("ESC-1,")
    html = run(app, [*base, "--html", "--by", "severity"]).stdout
    assert "<h2>By severity</h2>" in html
    assert json.loads(run(app, [*base, "--json", "--to", "2020-01-01"]).stdout)["cases"] == 0
    for wrong in (["--from", "soon"], ["--by", "mood"]):
        done = run(app, [*base, *wrong])
        assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1)
