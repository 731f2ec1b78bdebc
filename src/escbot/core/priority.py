"""The weight of a case in the unassigned queue; the heaviest is offered first."""

from __future__ import annotations

from datetime import datetime

from escbot.core.calendars import open_between
from escbot.core.case import Case
from escbot.core.clocks import LIMITS, share_used
from escbot.core.facts import Relationship
from escbot.core.policy import Policy

STRAINED = (Relationship.STRAINED, Relationship.AT_RISK)


def weight(
    policy: Policy,
    *,
    severity: str,
    share: float,
    vip: bool,
    revenue: bool,
    strained: bool,
    hours: float,
) -> float:
    """Weigh by severity, used share of the tightest clock, customer, and open hours waited."""
    queue = policy.queue
    return (
        policy.severity(severity).weight
        + queue.share * share
        + queue.vip * vip
        + queue.revenue * revenue
        + queue.strained * strained
        + queue.per_hour * hours
    )


def weight_of(case: Case, policy: Policy, now: datetime) -> float:
    """Return the weight of a live case at `now` (aware UTC)."""
    clocks = [case.clocks[name] for name in LIMITS if name in case.clocks]
    waited = open_between(policy.calendar(case.severity), case.opened_at, now)
    return weight(
        policy,
        severity=case.severity,
        share=max((share_used(clock, policy, now) for clock in clocks), default=0.0),
        vip=case.facts.vip,
        revenue=case.facts.revenue_impact or case.facts.revenue_at_risk,
        strained=case.facts.relationship in STRAINED,
        hours=waited.total_seconds() / 3600,
    )
