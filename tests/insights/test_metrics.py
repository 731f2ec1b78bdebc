"""Metrics against tables worked out by hand, and splits that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.core import commands as c
from escbot.insights.metrics import DIMENSIONS, Story, report, story
from tests.make import Life, a_policy, an_escalation


def told(life: Life, id_: str = "ESC-1") -> Story:
    return story(id_, life.records, lambda version: a_policy())


def a_life() -> Life:
    """Taken after half an hour, customer told after one, resolved after three, reopened, again."""
    life = Life()
    life.do(an_escalation(area="payments", kind="major_function"))
    life.wait(minutes=30)
    life.do(c.Acknowledge("U05"))
    life.wait(minutes=30)
    life.do(c.TellCustomer("U05", "We are on it"))
    life.do(c.ScoreHandoff("U05", complete=False))
    life.wait(hours=1)
    life.do(c.Resolve("U05", "Fixed", "bug"))
    life.wait(minutes=30)
    life.do(c.Reopen("U01", "Still broken"))
    life.wait(minutes=30)
    life.do(c.Resolve("U05", "Fixed for good", "outage"))
    return life


def test_a_case_worked_out_by_hand() -> None:
    one = told(a_life())
    assert one.hours == {"taken": 0.5, "told": 1.0, "resolved": 3.0}
    assert (one.severity, one.tier, one.owner, one.root_cause) == ("P2", "2", "U05", "outage")
    assert (one.reopened, one.declines, one.offers, one.complete) == (1, 0, 1, False)
    assert one.scores == {"needed": True, "complete": False, "in_time": True}
    clocks = dict.fromkeys(("respond", "tier", "answer", "update"), "kept")
    assert one.clocks == clocks


def test_open_time_counts_only_open_hours() -> None:
    life = Life()
    life.do(an_escalation(kind="minor_issue"))
    life.wait(hours=23)  # 10:00 → 09:00 the next day: seven open hours until 17:00
    life.do(c.Resolve("U01", "Fixed", "bug"))
    one = told(life)
    assert one.hours["resolved"] == 23.0
    assert one.open_hours["resolved"] == 7.0


def test_a_breach_is_the_worst_that_happened_to_a_clock() -> None:
    life = Life()
    life.do(an_escalation(kind="major_function", area="login"))
    life.wait(hours=5)
    one = told(life)
    assert one.clocks["respond"] == "breached"
    assert one.raised


def test_figures_of_three_cases() -> None:
    one = told(a_life())
    cases = [one, replace(one, id="ESC-2", hours={"taken": 1.5}, resolved=False, scores={}),
             replace(one, id="ESC-3", drill=True)]  # fmt: skip
    found = report(cases, ["severity"])
    assert (found["cases"], found["drills_left_out"], found["resolved"]) == (2, 1, 1)
    assert found["hours"]["taken"]["p50"] == 1.0
    assert found["hours"]["taken"]["p90"] == pytest.approx(1.4)
    assert found["scores"] == {"needed": 1.0, "complete": 0.0, "in_time": 1.0}
    assert found["scored_share"] == 0.5
    assert found["by"]["severity"]["P2"]["cases"] == 2
    assert found["small"]


stories = st.builds(
    replace,
    st.just(told(a_life())),
    severity=st.sampled_from(["P1", "P2"]),
    area=st.sampled_from(["login", "payments"]),
    owner=st.sampled_from(["U05", "U06"]),
    drill=st.booleans(),
    resolved=st.booleans(),
    offers=st.integers(0, 3),
    reopened=st.integers(0, 2),
)


@given(st.lists(stories, max_size=8), st.sampled_from(DIMENSIONS), st.randoms())
def test_splitting_adds_up_and_order_changes_nothing(
    cases: list[Story], dimension: str, chance: object
) -> None:
    found = report(cases, [dimension])
    parts = found["by"][dimension].values()
    for key in ("cases", "resolved", "updates_missed", "lowered"):
        assert sum(part[key] for part in parts) == found[key]
    turned = list(cases)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert report(turned, [dimension]) == found


def test_the_waiting_customer_is_not_part_of_a_metric_of_others() -> None:
    life = a_life()
    later = Life(now=life.now + timedelta(days=1))
    later.do(an_escalation(kind="outage"))
    both = report([told(life), told(later, "ESC-2")], ["severity"])
    assert both["by"]["severity"]["P1"]["hours"]["taken"]["cases"] == 0
