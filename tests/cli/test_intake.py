"""`escbot policy new`: nine answers become files that pass the check and say why."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.main import app
from tests.insights.histories import a_log

run = CliRunner().invoke
ANSWERS = """
tiers: [Front line, Engineers]
handles: {1: First answers, 2: Bugs}
areas: [Login, Payments]
volume: 40
triggers: [cannot_diagnose, vip_customer]
stuck: {1: 2h}
complaints: [updates, response, sent_around, repeating]
sla: {P1: 30m, P2: 2h}
hours: {timezone: Europe/Berlin, week: {mon-fri: ["08:00-18:00"]}}
people:
  - {name: Dana, slack: U01, tier: 1, roles: [agent, lead], skills: [Login, Payments]}
  - {name: Mo, tier: 2, skills: [Login]}
  - {name: Max, roles: [manager]}
  - {name: Ada, roles: [planner, admin]}
channels: {escalations: help}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.yaml").write_text(ANSWERS)
    (tmp_path / "log.csv").write_text(a_log(1, 60))
    return tmp_path


def new(*more: str, typed: str | None = None) -> str:
    done = run(app, ["policy", "new", *more], input=typed)
    assert done.exit_code == 0, done.output
    return done.stdout


def line_with(path: Path, part: str) -> str:
    return next(line for line in path.read_text().splitlines() if part in line)


def test_each_answer_says_beside_its_field_what_it_did(folder: Path) -> None:
    new("--answers", "answers.yaml")
    policy = folder / "policy.yaml"
    assert line_with(policy, 'respond: "30m"').endswith("# intake 7 SLA commitments (packaged: 1h)")
    assert "after 2h a case moves up by itself" in line_with(policy, 'limit: "2h"')
    assert "multiple_users, needs_development" in line_with(policy, "not named:")
    assert "too few updates" in line_with(policy, 'update: "1h"')
    assert "sent around" in line_with(policy, "declines_to_propose: 2")
    assert "40 a week are 8.0 a day" in line_with(policy, "capacity: 10")
    assert "asks_for_manager, to" not in policy.read_text()
    assert "U_MISSING_2" in line_with(folder / "roster.yaml", "Mo")
    done = run(app, ["policy", "check", "policy.yaml"])
    assert done.exit_code == 0, done.output
    people = run(app, ["policy", "check", "policy.yaml", "--roster", "roster.yaml", "--json"])
    assert '"about": "rules"' not in people.stdout
    assert '"about": "limits"' not in people.stdout


@pytest.mark.parametrize("tiers", [2, 3, 4, 5])
def test_any_number_of_tiers_makes_a_policy_that_passes(folder: Path, tiers: int) -> None:
    names = ", ".join(f"Level {number}" for number in range(1, tiers + 1))
    (folder / "few.yaml").write_text(f"tiers: [{names}]\n")
    new("--answers", "few.yaml")
    done = run(app, ["policy", "check", "policy.yaml"])
    assert done.exit_code == 0, done.output


def test_the_log_fills_what_was_not_answered_and_gets_a_map(folder: Path) -> None:
    (folder / "few.yaml").write_text("sla: {P1: 45m}\n")
    new("--answers", "few.yaml", "--log", "log.csv")
    assert 'name: "Line 2"' in (folder / "policy.yaml").read_text()
    map_ = (folder / "map.yaml").read_text()
    assert '"Critical": {kind: outage}' in map_
    assert 'customer: ["Wait - User"]' in map_
    done = run(
        app,
        ["policy", "backtest", "--policy", "policy.yaml", "--log", "log.csv", "--map", "map.yaml"],
    )
    assert done.exit_code == 0, done.output
    assert "not mapped" not in done.stdout


def test_asking_takes_the_suggestions_with_enter(folder: Path) -> None:
    said = new("--log", "log.csv", typed="\n" * 20)
    assert "60 cases" in said
    assert 'name: "Line 1"' in (folder / "policy.yaml").read_text()
    assert run(app, ["policy", "check", "policy.yaml"]).exit_code == 0


def test_an_answer_that_makes_no_sense_is_asked_again(folder: Path) -> None:
    typed = [
        "One", "Front, Back", "", "Login", "many", "40", "noise", "vip_customer", "soon", "2h",
        "noise", "updates", "1h, 2h", "whenever", "mon-fri 08:00-16:00", "Mars/Olympus",
        "Europe/Berlin", "Dana 7", "Dana 1, Mo 2", "Max", "Ada",
    ]  # fmt: skip
    said = new(typed="\n".join(typed) + "\n")
    for sentence in ("two to five tiers", "not a number", "there is no noise", "not a time zone"):
        assert sentence in said
    assert "policy.yaml:" not in said
    assert run(app, ["policy", "check", "policy.yaml"]).exit_code == 0
    assert "Europe/Berlin" in line_with(folder / "policy.yaml", "  support:")
    assert "tiers: [2]" in line_with(folder / "roster.yaml", "Mo")


def test_the_log_gives_its_usual_week_its_time_zone_and_a_map_of_the_answered_areas(
    folder: Path,
) -> None:
    rows = ["case,time,line,area"]
    rows += [f"old{n},2023-0{n}-10T10:00:00+0{1 if n < 4 else 2}:00,1,Rare" for n in range(1, 10)]
    rows += [f"new{n},2024-01-1{n % 5}T1{n % 9}:00:00+01:00,1,Login" for n in range(40)]
    rows += ["up,2024-01-10T10:00:00+01:00,1,Odd", "up,2024-01-10T11:00:00+01:00,2,Odd"]
    (folder / "log.csv").write_text("\n".join(rows) + "\n")
    said = new("--log", "log.csv", typed="A, B\n\nLogin, Pay\n" + "\n" * 20)
    assert "the median one began in a week with" in said
    assert "Europe/Berlin" in line_with(folder / "policy.yaml", "  support:")
    map_ = (folder / "map.yaml").read_text()
    assert '"Login": login\n  "*": other  # Rare, Odd' in map_


def test_no_file_is_overwritten_without_force(folder: Path) -> None:
    (folder / "policy.yaml").write_text("mine")
    done = run(app, ["policy", "new", "--answers", "answers.yaml"])
    assert done.exit_code == 2
    assert "is there already" in done.stderr
    assert (folder / "policy.yaml").read_text() == "mine"
    assert not (folder / "roster.yaml").exists()
    new("--answers", "answers.yaml", "--force")
    assert (folder / "policy.yaml").read_text() != "mine"


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("tiers: [One]\n", "two to five tiers"),
        ("complaints: [noise]\n", "use one of: updates"),
        ("colour: red\n", "has no `colour`"),
        ("sla: {P1: soon}\n", "must be a duration"),
    ],
)
def test_answers_that_make_no_sense_get_one_sentence(folder: Path, answers: str, says: str) -> None:
    (folder / "bad.yaml").write_text(answers)
    done = run(app, ["policy", "new", "--answers", "bad.yaml"])
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (folder / "policy.yaml").exists()
