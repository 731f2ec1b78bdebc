"""What is said of a proposed change of the policy: the change, its evidence, its uncertainty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

from escbot.core.durations import format_duration

Level = timedelta | float | int


class Proposal(Protocol):
    """The values of a proposal that the sentences read; `insights.advise.Advice` has them."""

    @property
    def kind(self) -> str: ...
    @property
    def old(self) -> Level: ...
    @property
    def new(self) -> Level: ...
    @property
    def saves(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def cases(self) -> int: ...
    @property
    def better(self) -> int: ...
    @property
    def worse(self) -> int: ...
    @property
    def severity(self) -> str | None: ...
    @property
    def tier(self) -> int | None: ...
    @property
    def effects(self) -> object: ...


def change(advice: Proposal) -> str:
    """Return the change in one phrase: "tier 1's limit: 1 h 30 min instead of 12 h"."""
    return f"{_what(advice)}: {level(advice.new)} instead of {level(advice.old)}"


def _what(advice: Proposal) -> str:
    whose = f" for {advice.severity}" if advice.severity else ""
    names = {
        "tier_limit": f"the time limit of tier {advice.tier}{whose}",
        "respond": f"the response time of {advice.severity}",
        "answer": f"the time to answer an offer of {advice.severity}",
        "warning": "the warning",
        "capacity": "the capacity of people without a number of their own",
        "reserve": "the points kept free for urgent cases",
    }
    return names[advice.kind]


def level(value: Level) -> str:
    """Return a threshold's value for people."""
    if isinstance(value, timedelta):
        return format_duration(value)
    return f"{value:.0%}" if isinstance(value, float) else f"{value} points"


def evidence(advice: Proposal) -> tuple[str, ...]:
    """Return what speaks for the change, one sentence each."""
    return tuple(_evidence(advice))


def _evidence(advice: Proposal) -> Iterator[str]:
    yield (
        f"On {advice.cases:,} past cases it saves about {advice.saves:,.0f} hours of customers' "
        f"and colleagues' time (nine in ten resamples: {advice.low:,.0f} to {advice.high:,.0f})."
    )
    yield f"{advice.better:,} cases fare better and {advice.worse:,} worse; the rest don't differ."
    effects = advice.effects if isinstance(advice.effects, dict) else {}
    said = [
        f"{name} {old:,.0f} → {new:,.0f}"
        for key, name in _FIGURES
        for old, new in (effects.get(key, (0.0, 0.0)),)
        if round(old) != round(new)
    ]
    if said:
        yield f"In figures: {', '.join(said)}."
    if advice.kind == "respond" and _longer(advice):
        yield "It promises customers less; lateness was measured by today's promise all the same."


def _longer(advice: Proposal) -> bool:
    new, old = advice.new, advice.old
    return isinstance(new, timedelta) and isinstance(old, timedelta) and new > old


_FIGURES = (
    ("moves_by_limit", "moves up by a limit"),
    ("respond_breaches", "late responses"),
    ("tier_breaches", "tier limits passed"),
    ("warnings", "warnings"),
    ("false_alarms", "warnings without a breach"),
    ("pings", "calls to management"),
    ("unowned_hours", "hours without an owner"),
)

NO_CHANGE = (
    "No change: nothing that was tried would have helped beyond what chance explains, "
    "or enough to be worth the trouble."
)
FEW = "Too few cases to advise anything; read them instead."
CAVEAT = (
    "Each change is measured alone, on the past, by the replay's assumptions. "
    "It is a proposal; people decide."
)
