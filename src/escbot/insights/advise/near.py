"""Which cases a threshold could touch at all, from how they fare today.

Until a clock reaches its first warning, a case fares the same whatever the limit is. So a case
whose time, counted generously, stays below that can't differ and need not be replayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from escbot.core.calendars import Calendar, open_between
from escbot.core.policy import Policy, Severity, TierRef
from escbot.insights.advise.thresholds import Level, Threshold
from escbot.insights.backtest.fate import Fate
from escbot.insights.backtest.trace import ZERO


@dataclass(frozen=True, slots=True)
class Use:
    """At most so much time the clocks of a case counted: waits are not taken off."""

    severities: tuple[str, ...]
    taken: timedelta  # until somebody took it
    tiers: Mapping[TierRef, timedelta]


def use(fate: Fate, policy: Policy) -> Use:
    """Return what a case used, in open time where all its severities share a calendar."""
    names = {policy.severity(one).calendar for one in fate.severities}
    calendar = policy.calendars[names.pop()] if len(names) == 1 else None
    end = fate.ended_at or fate.opened_at
    tiers: dict[TierRef, timedelta] = {}
    for stay in fate.stays:
        spent = _passed(calendar, stay.since, stay.until or end)
        tiers[stay.tier] = tiers.get(stay.tier, ZERO) + spent
    taken = _passed(calendar, fate.opened_at, fate.taken_at or end)
    return Use(tuple(dict.fromkeys(fate.severities)), taken, tiers)


def _passed(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    return max(end - start, ZERO) if calendar is None else open_between(calendar, start, end)


def may_differ(threshold: Threshold, to: Level, used: Use, policy: Policy) -> bool:
    """Tell whether a case could fare differently with another value."""
    severities = [policy.severity(one) for one in used.severities]
    if threshold.kind == "warning" and isinstance(to, float) and isinstance(threshold.now, float):
        least = min(to, threshold.now)
        return any(_reaches(one, least, used) for one in severities)
    if threshold.severity is not None and threshold.severity not in used.severities:
        return False
    if threshold.kind not in ("respond", "tier_limit"):
        return True
    if not isinstance(to, timedelta) or not isinstance(threshold.now, timedelta):
        raise TypeError(threshold.kind)
    spent = used.taken if threshold.kind == "respond" else used.tiers.get(threshold.tier or 1, ZERO)
    shortest = min(to, threshold.now)
    first = min((warn.share for one in severities for warn in one.warnings), default=1.0)
    return spent >= shortest * min(first, 1.0)


def _reaches(severity: Severity, share: float, used: Use) -> bool:
    if used.taken >= severity.respond * share:
        return True
    return any(
        used.tiers.get(tier, ZERO) >= limit * share for tier, limit in severity.limits.items()
    )
