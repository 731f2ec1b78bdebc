"""The thresholds of a policy that can be tried, and the policy with one of them changed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from escbot.core.policy import Policy, Severity
from escbot.core.roster import Roster
from escbot.insights.advise.cost import Measure
from escbot.insights.backtest.fate import Fate

Kind = Literal["tier_limit", "respond", "answer", "warning", "capacity", "reserve"]
Level = timedelta | float | int

# Durations that people write; a threshold moves from one to the next.
_MINUTES = (
    5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1440, 1920, 2400, 3600,
    4800, 7200, 9600,
)  # fmt: skip
DURATIONS = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
MOST_CAPACITY = 30


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number of the policy. `severity`, `tier` or `place` say which, where there are several.

    `place` is that of a warning in the policy's list.
    """

    kind: Kind
    now: Level
    severity: str | None = None
    tier: int | None = None
    place: int | None = None

    @property
    def measure(self) -> Measure:
        """What the threshold is judged by."""
        return "warnings" if self.kind == "warning" else "time"

    def ladder(self) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
        """Return the values below and above the present one, the nearest first."""
        if isinstance(self.now, timedelta):
            below = DURATIONS[: bisect_left(DURATIONS, self.now)]
            return tuple(reversed(below)), DURATIONS[bisect_right(DURATIONS, self.now) :]
        if isinstance(self.now, float):
            below_ = SHARES[: bisect_left(SHARES, self.now)]
            return tuple(reversed(below_)), SHARES[bisect_right(SHARES, self.now) :]
        least = 0 if self.kind == "reserve" else 1
        return tuple(range(self.now - 1, least - 1, -1)), tuple(range(self.now + 1, MOST_CAPACITY))


def thresholds(policy: Policy, roster: Roster | None) -> Iterator[Threshold]:
    """Yield what can be tried; what needs people only where a roster says who there is."""
    for tier in policy.tiers[:-1]:
        shared = shared_limit(policy, tier.number)
        if shared is not None:
            yield Threshold("tier_limit", shared, tier=tier.number)
    for severity in policy.severities:
        yield from _of_severity(policy, severity)
    for place, warn in enumerate(_usual(policy).warnings):
        if warn.share < 1:
            yield Threshold("warning", warn.share, place=place)
    if roster is not None:
        yield from _of_people(policy, roster)


def _of_severity(policy: Policy, severity: Severity) -> Iterator[Threshold]:
    yield Threshold("respond", severity.respond, severity.id)
    for number, limit in sorted(severity.limits.items()):
        if number < policy.top and limit != shared_limit(policy, number):
            yield Threshold("tier_limit", limit, severity.id, tier=number)


def _of_people(policy: Policy, roster: Roster) -> Iterator[Threshold]:
    for severity in policy.severities:
        if severity.answer is not None:
            yield Threshold("answer", severity.answer, severity.id)
    if any(person.tiers and person.capacity is None for person in roster.people):
        yield Threshold("capacity", policy.routing.capacity)
    yield Threshold("reserve", policy.routing.reserve)


def touches(threshold: Threshold, fate: Fate) -> bool:
    """Tell whether a case could fare differently where people are no limit.

    Until it comes under the threshold, everything that happens to it is the same.
    """
    if threshold.severity is not None and threshold.severity not in fate.severities:
        return False
    return threshold.tier is None or any(stay.tier == threshold.tier for stay in fate.stays)


def shared_limit(policy: Policy, tier: int) -> timedelta | None:
    """Return the limit of a tier that most severities have."""
    found = [one.limits[tier] for one in policy.severities if tier in one.limits]
    return max(found, key=lambda limit: (found.count(limit), limit), default=None)


def _usual(policy: Policy) -> Severity:
    """Return the first severity whose warnings most others share."""
    lists = [severity.warnings for severity in policy.severities]
    return max(policy.severities, key=lambda one: (lists.count(one.warnings), -one.rank))


def changed(policy: Policy, threshold: Threshold, to: Level) -> Policy | None:
    """Return the policy with one threshold changed; None where that would make no sense."""
    if threshold.kind == "capacity":
        routing = replace(policy.routing, capacity=int(_plain(to)))
        if routing.reserve >= routing.capacity:
            return None
        return replace(policy, routing=routing)
    if threshold.kind == "reserve":
        if int(_plain(to)) >= policy.routing.capacity:
            return None
        return replace(policy, routing=replace(policy.routing, reserve=int(_plain(to))))
    warnings = _usual(policy).warnings
    made = [_severity(one, threshold, to, warnings) for one in policy.severities]
    if not all(_sensible(one) for one in made):
        return None
    return replace(policy, severities=tuple(made))


def _plain(level: Level) -> float:
    return level / timedelta(hours=1) if isinstance(level, timedelta) else level


def _severity(
    severity: Severity, threshold: Threshold, to: Level, shared: tuple[object, ...]
) -> Severity:
    if threshold.kind == "warning":
        if severity.warnings != shared or not isinstance(to, float):
            return severity
        moved = list(severity.warnings)
        place = threshold.place or 0
        moved[place] = replace(moved[place], share=to)
        return replace(severity, warnings=tuple(moved))
    if not isinstance(to, timedelta) or threshold.severity not in (None, severity.id):
        return severity
    if threshold.kind == "respond":
        return replace(severity, respond=to)
    if threshold.kind == "answer":
        return replace(severity, answer=to)
    tier = threshold.tier or 1
    if severity.limits.get(tier) != threshold.now:
        return severity
    return replace(severity, limits={**severity.limits, tier: to})


def _sensible(severity: Severity) -> bool:
    """Keep what `policy check` would refuse out of the proposals."""
    shares = [warn.share for warn in severity.warnings]
    if sorted(set(shares)) != shares:
        return False
    return severity.answer is None or severity.answer <= severity.respond
