"""What the default decides, and what must hold for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings

from escbot.core.assess import assess
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


@given(strategies.facts)
def test_worse_facts_never_lower_severity_or_tier(found: Facts) -> None:
    before = assess(POLICY, found)
    worse = (
        replace(found, impact=Impact.SYSTEM_WIDE),
        replace(found, revenue_impact=True),
        replace(found, kind=Kind.OUTAGE),
        replace(found, workaround=False),
        replace(found, escalated_again=True),
        replace(found, asks_for_manager=True),
        replace(found, diagnosis=Diagnosis.NEEDS_DEVELOPMENT),
        replace(found, vip=True),
    )
    for case in worse:
        after = assess(POLICY, case)
        assert POLICY.severity(after.severity).rank <= POLICY.severity(before.severity).rank
        if isinstance(before.tier, int):
            assert isinstance(after.tier, int)
            assert after.tier >= before.tier
        assert set(before.management) <= set(after.management)


@given(strategies.facts)
def test_what_the_explanation_says_raised_it_raises_it_by_itself(found: Facts) -> None:
    answer = assess(POLICY, found)
    base = Facts(Kind.MINOR_ISSUE, Impact.ONE_USER, from_tier=1)
    for met in answer.criteria:
        if met.to == "management" or met.id in ("time_limit", "discretion"):
            continue
        alone = replace(base, **{fact: getattr(found, fact) for fact in met.because.values})
        tier = assess(POLICY, alone).tier
        assert isinstance(tier, int)
        assert tier >= met.to


NEUTRAL = {"diagnosis": None, "impact": Impact.ONE_USER, "discretion": None, "time_in_tier": None}


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
        for fact in (met.because.values if met.id not in ("time_limit", "discretion") else ())
    }
    raised |= {"discretion", "time_in_tier"}
    cleared = replace(found, **{fact: NEUTRAL.get(fact, False) for fact in raised})
    lower = assess(POLICY, cleared)
    assert isinstance(lower.tier, int)
    assert lower.tier < answer.tier
