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
    for id_ in before.keys() - after.keys():
        yield f"{id_} is no longer a severity."
    for id_ in after.keys() - before.keys():
        yield f"{id_} is a new severity."
    for id_ in sorted(before.keys() & after.keys()):
        yield from _severity(before[id_], after[id_])


def _severity(a: Severity, b: Severity) -> Iterator[str]:
    for field, words in _LIMITS.items():
        was, now = getattr(a, field), getattr(b, field)
        if was != now:
            yield f"{a.id} {words} {_time(now)} instead of {_time(was)}."
    for field, words in _VALUES.items():
        was, now = getattr(a, field), getattr(b, field)
        if was != now:
            yield f"{a.id} {words} {_value(now)} instead of {_value(was)}."
    for tier in sorted({*a.limits, *b.limits}):
        was, now = a.limits.get(tier), b.limits.get(tier)
        if was != now:
            yield f"{a.id} may stay in tier {tier} for {_time(now)} instead of {_time(was)}."
    if a.when != b.when:
        yield f"{a.id} is decided where {_when(b.when)}, instead of where {_when(a.when)}."
    if a.warnings != b.warnings:
        yield f"{a.id} warns {_warns(b.warnings)} instead of {_warns(a.warnings)}."


def _criteria(a: Policy, b: Policy) -> Iterator[str]:
    before = {criterion.id: criterion for criterion in a.criteria}
    after = {criterion.id: criterion for criterion in b.criteria}
    for id_ in before.keys() - after.keys():
        yield f"“{criterion_name(id_)}” no longer moves anything."
    for id_ in after.keys() - before.keys():
        yield f"“{criterion_name(id_)}” is new and asks for {after[id_].to}."
    for id_ in sorted(before.keys() & after.keys()):
        if before[id_].to != after[id_].to:
            yield f"“{criterion_name(id_)}” asks for {after[id_].to} instead of {before[id_].to}."
        elif before[id_] != after[id_]:
            name, now, was = criterion_name(id_), after[id_].when, before[id_].when
            yield f"“{name}” is met where {_when(now)}, instead of where {_when(was)}."


def _tiers(a: Policy, b: Policy) -> Iterator[str]:
    if len(a.tiers) != len(b.tiers):
        yield f"There are {len(b.tiers)} tiers instead of {len(a.tiers)}."
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
