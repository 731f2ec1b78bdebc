"""What is said of a proposed change of the policy: the change, its evidence, its uncertainty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Protocol

from escbot.core.durations import format_duration
from escbot.words.voice import counted

Level = timedelta | float | int


class Named(Protocol):
    """What names a threshold: `insights.advise.Looked` and `Advice` have it."""

    @property
    def kind(self) -> str: ...
    @property
    def severity(self) -> str | None: ...
    @property
    def tier(self) -> int | None: ...
    @property
    def old(self) -> Level: ...


class Looking(Protocol):
    """How much was looked at; `insights.advise.Advised`."""

    @property
    def cases(self) -> int: ...
    @property
    def older(self) -> int: ...
    @property
    def tried(self) -> int: ...
    @property
    def changes(self) -> int: ...
    @property
    def first_on(self) -> int: ...


class Seen(Named, Protocol):
    """A threshold that was looked at; `insights.advise.Looked`."""

    @property
    def verdict(self) -> str: ...
    @property
    def cases(self) -> int: ...
    @property
    def better(self) -> int: ...
    @property
    def worse(self) -> int: ...


class Proposal(Named, Protocol):
    """The values of a proposal that the sentences read; `insights.advise.Advice` has them."""

    @property
    def new(self) -> Level: ...
    @property
    def saves(self) -> float: ...
    @property
    def share(self) -> float: ...
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
    def effects(self) -> object: ...


def change(advice: Proposal) -> str:
    """Return the change in one phrase: "the time limit of tier 1: 1 h 30 min instead of 12 h"."""
    return f"{threshold(advice)}: {level(advice.new)} instead of {level(advice.old)}"


def threshold(advice: Named) -> str:
    """Return what a threshold is called: "the time limit of tier 1"."""
    whose = f" for {advice.severity}" if advice.severity else ""
    names = {
        "tier_limit": f"the time limit of tier {advice.tier}{whose}",
        "respond": f"the response time of {advice.severity}",
        "answer": f"the time to answer an offer of {advice.severity}",
        "warning": f"the warning at {level(advice.old)}",
        "capacity": "the capacity of people without a number of their own",
        "reserve": "the points kept free for urgent cases",
    }
    return names[advice.kind]


def level(value: Level) -> str:
    """Return a threshold's value for people."""
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, float):
        return f"{value:.0%}"
    return counted(value, "point")


def evidence(advice: Proposal) -> tuple[str, ...]:
    """Return what speaks for the change, one sentence each."""
    return tuple(_evidence(advice))


def _evidence(advice: Proposal) -> Iterator[str]:
    resampled = f"(nine in ten resamples: {advice.low:,.0f} to {advice.high:,.0f})"
    past = counted(advice.cases, "past case")
    if advice.better + advice.worse > advice.cases:
        where = f"It touches {past}, and others that share their people, and"
    else:
        where = f"On {past} it"
    if advice.kind == "warning":
        yield (
            f"{where} takes about {advice.saves:,.0f} h {resampled} off what late and needless "
            f"warnings cost, {advice.share:.0%} of it."
        )
    else:
        yield (
            f"{where} saves about {advice.saves:,.0f} h of customers' and colleagues' time, "
            f"weighed by severity {resampled}: {advice.share:.0%} of what they cost."
        )
    better = counted(advice.better, "case fares", "cases fare")
    yield f"{better} better and {advice.worse:,} worse; the rest don't differ."
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


def verdict(seen: Seen) -> str:
    """Return what came of a threshold, in a few words."""
    if not seen.cases:
        return "no case comes under it"
    if seen.verdict == "harms":
        return f"helps {counted(seen.better, 'case')} but harms {seen.worse:,}"
    return _VERDICTS[seen.verdict]


_VERDICTS = {
    "proposed": "proposed",
    "further": "worth a change too, after those proposed",
    "twin": "does the same as one proposed",
    "idle": "no case comes near it",
    "same": "no other value helps",
    "little": "saves too little to be worth a change",
    "chance": "chance alone could explain it",
}


def saved(seen: Mapping[str, Any]) -> str:
    """Return what the best other value of a threshold saves, and which share of the cost that is.

    `seen` has the fields of `insights.advise.Looked`.
    """
    about = "about " if seen["about"] else ""
    return f"{about}{hours(seen['saves'])} ({seen['share']:.1%})".replace("-", "−")


def hours(value: float) -> str:
    """Return weighed hours, exact where they are few."""
    said = f"{value:,.0f} h" if abs(value) >= 10 else f"{value:.1f} h"
    return said.replace("-", "−")


def looked_at(source: str, found: Looking) -> str:
    """Return what advice is based on, in two sentences."""
    cases = f"{counted(found.cases, 'case')} of {source}"
    if found.older:
        cases += f", the newest of {found.cases + found.older:,}"
    if not found.tried:
        return f"{cases}."
    return (
        f"{cases}; {counted(found.tried, 'threshold')} with "
        f"{counted(found.changes, 'other value')}. Each value was tried on up to "
        f"{counted(found.first_on, 'case')} that it can touch; what promised enough, on all."
    )


def spent(hours: Mapping[str, float]) -> str:
    """Return where the time of the cases goes today, so that one sees what a limit can change."""
    whole = hours.get("all", 0.0)
    if not whole:
        return ""
    outside, queued, unowned = (hours[key] / whole for key in ("outside", "queued", "unowned"))
    rest = max(1 - outside - queued - unowned, 0.0)
    missing = (
        " Mostly nobody has the cases: people are missing, and no threshold makes up for that."
        if unowned > 0.5
        else ""
    )
    return (
        f"Of all the time of these cases {outside:.0%} waits for customers and vendors, "
        f"{queued:.0%} lies in a queue, {unowned:.0%} has no owner; in {rest:.0%} somebody works. "
        "A threshold changes where a case is and who hears of it, never how fast work goes."
        + missing
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
