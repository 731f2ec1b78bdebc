"""Advice finds what was planted, keeps quiet on noise, and changes one line of the file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.core.facts import Kind
from escbot.core.policy import Policy
from escbot.insights.advise import Advice, advise, search
from escbot.insights.advise.bench import Bench
from escbot.insights.advise.thresholds import changed, thresholds
from escbot.insights.backtest.replay import replay
from escbot.insights.backtest.trace import habits
from escbot.services.policyedit import diff, edited
from escbot.services.policyfile import compile_policy, default_text
from escbot.words.advice import change, evidence, looked_at
from tests.insights.histories import (
    a_log,
    crowded,
    hours,
    hurried,
    needless,
    noise,
    slept_on,
    stuck,
    two_people,
    unanswered,
    with_limit,
    with_severity,
    with_shares,
)
from tests.make import NOW, a_policy

run = CliRunner().invoke


CASES = {
    "tier_limit, too long": lambda: (with_limit(a_policy(), 1, hours(12)), stuck(1), None),
    "tier_limit, too short": lambda: (with_limit(a_policy(), 1, hours(0.5)), needless(1), None),
    "respond, too long": lambda: (
        with_severity(a_policy(), respond=hours(24)), slept_on(1), None,
    ),
    "respond, too short": lambda: (
        with_severity(a_policy(), respond=hours(0.25), answer=hours(0.1)), hurried(1), None,
    ),
    "answer, too long": lambda: (
        with_severity(a_policy(), answer=hours(6)), unanswered(1), two_people(a_policy()),
    ),
    "capacity, too small": lambda: (with_capacity(2), crowded(1), two_people(a_policy())),
    "warning, too early": lambda: (with_shares(a_policy(), 0.1), noise(1, 40), None),
    "warning, too late": lambda: (with_shares(a_policy(), 0.9, 0.95), stuck(2), None),
}  # fmt: skip


def with_capacity(points: int) -> Policy:
    policy = a_policy()
    return replace(policy, routing=replace(policy.routing, capacity=points), version="other")


@pytest.mark.parametrize("planted", CASES)
def test_a_bad_threshold_that_was_planted_is_found(planted: str) -> None:
    policy, traces, roster = CASES[planted]()
    found = advise(policy, traces, roster)
    kind = planted.partition(",")[0]
    first = next(advice for advice in found.proposals if advice.kind == kind)
    assert 0 < first.low < first.saves < first.high
    assert first.better > 2 * first.worse
    assert first.old == planted_value(policy, first)
    least, most = BETTER[planted]
    assert least <= first.new <= most  # type: ignore[operator]
    said = next(one for one in found.looked if (one.kind, one.new) == (kind, first.new))
    assert said.verdict == "proposed"


# Between which values the advice must lie.
BETTER = {
    "tier_limit, too long": (hours(0.75), hours(3)),  # beyond what tier 1 solves by itself
    "tier_limit, too short": (hours(2), hours(24)),
    "respond, too long": (hours(0.05), hours(2)),
    "respond, too short": (hours(0.75), hours(24)),
    "answer, too long": (hours(0.05), hours(1)),
    "capacity, too small": (3, 9),
    "warning, too early": (0.3, 0.9),
    "warning, too late": (0.1, 0.7),
}


def planted_value(policy: Policy, advice: Advice) -> object:
    p3 = policy.severity("P3")
    values = {
        "tier_limit": p3.limits.get(advice.tier or 1), "respond": p3.respond, "answer": p3.answer,
        "warning": p3.warnings[advice.place or 0].share, "capacity": policy.routing.capacity,
    }  # fmt: skip
    return values[advice.kind]


def test_of_two_changes_that_do_the_same_one_is_proposed_and_three_at_most() -> None:
    """A point more and a point less in reserve make the same room."""
    policy = with_capacity(2)
    found = advise(policy, crowded(1), two_people(a_policy()), most=1)
    verdicts = {one.kind: one.verdict for one in found.looked}
    assert len(found.proposals) == 1
    assert {verdicts["capacity"], verdicts["reserve"]} == {"proposed", "twin"}
    assert all(advice.share <= 1 for advice in found.proposals)


@pytest.mark.parametrize("people", [False, True])
def test_noise_gets_no_change(people: bool) -> None:
    roster = two_people(a_policy()) if people else None
    traces = [trace for trace in noise(2, 50) if trace.facts.kind is Kind.MINOR_ISSUE][:30]
    found = advise(a_policy(), traces, roster)
    assert found.proposals == ()
    assert found.changes > 20  # it did try
    assert {one.verdict for one in found.looked} <= {"idle", "same", "little", "harms", "chance"}


def test_many_cases_are_tried_in_part_first_and_the_answer_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy, traces = with_limit(a_policy(), 1, hours(12)), stuck(3)
    whole = advise(policy, traces)
    assert not any(one.about for one in whole.looked)
    monkeypatch.setattr(search, "FIRST_ON", 20)
    part = advise(policy, traces)
    assert (part.first_on, part.changes >= whole.changes - 6) == (20, True)
    assert (part.proposals[0].kind, part.proposals[0].tier) == ("tier_limit", 1)
    # What is proposed was measured on all cases.
    assert part.proposals[0].cases == whole.proposals[0].cases
    if part.proposals[0].new == whole.proposals[0].new:
        assert part.proposals[0] == whole.proposals[0]


def test_only_the_newest_of_many_cases_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_CASES", 10)
    found = advise(a_policy(), stuck(1, 32))
    assert (found.cases, found.older, found.proposals) == (10, 22, ())
    assert looked_at("log.csv", found) == "10 cases of log.csv, the newest of 32."


def test_a_case_that_is_not_replayed_would_have_fared_the_same() -> None:
    traces = [*noise(1, 20), *stuck(1, 12)]
    bench = Bench(a_policy(), traces, None, habits(traces))
    for threshold in thresholds(a_policy(), None):
        for to in (ladder[0] for ladder in threshold.ladder() if ladder):
            policy = changed(a_policy(), threshold, to)
            if policy is None:
                continue
            near = set(bench.near(threshold, to))
            fates = replay(policy, traces, known=bench.known)
            differ = {at for at, fate in enumerate(fates) if fate != bench.base[at]}
            assert differ <= near


def test_the_same_seed_gives_the_same_advice_and_few_cases_none() -> None:
    policy, traces = with_limit(a_policy(), 1, hours(12)), stuck(1, 30)
    found = advise(policy, traces, seed=4)
    assert found.proposals
    assert advise(policy, traces, seed=4) == found
    assert advise(policy, traces[:20]).proposals == ()


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
