"""Why a case fares differently under another policy: where it parts, and what made it so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from escbot.core import events as e
from escbot.core.durations import format_duration
from escbot.core.policy import Policy
from escbot.core.reasons import Because
from escbot.core.roster import Roster
from escbot.words.notices import MOVES
from escbot.words.policydiff import criterion, severity_part
from escbot.words.policyparts import calendar_parts, parts_of
from escbot.words.reasons import criterion_name, phrase
from escbot.words.voice import Voice, listed, plain_voice

Values = Mapping[str, Any]
Policies = tuple[Policy, Policy]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Happened(Protocol):
    """Something that happened; `insights.backtest.fate.Step`."""

    @property
    def at(self) -> datetime: ...
    @property
    def event(self) -> Any: ...  # noqa: ANN401 - an event, or the end of a replay


class Parted(Protocol):
    """Where two lives part; `insights.backtest.parting.Parting`."""

    @property
    def opened_at(self) -> datetime: ...
    @property
    def old(self) -> Happened | None: ...
    @property
    def new(self) -> Happened | None: ...


def because(
    why: Iterable[Because | Parted], policies: Policies, roster: Roster | None = None
) -> list[str]:
    """Return why a case differs, as phrases, each once."""
    voice = plain_voice(roster)
    said = (line for one in why for line in _lines(one, policies, voice))
    return list(dict.fromkeys(said))


def _lines(one: Because | Parted, policies: Policies, voice: Voice) -> Iterator[str]:
    if not isinstance(one, Because):
        yield parted(one, voice)
        return
    write = _REASONS.get(one.code)
    if write is not None:
        yield from write(one.values, policies)
        return
    said = phrase(one, voice)
    if "whom" in one.values:
        when = "before" if one.values["side"] == "old" else "now"
        said = f"{when}, {one.values['whom']} {said}"
    yield said


# Where it parts


def parted(parting: Parted, voice: Voice) -> str:
    """Return what happens in one life only, or at another time."""
    old, new = parting.old, parting.new
    if old and new:
        was, now = happened(old.event, voice), happened(new.event, voice)
        if was == now:
            return f"{now} {_after(new, parting)} instead of {_after(old, parting)}"
        if old.at == new.at:
            return f"{_after(new, parting)}, {now}; before, {was}"
    if new and (old is None or new.at < old.at):
        return f"only now, {_after(new, parting)}: {happened(new.event, voice)}"
    if old:
        return f"only before, {_after(old, parting)}: {happened(old.event, voice)}"
    raise ValueError(parting)


def _after(step: Happened, parting: Parted) -> str:
    time = step.at - parting.opened_at
    if time < MINUTE:
        return "at the opening"
    if time >= 2 * DAY:
        return f"after {time / DAY:.1f} days"
    return f"after {format_duration(time - time % MINUTE)}"


def happened(event: Any, voice: Voice) -> str:  # noqa: ANN401 - an event, or the end of a replay
    """Return what happens as a phrase: "nobody takes it in time"."""
    write = _HAPPENED.get(type(event))
    return write(event, voice) if write else _LAST[event.how]


def _round(event: e.RoundOpened, voice: Voice) -> str:
    where = _tier(event.tier)
    if event.why == "opened":
        return f"it begins in {where}"
    return f"it goes to {where} ({MOVES.get(event.why) or criterion_name(event.why).lower()})"


def _clock(name: str) -> str:
    return "the response time" if name == "respond" else f"the time in the {name}"


def _called(event: e.ManagementCalled, voice: Voice) -> str:
    names = listed([criterion_name(one) for one in event.criteria])
    how = "is left a line for the morning" if event.quiet else "is called"
    return f"management {how} ({names})"


def _offered(event: e.Offered, voice: Voice) -> str:
    person = event.choice.person
    if person is None:
        return "nobody can be asked"
    name = next((one.name for one in event.choice.considered if one.id == person), None)
    return f"{name or voice.person(person)} is asked"


_LAST = {
    "resolved": "it is resolved",
    "open": "its record ends",
    "closed": "it stays closed",
    "cut": "it goes on without end",
}
_HAPPENED: Mapping[type, Callable[[Any, Voice], str]] = {
    e.Assessed: lambda v, _: (
        f"it is assessed as {v.assessment.severity} for {_tier(v.assessment.tier)}"
    ),
    e.SeverityChanged: lambda v, _: f"it becomes {v.to}",
    e.RoundOpened: _round,
    e.Offered: _offered,
    e.Passed: lambda v, voice: f"{voice.person(v.person)} gives no sign in time",
    e.Kept: lambda v, voice: f"it stays with {voice.person(v.person)}",
    e.Queued: lambda v, _: "it lies in the planning queue",
    e.PlanAccepted: lambda v, _: "it is taken into the plan",
    e.Acknowledged: lambda v, voice: f"{voice.person(v.person)} takes it",
    e.Warned: lambda v, _: f"{v.share:.0%} of {_clock(v.clock)} is used".replace("%", " %"),
    e.Breached: lambda v, _: (
        "nobody takes it in time" if v.clock == "respond" else f"{_clock(v.clock)} runs out"
    ),
    e.ManagementCalled: _called,
    e.WaitStarted: lambda v, _: "a wait begins",
    e.Resumed: lambda v, _: (
        "the policy ends the wait" if v.why == "pause_ended" else "the wait is over"
    ),
    e.DeescalationProposed: lambda v, _: f"{v.to_severity} is proposed ({v.rule})".replace(
        "_", " "
    ),
    e.Closed: lambda v, _: "it closes by itself",
    e.Reopened: lambda v, _: "it is opened again",
    e.Resolved: lambda v, _: "it is resolved",
}


# What made it so


def _part(values: Values, policies: Policies) -> Iterator[str]:
    part = str(values["part"])
    if "severity" not in values:
        write = _PARTS.get(part)
        yield from map(_phrase, write(*policies) if write else parts_of(part, *policies))
        return
    old, new = (policy.severity(str(values["severity"])) for policy in policies)
    if part == "respond":
        yield f"the response time is {_time(new.respond)} instead of {_time(old.respond)}"
    elif part == "limit":
        tier = int(values["tier"])
        now, was = _time(new.limits.get(tier)), _time(old.limits.get(tier))
        yield f"tier {tier}'s limit is {now} instead of {was}"
    elif part == "hours":
        yield from map(_phrase, severity_part(old, new, "calendar"))
        if old.calendar == new.calendar:
            yield from map(_phrase, calendar_parts(*policies, [old.calendar]))
    else:
        yield from map(_phrase, severity_part(old, new, part))


def _phrase(sentence: str) -> str:
    """Return a sentence as a part of another one."""
    text = sentence.removesuffix(".")
    first, _, rest = text.partition(" ")
    return text if first.isupper() and len(first) > 1 else f"{first.lower()} {rest}"


def _time(value: timedelta | None) -> str:
    return "none" if value is None else format_duration(value)


def _when(a: Policy, b: Policy) -> Iterator[str]:
    before, after = ({one.id: one for one in policy.severities} for policy in (a, b))
    for id_ in sorted(before.keys() & after.keys()):
        yield from severity_part(before[id_], after[id_], "when")
    if list(before) != list(after):
        yield f"The severities are {listed(list(after))} instead of {listed(list(before))}."


def _criteria(a: Policy, b: Policy) -> Iterator[str]:
    for id_ in dict.fromkeys(one.id for policy in (a, b) for one in policy.criteria):
        yield from criterion(a, b, id_)


_PARTS: Mapping[str, Callable[[Policy, Policy], Iterator[str]]] = {
    "when": _when,
    "criteria": _criteria,
    "tiers": lambda a, b: iter([f"The number of tiers is {b.top} instead of {a.top}."]),
    "shifts": calendar_parts,
}
_REASONS: Mapping[str, Callable[[Values, Policies], Iterable[str]]] = {
    "part_changed": _part,
    "criterion_changed": lambda v, both: map(_phrase, criterion(*both, str(v["criterion"]))),
    "criterion_gone": lambda v, _: [f"“{criterion_name(str(v['criterion']))}” no longer holds"],
    "criterion_new": lambda v, _: [f"“{criterion_name(str(v['criterion']))}” holds now"],
    "other_severity": lambda v, _: [f"it is {v['new']} by then instead of {v['old']}"],
    "other_tier": lambda v, _: [f"it is in {_tier(v['new'])} by then, not in {_tier(v['old'])}"],
    "other_cases": lambda v, _: ["other cases leave other people free"],
}


def _tier(value: object) -> str:
    return "the planning queue" if value == "planning" else f"tier {value}"
