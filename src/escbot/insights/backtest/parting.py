"""Where two lives of one case part: the first decision of a kind that differs, and what made it so.

A decision reads few parts of a policy. Those that differ are why it fell otherwise; where none
does, the case was led there by an earlier decision, or by whom other cases left free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from escbot.core import events as e
from escbot.core.decision import Choice, Considered
from escbot.core.policy import Policy, Severity, TierRef
from escbot.core.reasons import Because
from escbot.insights.backtest.fate import Fate, Last, Step


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is in one of its lives."""

    policy: Policy
    severity: str
    tier: TierRef

    @property
    def limits(self) -> Severity | None:
        """The severity with all that it sets; None where the case never had one."""
        return next((one for one in self.policy.severities if one.id == self.severity), None)


@dataclass(frozen=True, slots=True)
class Parting:
    """What happens next in the old and the new life where they part; None: nothing any more."""

    opened_at: datetime
    old: Step | None
    new: Step | None
    places: tuple[Place, Place]


LED = ("other_severity", "other_tier")  # where the case is by then: no cause by itself
Counts = Callable[[e.Event | Last], bool]
Why = Because | Parting


def parting(
    was: Fate, now: Fate, policies: tuple[Policy, Policy], counts: Counts
) -> Parting | None:
    """Return where two lives first differ in a step that `counts`, or None."""
    old_steps, new_steps = ([s for s in fate.steps if counts(s.event)] for fate in (was, now))
    for old, new in zip_longest(old_steps, new_steps):
        if old is None or new is None or old.at != new.at or _key(old.event) != _key(new.event):
            moment = min(step.at for step in (old, new) if step)
            places = (_place(was, old, moment, policies[0]), _place(now, new, moment, policies[1]))
            return Parting(was.opened_at, old, new, places)
    return None


def _key(event: e.Event | Last) -> object:
    """Return what of an event makes a difference."""
    key = _KEYS.get(type(event))
    return type(event) if key is None else (type(event), key(event))


_KEYS: Mapping[type, Callable[[Any], object]] = {
    e.Assessed: lambda v: (
        v.assessment.severity,
        v.assessment.tier,
        tuple(met.id for met in v.assessment.criteria),
    ),
    e.RoundOpened: lambda v: (v.tier, v.why),
    e.Offered: lambda v: v.choice.person,
    e.SeverityChanged: lambda v: v.to,
    e.Warned: lambda v: (v.clock, v.share),
    e.Breached: lambda v: v.clock,
    e.ManagementCalled: lambda v: (v.criteria, v.quiet),
    e.Resumed: lambda v: v.why,
    e.DeescalationProposed: lambda v: v.rule,
    Last: lambda v: v.how,
}


def _place(fate: Fate, until: Step | None, moment: datetime, policy: Policy) -> Place:
    """Return where a case is before a step, or at a moment."""
    severity: str = fate.severity
    tier: TierRef = fate.start if fate.stays else 1
    for step in fate.steps:
        if step is until or step.at > moment:
            break
        if isinstance(step.event, e.SeverityChanged):
            severity = step.event.to
        elif isinstance(step.event, e.RoundOpened):
            tier = step.event.tier
    return Place(policy, severity, tier)


def why(was: Fate, now: Fate, policies: tuple[Policy, Policy], counts: Counts) -> tuple[Why, ...]:
    """Say where two lives part in what counts, and what made it so; never empty where they do.

    Where the policies agree on that step, go back to the first step at which they part at all.
    """
    found = parting(was, now, policies, counts)
    first = parting(was, now, policies, lambda event: True)
    if found is None or first is None:
        return ()
    said: list[Why] = [found, *_led(found)]
    causes = tuple(_causes(found))
    if not causes:
        if (first.old, first.new) != (found.old, found.new):
            said.append(first)
        causes = tuple(_causes(first)) or tuple(_differing(PARTS, first.places))
    return (*said, *(causes or (Because("other_cases"),)))


def _led(found: Parting) -> Iterator[Because]:
    """Say where the lives are no longer in the same place when they part in what counts."""
    old, new = found.places
    if all(step is None or step.at == found.opened_at for step in (found.old, found.new)):
        return
    if old.severity != new.severity:
        yield Because("other_severity", {"old": old.severity, "new": new.severity})
    if old.tier != new.tier:
        yield Because("other_tier", {"old": str(old.tier), "new": str(new.tier)})


def _causes(found: Parting) -> Iterator[Because]:
    """Yield what in the policies or among the people makes the lives part here."""
    old, new = (step.event if step else None for step in (found.old, found.new))
    if isinstance(old, e.Assessed) and isinstance(new, e.Assessed):
        yield from _assessed(old, new, found.places)
    if isinstance(old, e.Offered) and isinstance(new, e.Offered):
        barred = tuple(_passed_over(old.choice, new.choice))
        if barred:
            yield from barred
            yield from _differing(_barring(barred), found.places)
            return
    if isinstance(old, e.ManagementCalled) or isinstance(new, e.ManagementCalled):
        called = [one.criteria for one in (old, new) if isinstance(one, e.ManagementCalled)]
        yield from _criteria((id_ for ids in called for id_ in ids), found.places)
    events = [event for event in (old, new) if event is not None]
    parts = dict.fromkeys(part for event in events for part in _parts_of(event))
    yield from _differing(parts, found.places)


