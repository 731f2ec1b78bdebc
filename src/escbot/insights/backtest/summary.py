"""The outcome of a replay in figures: tiers, breaches, load, pings, warnings, waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from escbot.core.policy import Policy
from escbot.insights.backtest.fate import Fate
from escbot.insights.numbers import percentile

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZERO = timedelta(0)


def zone_of(policy: Policy) -> str:
    """Return the zone in which hours of the day are counted: the first calendar that closes."""
    named = (cal.zone for cal in policy.calendars.values() if not cal.always)
    return next(named, "UTC")


def summary(policy: Policy, fates: Sequence[Fate]) -> dict[str, Any]:
    """Return every figure of one policy; times are elapsed hours, unrounded."""
    breaches = Counter(clock for fate in fates for clock in fate.breaches)
    warnings = Counter(
        f"{clock} {round(share * 100)} %" for fate in fates for clock, share in fate.warned
    )
    pings = Counter(ping for fate in fates for ping in fate.pings)
    return {
        "policy": policy.version,
        "cases": len(fates),
        "severities": _by(policy, Counter(fate.severity for fate in fates)),
        "tiers": {
            "start": _ranked(Counter(str(fate.start) for fate in fates if fate.stays)),
            "highest": _ranked(Counter(str(fate.highest) for fate in fates if fate.stays)),
        },
        "moves": {
            "by_limit": sum(fate.limit_moves for fate in fates),
            "as_recorded": sum(fate.hand_moves for fate in fates),
        },
        "breaches": {
            "cases": sum(bool(fate.breaches) for fate in fates),
            **{clock: breaches[clock] for clock in ("respond", "tier")},
        },
        "warnings": {
            "total": sum(warnings.values()),
            "by_share": dict(sorted(warnings.items())),
            "breaches_announced_in_time": sum(fate.in_time for fate in fates),
            "without_a_breach": sum(len(fate.false_alarms) for fate in fates),
        },
        "manager_pings": {
            "total": sum(pings.values()),
            "cases": sum(bool(fate.pings) for fate in fates),
            "by_reason": _ranked(pings),
        },
        "waiting": _waiting(fates),
        "offers": sum(fate.offers for fate in fates),
        "passed_on": sum(fate.passes for fate in fates),
        "updates_promised": sum(fate.updates for fate in fates),
        "ends": dict(sorted(Counter(str(fate.end) for fate in fates).items())),
        "load": load(policy, fates),
    }


def _waiting(fates: Sequence[Fate]) -> dict[str, Any]:
    takes = sorted(
        (fate.taken_at - fate.opened_at) / HOUR for fate in fates if fate.taken_at is not None
    )
    lengths = sorted(fate.length / HOUR for fate in fates if fate.end == "resolved")
    return {
        "to_take_hours": {"p50": percentile(takes, 0.5), "p90": percentile(takes, 0.9)},
        "to_resolve_hours": {"p50": percentile(lengths, 0.5), "p90": percentile(lengths, 0.9)},
        "without_an_owner_hours": sum((fate.unowned for fate in fates), ZERO) / HOUR,
        "for_others_hours": sum((fate.waited for fate in fates), ZERO) / HOUR,
        "between_teams_hours": sum((fate.idle for fate in fates), ZERO) / HOUR,
    }


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def _by(policy: Policy, counter: Counter[str]) -> dict[str, int]:
    return {severity.id: counter[severity.id] for severity in policy.severities}


def load(policy: Policy, fates: Sequence[Fate]) -> dict[str, list[float]]:
    """Return for each tier the average number of its cases under way at each hour of the day.

    Hours are those of `zone_of` the policy, by each stay's offset at its beginning.
    """
    zone = ZoneInfo(zone_of(policy))
    ends = [fate.ended_at or fate.opened_at for fate in fates]
    if not ends:
        return {}
    days = max((max(ends) - min(fate.opened_at for fate in fates)) / DAY, 1.0)
    hours: dict[str, list[float]] = {str(tier.number): [0.0] * 24 for tier in policy.tiers}
    for fate in fates:
        for stay in fate.stays:
            if stay.until is not None:
                _spread(hours.setdefault(str(stay.tier), [0.0] * 24), stay.since, stay.until, zone)
    return {tier: [value / days for value in row] for tier, row in hours.items()}


def _spread(row: list[float], start: datetime, end: datetime, zone: ZoneInfo) -> None:
    """Add the hours of [start, end) to the hours of the day they lie in."""
    whole, rest = divmod(end - start, DAY)
    if whole:
        for hour in range(24):
            row[hour] += whole
    local = start.astimezone(zone)
    here = local.hour + local.minute / 60 + local.second / 3600
    left = rest / HOUR
    while left > 1e-9:
        hour = int(here)
        piece = min(hour + 1 - here, left)
        row[hour % 24] += piece
        here, left = float(hour + 1), left - piece
