"""Two policies → in words, what changes for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from escbot.core.durations import format_duration
from escbot.core.permissions import table_of
from escbot.core.policy import PLANNING, Condition, Policy, Severity, Warn, When
from escbot.words.policyparts import parts
from escbot.words.reasons import FACTS, criterion_name
from escbot.words.voice import listed

_LIMITS = {
    "respond": "must be taken within",
    "answer": "is offered on after",
    "update": "tells customers again within",
    "manage": "expects a pinged manager within",
    "pause": "ends a wait after",
    "close": "closes by itself after",
    "grace": "is de-escalated after",
}
_VALUES = {
    "start": "starts in",
    "calendar": "runs in the calendar",
    "lower_by": "may be lowered by",
    "points": "takes capacity points:",
    "weight": "weighs in the unassigned queue:",
    "urgent": "pages at any hour:",
    "name": "is called",
    "emoji": "has the emoji",
    "confirm_by": "is de-escalated with the word of a",
}


def differences(a: Policy, b: Policy) -> list[str]:
    """Return the differences line by line; empty where both decide the same."""
    return [
        *_severities(a, b),
        *_criteria(a, b),
        *_tiers(a, b),
        *parts(a, b),
        *_permissions(table_of(a), table_of(b)),
    ]


def _time(value: timedelta | None) -> str:
    return "never" if value is None else format_duration(value)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "the planning queue" if value == PLANNING else str(value or "nobody")


def _when(when: When) -> str:
    """Return rules as words: "the system is down, or it is a minor issue"."""
    rules = [listed([_condition(condition) for condition in rule]) for rule in when]
    return ", or ".join(rules) or "nothing is asked"


def _condition(condition: Condition) -> str:
    words = [
        FACTS.get((condition.fact, one), f"{condition.fact} is {one}") for one in condition.among
    ]
    return " or ".join(words)


def _warns(warnings: tuple[Warn, ...]) -> str:
    return (
        listed(
            [
                f"{listed([_plain(who) for who in warn.to])} at {round(warn.share * 100)} %"
                for warn in warnings
            ]
        )
        or "nobody"
    )


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _severities(a: Policy, b: Policy) -> Iterator[str]:
    before = {severity.id: severity for severity in a.severities}
    after = {severity.id: severity for severity in b.severities}
    for id_ in sorted(before.keys() - after.keys()):
        yield f"{id_} is no longer a severity."
    for id_ in sorted(after.keys() - before.keys()):
        yield f"{id_} is a new severity."
    for id_ in sorted(before.keys() & after.keys()):
        for part in (*_LIMITS, *_VALUES, "limits", "when", "warnings"):
            yield from severity_part(before[id_], after[id_], part)


def severity_part(a: Severity, b: Severity, part: str) -> Iterator[str]:
    """Yield how a field of a severity differs, one sentence each."""
    was, now = getattr(a, part), getattr(b, part)
    if was == now:
        return
    if part in _LIMITS:
        yield f"{a.id} {_LIMITS[part]} {_time(now)} instead of {_time(was)}."
    elif part == "limits":
        yield from _limits(a, b)
    elif part == "when":
        yield f"{a.id} is decided where {_when(now)}, instead of where {_when(was)}."
    elif part == "warnings":
        yield f"{a.id} warns {_warns(now)} instead of {_warns(was)}."
    else:
        yield f"{a.id} {_VALUES[part]} {_value(now)} instead of {_value(was)}."


def _limits(a: Severity, b: Severity) -> Iterator[str]:
    for tier in sorted({*a.limits, *b.limits}):
        was, now = a.limits.get(tier), b.limits.get(tier)
        if was != now:
            yield f"{a.id} may stay in tier {tier} for {_time(now)} instead of {_time(was)}."


def _criteria(a: Policy, b: Policy) -> Iterator[str]:
    before = {criterion.id for criterion in a.criteria}
    after = {criterion.id for criterion in b.criteria}
    for id_ in (*sorted(before - after), *sorted(after - before), *sorted(before & after)):
        yield from criterion(a, b, id_)


def criterion(a: Policy, b: Policy, id_: str) -> Iterator[str]:
    """Yield how a criterion of one or both policies differs, one sentence at most."""
    was, now = (next((c for c in policy.criteria if c.id == id_), None) for policy in (a, b))
    name = criterion_name(id_)
    if now is None:
        yield f"“{name}” no longer moves anything."
    elif was is None:
        yield f"“{name}” is new and asks for {now.to}."
    elif was.to != now.to:
        yield f"“{name}” asks for {now.to} instead of {was.to}."
    elif was != now:
        yield f"“{name}” is met where {_when(now.when)}, instead of where {_when(was.when)}."


def _tiers(a: Policy, b: Policy) -> Iterator[str]:
    if len(a.tiers) != len(b.tiers):
        yield f"The number of tiers is {len(b.tiers)} instead of {len(a.tiers)}."
    for was, now in zip(a.tiers, b.tiers, strict=False):
        if was.name != now.name:
            yield f"Tier {was.number} is called {now.name} instead of {was.name}."
        if was.people != now.people:
            yield f"The people of tier {was.number} are {now.people or 'not named'}."
        if was.channel != now.channel:
            yield f"Tier {was.number} has its lines in {now.channel or 'no channel'}."


def _permissions(
    a: Mapping[str, tuple[str, ...]], b: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    for action in sorted({*a, *b}):
        was, now = a.get(action, ("anyone",)), b.get(action, ("anyone",))
        if was != now:
            words = action.replace("_", " ")
            yield f"“{words}” is for {', '.join(now)} instead of {', '.join(was)}."
