"""What the default decides, and what must hold for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from escbot.core.assess import assess
from escbot.core.decision import Met
from escbot.core.facts import Diagnosis, Facts, Impact, Kind, Relationship
from tests.core import strategies
from tests.make import a_policy, facts

POLICY = a_policy()
HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("given_", "severity", "tier"),
    [
        ({"kind": "outage"}, "P1", 3),
        ({"kind": "minor_issue", "revenue_impact": True}, "P1", 3),
        ({"kind": "major_function"}, "P2", 2),
        ({"kind": "major_function", "workaround": True}, "P3", 1),
        ({"kind": "minor_issue"}, "P3", 1),
        ({"kind": "minor_issue", "from_tier": 2}, "P3", 2),
        ({"kind": "minor_issue", "impact": "multiple_users"}, "P3", 2),
        ({"kind": "minor_issue", "impact": "system_wide"}, "P3", 3),
        ({"kind": "minor_issue", "asks_for_manager": True}, "P3", 2),
        ({"kind": "minor_issue", "escalated_again": True}, "P3", 3),
        ({"kind": "minor_issue", "diagnosis": Diagnosis.CANNOT_DIAGNOSE}, "P3", 2),
        ({"kind": "minor_issue", "diagnosis": Diagnosis.NEEDS_DEVELOPMENT}, "P3", 3),
        ({"kind": "minor_issue", "time_in_tier": 4 * HOURS}, "P3", 2),
        ({"kind": "minor_issue", "time_in_tier": 3 * HOURS}, "P3", 1),
        ({"kind": "minor_issue", "time_in_tier": 8 * HOURS, "from_tier": 2}, "P3", 3),
        ({"kind": "minor_issue", "time_in_tier": 7 * HOURS, "from_tier": 2}, "P3", 2),
        ({"kind": "minor_issue", "discretion": "odd"}, "P3", 2),
        ({"kind": "minor_issue", "discretion": "odd", "from_tier": 3}, "P3", 3),
        ({"kind": "enhancement"}, "P4", "planning"),
        ({"kind": "enhancement", "impact": "system_wide"}, "P4", "planning"),
        ({"kind": "enhancement", "discretion": "odd"}, "P4", 2),
        ({"kind": "enhancement", "discretion": "odd", "escalated_again": True}, "P4", 2),
    ],
)
def test_the_default(given_: dict[str, object], severity: str, tier: object) -> None:
    found = assess(POLICY, facts(**given_))
    assert (found.severity, found.tier) == (severity, tier)


@pytest.mark.parametrize(
    ("given_", "criterion"),
    [
        ({"vip": True}, "vip_customer"),
        ({"revenue_at_risk": True}, "revenue_at_risk"),
        ({"revenue_impact": True}, "revenue_at_risk"),
        ({"executive_contact": True}, "executive_contact"),
        ({"brand_risk": True}, "brand_reputation"),
        ({"relationship": Relationship.AT_RISK}, "relationship_at_risk"),
    ],
)
def test_management_is_called_at_every_severity(given_: dict[str, object], criterion: str) -> None:
    for kind in Kind:
        assert assess(POLICY, facts(kind, **given_)).management == (criterion,)


@given(strategies.facts)
def test_every_facts_value_gets_an_answer(found: Facts) -> None:
    answer = assess(POLICY, found)
    assert answer.tier == "planning" or 1 <= answer.tier <= POLICY.top


# Each fact from the mildest to the worst.
LADDERS: dict[str, tuple[object, ...]] = {
    "kind": (Kind.ENHANCEMENT, Kind.MINOR_ISSUE, Kind.MAJOR_FUNCTION, Kind.OUTAGE),
    "impact": tuple(Impact),
    "workaround": (True, False),
    "diagnosis": (None, Diagnosis.KNOWN, Diagnosis.CANNOT_DIAGNOSE, Diagnosis.NEEDS_DEVELOPMENT),
    "relationship": (None, *Relationship),
    "discretion": (None, "I feel it"),
    "from_tier": (1, 2, 3),
    "time_in_tier": (None, 3 * HOURS, 4 * HOURS, 8 * HOURS, 30 * HOURS),
    **dict.fromkeys(
        (
            "revenue_impact", "revenue_at_risk", "asks_for_manager", "escalated_again",
            "executive_contact", "brand_risk", "vip",
        ),
        (False, True),
    ),
}  # fmt: skip


@given(strategies.facts, st.sampled_from(sorted(LADDERS)), st.data())
def test_worse_facts_never_lower_severity_or_tier(
    found: Facts, fact: str, data: st.DataObject
) -> None:
    ladder = LADDERS[fact]
    step = data.draw(st.integers(0, len(ladder) - 2))
    before = assess(POLICY, replace(found, **{fact: ladder[step]}))
    for worse in ladder[step + 1 :]:
        after = assess(POLICY, replace(found, **{fact: worse}))
        assert POLICY.severity(after.severity).rank <= POLICY.severity(before.severity).rank
        if isinstance(before.tier, int):
            assert isinstance(after.tier, int)
            assert after.tier >= before.tier
        assert set(before.management) <= set(after.management)


BASE = Facts(Kind.MINOR_ISSUE, Impact.ONE_USER)
NEUTRAL = {
    "diagnosis": None,
    "impact": Impact.ONE_USER,
    "discretion": None,
    "time_in_tier": None,
    "relationship": None,
}


def named(met: Met) -> tuple[str, ...]:
    """The facts that a met criterion's explanation names."""
    by_itself = {"time_limit": ("time_in_tier",), "discretion": ("discretion",)}
    return by_itself.get(met.id, tuple(met.because.values))