def _assessed(old: e.Assessed, new: e.Assessed, places: tuple[Place, Place]) -> Iterator[Because]:
    was, now = old.assessment, new.assessment
    if was.severity != now.severity:
        yield from (was.severity_because, now.severity_because)
    before, after = ([met.id for met in one.criteria] for one in (was, now))
    yield from (Because("criterion_gone", {"criterion": i}) for i in before if i not in after)
    yield from (Because("criterion_new", {"criterion": i}) for i in after if i not in before)
    yield from _criteria({*before, *after}, places)


def _criteria(ids: Iterable[str], places: tuple[Place, Place]) -> Iterator[Because]:
    """Say which of these criteria both policies have and read otherwise."""
    old, new = ({one.id: one for one in place.policy.criteria} for place in places)
    for id_ in sorted(set(ids)):
        if old.get(id_) != new.get(id_):
            yield Because("criterion_changed", {"criterion": id_})


def _passed_over(old: Choice, new: Choice) -> Iterator[Because]:
    """Say why whom one life asks can't be asked in the other."""
    for side, choice, other in (("old", old, new), ("new", new, old)):
        for one in choice.considered:
            if one.id == other.person and one.verdict == "not_eligible":
                yield from (_of(one, side, bar) for bar in one.because)


def _of(one: Considered, side: str, bar: Because) -> Because:
    return Because(bar.code, {**bar.values, "side": side, "whom": one.name})


def _barring(bars: Iterable[Because]) -> dict[str, None]:
    """Return the parts of a policy that bar people so."""
    return dict.fromkeys(part for bar in bars for part in _BARRED.get(bar.code, ()))


# What a decision reads

_Read = Callable[[Place, Severity], object]


def _field(name: str) -> _Read:
    return lambda place, severity: getattr(severity, name)


def _hours(place: Place, severity: Severity) -> object:
    calendar = place.policy.calendars[severity.calendar]
    return calendar.zone, calendar.days, calendar.closed, calendar.open, calendar.always


OF_SEVERITY: Mapping[str, _Read] = {
    "respond": _field("respond"),
    "limit": lambda place, severity: (
        severity.limits.get(place.tier) if isinstance(place.tier, int) else None
    ),
    "hours": _hours,
    "warnings": lambda place, severity: sorted(warn.share for warn in severity.warnings),
    "answer": _field("answer"),
    "start": _field("start"),
    "pause": _field("pause"),
    "close": _field("close"),
    "grace": _field("grace"),
    "confirm_by": _field("confirm_by"),
    "manage": _field("manage"),
    "points": _field("points"),
    "urgent": _field("urgent"),
    "weight": _field("weight"),
}
OF_POLICY: Mapping[str, Callable[[Policy], object]] = {
    "when": lambda policy: [(one.id, one.when) for one in policy.severities],
    "tiers": lambda policy: policy.top,
    "criteria": lambda policy: policy.criteria,
    "management": lambda policy: policy.management,
    "rules": lambda policy: policy.deescalation,
    "rest": lambda policy: policy.rest,
    "routing": lambda policy: policy.routing,
    "shifts": lambda policy: policy.calendars,
    "queue": lambda policy: policy.queue,
    "handoff": lambda policy: (policy.handoff.required, policy.handoff.gated),
    "reopen_for": lambda policy: policy.reopen_for,
}
PARTS = (*OF_SEVERITY, *OF_POLICY)
_CLOCK = {"respond": ("respond", "hours"), "tier": ("limit", "hours")}
_PLACED = ("when", "start", "tiers", "handoff")
_LOWERED = ("rules", "grace", "confirm_by", "rest", "when")


_BARRED = {
    "off_shift": ("shifts",),
    "full": ("routing", "points"),
    "reserve": ("routing", "points", "urgent"),
}


def _parts_of(event: e.Event | Last) -> tuple[str, ...]:
    """Return the parts of a policy that decide whether and when this happens."""
    match event:
        case e.Warned():
            return (*_CLOCK.get(event.clock, ()), "warnings")
        case e.Breached():
            return _CLOCK.get(event.clock, ())
        case e.RoundOpened() if event.why.endswith("_breached"):
            return _CLOCK.get(event.why.removesuffix("_breached"), ())
        case e.RoundOpened() if event.why != "opened":
            return (*_LOWERED, "start", "tiers")
    return _PARTS_OF.get(type(event), ())


_PARTS_OF: Mapping[type, tuple[str, ...]] = {
    e.Assessed: _PLACED,
    e.RoundOpened: _PLACED,
    e.Queued: _PLACED,
    e.Kept: _PLACED,
    e.Offered: ("routing", "points", "urgent", "shifts", "answer", "queue", "weight"),
    e.Passed: ("answer", "hours"),
    e.Acknowledged: ("answer", "hours"),
    e.SeverityChanged: _LOWERED,
    e.DeescalationProposed: _LOWERED,
    e.ManagementCalled: ("management", "manage"),
    e.Resumed: ("pause", "hours"),
    e.Closed: ("close", "hours"),
    e.Reopened: ("close", "reopen_for"),
}


def _differing(parts: Iterable[str], places: tuple[Place, Place]) -> Iterator[Because]:
    """Yield those parts that the policies set otherwise for where the case is."""
    old, new = places
    was, now = old.limits, new.limits
    for part in parts:
        if part in OF_POLICY:
            if OF_POLICY[part](old.policy) != OF_POLICY[part](new.policy):
                yield Because("part_changed", {"part": part})
        elif was is not None and now is not None and was.id == now.id:
            if part == "limit" and old.tier != new.tier:
                continue
            if OF_SEVERITY[part](old, was) != OF_SEVERITY[part](new, now):
                tier = str(new.tier) if part == "limit" else None
                yield Because(
                    "part_changed", {"part": part, "severity": new.severity, "tier": tier}
                )
