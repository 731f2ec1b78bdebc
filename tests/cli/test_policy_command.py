"""`escbot policy`: the answers a person or a script gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.services.policyfile import default_text
from escbot.services.rosterfile import default_roster_text

run = CliRunner().invoke
AT = "2026-11-24T10:00:00+01:00"


@pytest.fixture
def roster(tmp_path: Path) -> str:
    path = tmp_path / "roster.yaml"
    path.write_text(default_roster_text())
    return str(path)


def test_explain_answers_in_the_promised_shape(roster: str) -> None:
    asked = '{"kind": "outage", "impact": "one_user", "area": "payments", "vip": null}'
    command = ["policy", "explain", "--facts", "-", "--roster", roster, "--at", AT, "--json"]
    done = run(app, command, input=asked)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert list(answer) == [
        "severity", "tier", "management", "criteria", "respond_within", "respond_by", "assignee",
        "considered", "overflow",
    ]  # fmt: skip
    assert (answer["severity"], answer["tier"], answer["management"]) == ("P1", 3, False)
    assert answer["respond_by"] == "2026-11-24T11:00:00+01:00"
    assert answer["assignee"]["id"] == "U05"


def test_without_a_roster_everything_else_is_answered() -> None:
    asked = '{"kind": "enhancement", "impact": "system_wide", "time_in_tier": "0h0m"}'
    done = run(app, ["policy", "explain", "--facts", "-", "--json", "--at", AT], input=asked)
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["tier"], answer["assignee"], answer["considered"]) == ("planning", None, [])


def test_a_mark_before_the_text_is_read_over() -> None:
    asked = '\ufeff{"kind": "outage", "impact": "one_user", "time_in_tier": "30h0m"}'
    done = run(app, ["policy", "explain", "--facts", "-", "--json"], input=asked)
    assert done.exit_code == 0, done.output
    assert "." not in json.loads(done.stdout)["respond_by"]  # whole seconds


def test_a_decision_reads_as_a_person_would_say_it(roster: str) -> None:
    asked = '{"kind": "minor_issue", "impact": "one_user", "asks_for_manager": true}'
    command = ["policy", "explain", "--facts", "-", "--roster", roster, "--at", AT]
    done = run(app, command, input=asked)
    for said in (
        "P3 · Tier 2 (Specialists)",
        "P3 because it is a minor issue.",
        "The tier's lead is asked to call the customer.",
        "Asked: ",
    ):
        assert said in done.stdout
    own = run(app, command, input='{"kind": "minor_issue", "impact": "one_user"}')
    assert "Stays with who opens it, because the tier is their own" in own.stdout


def test_clocks_count_open_time_and_a_wait_moves_the_answer() -> None:
    base = ["policy", "clocks", "--severity", "P3", "--at", "2026-11-27T16:00:00+00:00", "--json"]
    plain = json.loads(run(app, base).stdout)
    assert plain["respond_by"] == "2026-11-30T16:00:00+00:00"
    assert plain["warn_at"] == ["2026-11-30T12:00:00+00:00", "2026-11-30T14:24:00+00:00"]
    wait = "2026-11-30T10:00:00+00:00/2026-11-30T12:00:00+00:00"
    moved = json.loads(run(app, [*base, "--pause", wait]).stdout)
    assert moved["respond_by"] == "2026-12-01T10:00:00+00:00"
    assert moved["tier_limits"] == plain["tier_limits"]


def test_planning_has_no_tier_limits() -> None:
    done = run(app, ["policy", "clocks", "--severity", "P4", "--at", AT, "--json"])
    assert json.loads(done.stdout)["tier_limits"] == {}


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ('{"kind": "fire", "impact": "one_user"}', "can be: outage"),
        ('{"impact": "one_user"}', "`kind` is missing"),
        ('{"kind": "outage", "impact": "one_user", "vpi": true}', "Did you mean `vip`?"),
        ('{"kind": "outage", "kind": "outage", "impact": "one_user"}', "twice"),
        ('{"kind": "outage", "impact": "one_user", "vip": "yes"}', "true or false"),
        ('{"kind": "outage", "impact": "one_user", "time_in_tier": "soon"}', "4h10m"),
        ('{"kind": "outage", "impact": "one_user", "customer_deadline": "noon"}', "offset"),
        ('{"kind": "outage", "impact": "one_user", "from_tier": 5}', "from_tier"),
        ('{"kind": "outage", "impact": "one_user", "discretion": "\\ud800"}', "half a character"),
        ('{"kind": "outage", "impact": "one_user", "x\\ny": 1}', "there is no fact `x?y`"),
        (
            '{"kind": "outage", "impact": "one_user", "customer_deadline": "0001-01-01T00:00:00Z"}',
            "years 1970 to 2999",
        ),
        ("[" * 100_000, "nested too deeply"),
        ('{"kind": "' + "x" * 1_000_000 + '"}', "more than"),
    ],
)
def test_bad_facts_get_one_sentence_and_exit_two(facts: str, says: str) -> None:
    done = run(app, ["policy", "explain", "--facts", "-", "--json"], input=facts)
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "command",
    [
        ["policy", "clocks", "--severity", "P9"],
        ["policy", "clocks", "--severity", "P1", "--at", "yesterday"],
        ["policy", "clocks", "--severity", "P1", "--at", "2026-11-24T10:00:00"],
        ["policy", "clocks", "--severity", "P1", "--at", "9999-12-31T10:00:00Z"],
        ["policy", "clocks", "--severity", "P1", "--pause", "now"],
        ["policy", "clocks", "--severity", "P1", "--pause", f"{AT}/2026-11-24T09:00:00+01:00"],
        ["policy", "explain", "--facts", "/dev/zero"],
        ["policy", "check", "/dev/zero"],
        ["policy", "check", "nowhere.yaml"],
        ["policy", "explain", "--facts", "nowhere.json"],
    ],
)
def test_bad_arguments_get_one_sentence_and_exit_two(command: list[str]) -> None:
    done = run(app, command)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_difference_is_said_in_words(tmp_path: Path) -> None:
    one, two = tmp_path / "a.yaml", tmp_path / "b.yaml"
    one.write_text(default_text())
    two.write_text(default_text().replace('respond: "4h"', 'respond: "2h"'))
    done = run(app, ["policy", "diff", str(one), str(two)])
    assert done.exit_code == 0
    assert done.stdout.strip() == "P2 must be taken within 2 h instead of 4 h."
    same = run(app, ["policy", "diff", str(one), str(one)])
    assert (same.exit_code, same.stdout) == (0, "Both decide the same.\n")


def test_what_is_shown_checks_out(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(run(app, ["policy", "show"]).stdout)
    done = run(app, ["policy", "check", str(path)])
    assert done.exit_code == 0
    assert "is fine" in done.stdout