@given(strategies.facts)
def test_what_the_explanation_says_raised_it_raises_it_by_itself(found: Facts) -> None:
    for met in assess(POLICY, found).criteria:
        for fact in named(met):
            alone = replace(BASE, from_tier=found.from_tier, **{fact: getattr(found, fact)})
            answer = assess(POLICY, alone)
            if met.to == "management":
                assert met.id in answer.management
            else:
                assert isinstance(answer.tier, int)
                assert answer.tier >= met.to


@given(strategies.facts)
def test_clearing_everything_that_called_the_management_calls_nobody(found: Facts) -> None:
    met = [one for one in assess(POLICY, found).criteria if one.to == "management"]
    cleared = {fact: NEUTRAL.get(fact, False) for one in met for fact in named(one)}
    assert assess(POLICY, replace(found, **cleared)).management == ()


@given(strategies.facts)
def test_clearing_everything_that_set_the_severity_changes_it(found: Facts) -> None:
    answer = assess(POLICY, found)
    assume(answer.severity in ("P1", "P2"))
    values = answer.severity_because.values
    cleared = {
        "kind": Kind.MINOR_ISSUE if "kind" in values else found.kind,
        "revenue_impact": found.revenue_impact and "revenue_impact" not in values,
    }
    lower = assess(POLICY, replace(found, **cleared))
    assert POLICY.severity(lower.severity).rank > POLICY.severity(answer.severity).rank


@given(strategies.facts)
def test_a_wish_leaves_the_planning_queue_by_a_reason_alone_and_to_one_tier(found: Facts) -> None:
    wish = replace(found, kind=Kind.ENHANCEMENT, revenue_impact=False)
    reason = bool((wish.discretion or "").strip())
    expected = min(wish.from_tier + 1, 3) if reason else "planning"
    assert assess(POLICY, wish).tier == expected


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(strategies.facts)
def test_clearing_everything_that_raised_the_tier_lowers_it(found: Facts) -> None:
    answer = assess(POLICY, found)
    start = POLICY.severity(answer.severity).start
    assume(isinstance(answer.tier, int) and isinstance(start, int))
    assume(answer.tier > max(start, found.from_tier))  # something raised it
    raised = {
        fact
        for met in answer.criteria
        if isinstance(met.to, int) and met.to >= answer.tier
        for fact in named(met)
    }
    cleared = replace(found, **{fact: NEUTRAL.get(fact, False) for fact in raised})
    lower = assess(POLICY, cleared)
    assert isinstance(lower.tier, int)
    assert lower.tier < answer.tier
