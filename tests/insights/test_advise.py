"""Advice finds what was planted, keeps quiet on noise, and changes one line of the file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.insights.advise import Advice, advise
from escbot.services.policyedit import diff, edited
from escbot.services.policyfile import compile_policy, default_text
from escbot.words.advice import change, evidence
from tests.insights.histories import a_log, hours, needless, noise, stuck, with_limit
from tests.make import NOW, a_policy

run = CliRunner().invoke


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_gets_no_change(seed: int) -> None:
    found = advise(a_policy(), noise(seed), seed=seed)
    assert found.proposals == ()
    assert found.changes > 20  # it did try


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_limit_that_is_far_too_long_is_found(seed: int) -> None:
    found = advise(with_limit(a_policy(), 1, hours(12)), stuck(seed), seed=seed)
    first = found.proposals[0]
    assert (first.kind, first.tier, first.old) == ("tier_limit", 1, hours(12))
    assert isinstance(first.new, timedelta)
    assert hours(0.75) <= first.new <= hours(3)  # beyond what tier 1 solves by itself
    assert 0 < first.low < first.saves < first.high
    assert first.better > 10 * max(first.worse, 1)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_limit_that_is_far_too_short_is_found(seed: int) -> None:
    found = advise(with_limit(a_policy(), 1, hours(0.5)), needless(seed), seed=seed)
    first = found.proposals[0]
    assert (first.kind, first.tier) == ("tier_limit", 1)
    assert isinstance(first.new, timedelta)
    assert first.new >= hours(2)
    assert first.effects["moves_by_limit"][1] < first.effects["moves_by_limit"][0]


def test_warnings_for_everything_are_found() -> None:
    policy = a_policy()
    early = tuple(
        replace(one, warnings=(replace(one.warnings[0], share=0.1), *one.warnings[1:]))
        for one in policy.severities
    )
    found = advise(replace(policy, severities=early), noise(1))
    assert [(advice.kind, advice.place) for advice in found.proposals] == [("warning", 0)]


def test_the_same_seed_gives_the_same_advice_and_few_cases_none() -> None:
    policy = with_limit(a_policy(), 1, hours(12))
    assert advise(policy, stuck(1, 60), seed=4) == advise(policy, stuck(1, 60), seed=4)
    assert advise(policy, stuck(1, 20)).proposals == ()


def proposed(**values: object) -> Advice:
    plain = {"saves": 9.0, "low": 5.0, "high": 12.0, "share": 0.1, "cases": 9, "better": 8}
    return Advice(**{**plain, "worse": 1, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"kind": "tier_limit", "old": hours(4), "new": hours(1.5), "tier": 1}, 'limit: "1h30m"}'),
        ({"kind": "tier_limit", "old": hours(4), "new": hours(2), "tier": 1, "severity": "P3"},
         '    limits: {1: "2h"}'),
        ({"kind": "respond", "old": hours(4), "new": hours(6), "severity": "P2"}, 'respond: "6h"'),
        ({"kind": "answer", "old": hours(1), "new": hours(2), "severity": "P2"}, 'answer: "2h"'),
        ({"kind": "warning", "old": 0.5, "new": 0.6, "place": 0}, '{at: "60%", to: [owner]}'),
        ({"kind": "capacity", "old": 5, "new": 6}, "capacity: 6 "),
        ({"kind": "reserve", "old": 1, "new": 0}, "reserve: 0 "),
    ],
)  # fmt: skip
def test_the_diff_changes_one_line_and_the_file_still_compiles(
    values: dict[str, object], line: str
) -> None:
    advice = proposed(**values)
    patch = diff(default_text(), advice, "policy.yaml").splitlines()
    added = [one for one in patch if one.startswith("+") and not one.startswith("+++")]
    assert len(added) == 1
    assert line in added[0]
    compile_policy(edited(default_text(), advice), name="policy.yaml", now=NOW)
    assert change(advice).count("instead of") == 1
    assert "9 past cases" in evidence(advice)[0]


def test_the_command_says_no_change_and_how_much_was_tried(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(a_log(2, 25))
    done = run(app, ["policy", "advise", "--log", str(path), "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["proposals"] == []
    assert answer["verdict"].startswith("Too few cases")
    assert "Too few cases" in run(app, ["policy", "advise", "--log", str(path), "--html"]).stdout
