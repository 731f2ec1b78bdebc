"""Two policies on the same cases: which cases differ, in what, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from escbot.core.policy import Policy, TierRef
from escbot.core.reasons import Because
from escbot.insights.backtest.fate import Fate

CLOCKS = ("respond", "tier")
EXAMPLES = 5
SAME_TIME = timedelta(minutes=1)  # ends closer than this are the same


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which a case differs. `why` holds reasons of the old and the new policy."""

    what: str  # severity, start, highest, respond, tier, pings, sooner, later, end
    old: str
    new: str
    why: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One case that fares differently."""

    case: str
    opened_at: datetime
    changes: tuple[Change, ...]


def differences(
    old: Sequence[Fate], new: Sequence[Fate], policies: tuple[Policy, Policy]
) -> list[Difference]:
    """Return the cases that differ, in the order they came."""
    found = []
    for was, now in zip(old, new, strict=True):
        changes = tuple(_changes(was, now, policies))
        if changes:
            found.append(Difference(was.id, was.opened_at, changes))
    return sorted(found, key=lambda one: (one.opened_at, one.case))


def _changes(was: Fate, now: Fate, policies: tuple[Policy, Policy]) -> Iterator[Change]:
    rules = tuple(b for b in (was.because, now.because) if b is not None)
    if was.severity != now.severity:
        yield Change("severity", was.severity, now.severity, rules)
    if was.stays and now.stays and was.start != now.start:
        why = rules if was.severity != now.severity else ()
        yield Change("start", str(was.start), str(now.start), (*why, *_criteria(was, now)))
    if was.stays and now.stays and was.highest != now.highest:
        yield Change("highest", str(was.highest), str(now.highest), _moves(was, now, policies))
    for clock in CLOCKS:
        one, two = was.breaches.count(clock), now.breaches.count(clock)
        if one != two:
            why = _limits(clock, was, now, policies)
            yield Change(clock, str(one), str(two), why)
    if sorted(was.pings) != sorted(now.pings):
        yield Change("pings", _pings(was), _pings(now))
    yield from _ends(was, now, policies)


def _pings(fate: Fate) -> str:
    """Name the calls and how many there were: `vip_customer, nobody_available 2`."""
    found = Counter(fate.pings)
    said = (f"{name} {count}" if count > 1 else name for name, count in sorted(found.items()))
    return ", ".join(said) or "none"


def _ends(was: Fate, now: Fate, policies: tuple[Policy, Policy]) -> Iterator[Change]:
    if was.end != now.end:
        yield Change("end", str(was.end), str(now.end))
    elif abs(was.length - now.length) >= SAME_TIME:
        what = "sooner" if now.length < was.length else "later"
        yield Change(what, _hours(was.length), _hours(now.length), _moves(was, now, policies))


def moved_hours(old: Sequence[Fate], new: Sequence[Fate]) -> dict[str, float]:
    """Return by how many hours all cases together end sooner, and later."""
    found = {"sooner": 0.0, "later": 0.0}
    for was, now in zip(old, new, strict=True):
        moved = (now.length - was.length) / timedelta(hours=1)
        found["later" if moved > 0 else "sooner"] += abs(moved)
    return found


def _hours(time: timedelta) -> str:
    return f"{time / timedelta(hours=1):.2f}"


def _criteria(was: Fate, now: Fate) -> tuple[Because, ...]:
    gone = sorted(set(was.criteria) - set(now.criteria))
    come = sorted(set(now.criteria) - set(was.criteria))
    found = [Because("criterion_gone", {"criterion": one}) for one in gone]
    return (*found, *(Because("criterion_new", {"criterion": one}) for one in come))


def _moves(was: Fate, now: Fate, policies: tuple[Policy, Policy]) -> tuple[Because, ...]:
    """Say which limits moved the case under one policy only, and how those that moved it differ."""
    old, new = _moved_by(was), _moved_by(now)
    found = [
        Because("moved_by_limit", {"side": side, "tier": str(tier), "clock": clock})
        for side, these, those in (("old", old, new), ("new", new, old))
        for tier, clock in these
        if (tier, clock) not in those
    ]
    clocks = sorted({clock for _, clock in (*old, *new)})
    tiers = {tier for tier, _ in (*old, *new)}
    limits = [one for clock in clocks for one in _limits(clock, was, now, policies, tiers)]
    return (*found, *(limits or _all_limits(was, now, policies)))


def _moved_by(fate: Fate) -> dict[tuple[TierRef, str], None]:
    """Return the tiers that a limit moved the case out of, with the clock, in order."""
    return {
        (before.tier, stay.why[: -len("_breached")]): None
        for before, stay in pairwise(fate.stays)
        if stay.why.endswith("_breached")
    }


def _all_limits(was: Fate, now: Fate, policies: tuple[Policy, Policy]) -> tuple[Because, ...]:
    return tuple(one for clock in CLOCKS for one in _limits(clock, was, now, policies))


def _limits(
    clock: str,
    was: Fate,
    now: Fate,
    policies: tuple[Policy, Policy],
    tiers: Collection[TierRef] | None = None,
) -> tuple[Because, ...]:
    """Say how a limit differs between the policies, for the severities and tiers of this case."""
    old, new = policies
    if was.severity not in {s.id for s in old.severities}:
        return ()
    one, two = old.severity(was.severity), new.severity(now.severity)
    if clock == "respond":
        if (one.respond, one.calendar) == (two.respond, two.calendar):
            return ()
        return (_limit("respond", None, one.respond, two.respond),)
    if tiers is None:
        tiers = {stay.tier for stay in (*was.stays, *now.stays)}
    found = []
    for tier in sorted(set(one.limits) | set(two.limits)):
        if tier in tiers and one.limits.get(tier) != two.limits.get(tier):
            found.append(_limit("tier", tier, one.limits.get(tier), two.limits.get(tier)))
    return tuple(found)


def _limit(
    clock: str, tier: TierRef | None, old: timedelta | None, new: timedelta | None
) -> Because:
    values = {
        "clock": clock,
        "tier": None if tier is None else str(tier),
        "old": None if old is None else old.total_seconds(),
        "new": None if new is None else new.total_seconds(),
    }
    return Because("limit_changed", values)


def grouped(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return how many cases change from what to what, the most frequent first, with examples."""
    counts: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        for change in one.changes:
            timed = change.what in ("sooner", "later")
            key = (change.what, "" if timed else change.old, "" if timed else change.new)
            counts[key] += 1
            shown = examples.setdefault(key, [])
            if len(shown) < EXAMPLES:
                shown.append(one.case)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"what": what, "old": old, "new": new, "cases": number,
         "examples": examples[what, old, new]}
        for (what, old, new), number in ranked
    ]  # fmt: skip
