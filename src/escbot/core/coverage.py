"""Who would take a case at any moment to come: where the roster has nobody, and who catches it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from escbot.core.availability import serving
from escbot.core.calendars import boundaries, is_open
from escbot.core.decision import Choice
from escbot.core.policy import PLANNING, Policy, Severity
from escbot.core.roster import Floor, OnCall, Roster
from escbot.core.rotation import next_handover
from escbot.core.route import choose

LOOK_AHEAD = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Gap:
    """In [start, end), aware UTC, nobody of a tier is eligible for a severity and an area.

    `caught_by` names the step of the overflow chain and the person it ends at; None where the
    case would wait in the unassigned queue. `cut` says that the look ahead began or ended in it.
    """

    severity: str
    tier: int
    area: str
    start: datetime
    end: datetime
    caught_by: tuple[str, str] | None
    cut: bool = False


class _Span(NamedTuple):
    """A stretch of time in which nothing changes."""

    start: datetime
    end: datetime
    running: Collection[str]  # the calendars that are open
    scene: object


def gaps(
    policy: Policy, roster: Roster, now: datetime, ahead: timedelta = LOOK_AHEAD
) -> tuple[Gap, ...]:
    """Return every gap from `now` on, as if nobody carried anything and nobody were away.

    Only moments count in which the severity's clock runs; tier 1 only where a case is routed to
    it. Between two calendar boundaries nothing changes, so one look at each span is a proof.
    """
    moments = sorted({now, *_turns(policy, roster, now, now + ahead)})
    ends = [*moments[1:], now + ahead]
    spans = [
        _Span(start, end, *_scene(policy, roster, start))
        for start, end in zip(moments, ends, strict=True)
    ]
    found: list[Gap] = []
    for severity, tier in _places(policy):
        for area in policy.areas:
            found += _of(policy, roster, severity, tier, area.id, spans)
    edges = (now, now + ahead)
    return tuple(replace(gap, cut=gap.start == edges[0] or gap.end == edges[1]) for gap in found)


def unskilled(policy: Policy, roster: Roster) -> Iterator[tuple[int, str]]:
    """Yield (tier, area) where a tier has people, but none with the area's skill."""
    for tier in policy.tiers[1:]:
        people = roster.in_tier(tier.number)
        for area in policy.areas:
            if people and not any(person.skills.get(area.id) for person in people):
                yield tier.number, area.id


def _places(policy: Policy) -> Iterator[tuple[Severity, int]]:
    """Yield where cases are routed: from a severity's start up; tier 1 keeps its own."""
    for severity in policy.severities:
        if severity.start != PLANNING:
            for tier in range(max(severity.start, 2), policy.top + 1):
                yield severity, tier


def _turns(policy: Policy, roster: Roster, start: datetime, end: datetime) -> Iterator[datetime]:
    used = roster.hours | {severity.calendar for severity in policy.severities}
    for name in used & set(policy.calendars):
        yield from boundaries(policy.calendars[name], start, end)
    for entry in roster.on_call:
        yield from (at for at in _handovers(entry, start, end) if start <= at < end)


def _handovers(entry: OnCall, start: datetime, end: datetime) -> Iterator[datetime]:
    if entry.rotation is not None:
        at = next_handover(entry.rotation, start)
        while at < end:
            yield at
            at = next_handover(entry.rotation, at)
    for shift in entry.shifts:
        yield shift.start
        yield shift.end


def _of(
    policy: Policy,
    roster: Roster,
    severity: Severity,
    tier: int,
    area: str,
    spans: Iterable[_Span],
) -> Iterator[Gap]:
    open_gap: Gap | None = None
    seen: dict[object, tuple[str, str] | bool | None] = {}
    for start, end, running, scene in spans:
        caught: tuple[str, str] | bool | None = False  # False: somebody is eligible
        if severity.calendar in running:
            if scene not in seen:
                choice = choose(
                    policy, roster, Floor(), severity=severity.id, tier=tier, area=area,
                    customer="", novel=False, passed=(), now=start,
                )  # fmt: skip
                seen[scene] = _caught(choice)
            caught = seen[scene]
        if open_gap is not None and open_gap.caught_by == caught and open_gap.end == start:
            open_gap = Gap(severity.id, tier, area, open_gap.start, end, open_gap.caught_by)
            continue
        if open_gap is not None:
            yield open_gap
        open_gap = (
            None if isinstance(caught, bool) else Gap(severity.id, tier, area, start, end, caught)
        )
    if open_gap is not None:
        yield open_gap


def _scene(policy: Policy, roster: Roster, at: datetime) -> tuple[frozenset[str], object]:
    """Return what is open, and all that changes with the moment.

    With the same scene the answer is the same.
    """
    running = frozenset(name for name, cal in policy.calendars.items() if is_open(cal, at))
    duty = tuple(serving(entry, at) for entry in roster.on_call)
    return running, (running & roster.hours, duty)


def _caught(choice: Choice) -> tuple[str, str] | bool | None:
    if not choice.overflow:
        return False if choice.person is not None else None
    if choice.person is None:
        return None
    return choice.overflow[-1].code.removeprefix("overflow_"), choice.person
