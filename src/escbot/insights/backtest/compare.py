"""Two policies on the same cases: which cases differ, in what, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escbot.core import events as e
from escbot.core.policy import Policy
from escbot.core.reasons import Because, Value
from escbot.insights.backtest.fate import Fate, Last
from escbot.insights.backtest.parting import LED, Counts, Why, why

CLOCKS = ("respond", "tier")
EXAMPLES = 5
SAME_TIME = timedelta(minutes=1)  # ends closer than this are the same


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which a case differs. `why` says where it parts and what made it so."""

    what: str  # severity, start, highest, respond, tier, warnings, pings, sooner, later, end
    old: str
    new: str
    why: tuple[Why, ...]


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
    for what, old, new, counts in _facts(was, now):
        if old != new:
            yield Change(what, old, new, why(was, now, policies, counts))


def _facts(was: Fate, now: Fate) -> Iterator[tuple[str, str, str, Counts]]:
    """Yield what is compared of a case, and in which steps its reason is looked for."""
    yield "severity", was.severity, now.severity, _one_of(e.Assessed)
    if was.stays and now.stays:
        yield "start", str(was.start), str(now.start), _one_of(e.Assessed, e.RoundOpened)
        yield "highest", str(was.highest), str(now.highest), _one_of(e.RoundOpened)
    for clock in CLOCKS:
        one, two = (str(fate.breaches.count(clock)) for fate in (was, now))
        yield clock, one, two, _breach_of(clock)
    yield "warnings", _warnings(was), _warnings(now), _one_of(e.Warned)
    yield "pings", _pings(was), _pings(now), _is_call
    if was.end != now.end:
        yield "end", str(was.end), str(now.end), _moves
    elif abs(was.length - now.length) >= SAME_TIME:
        what = "sooner" if now.length < was.length else "later"
        yield what, _hours(was.length), _hours(now.length), _moves


def _one_of(*kinds: type) -> Counts:
    return lambda event: isinstance(event, kinds)


def _breach_of(clock: str) -> Counts:
    return lambda event: isinstance(event, e.Breached) and event.clock == clock


def _is_call(event: e.Event | Last) -> bool:
    return isinstance(event, e.ManagementCalled) and not event.quiet


def _moves(event: e.Event | Last) -> bool:
    """Say whether it bears upon when the case ends: who is warned or called does not."""
    return not isinstance(event, (e.Warned, e.Breached, e.ManagementCalled))


def _warnings(fate: Fate) -> str:
    """Name the warnings and how many there were: `tier 50 %, tier 80 % 2`."""
    return _named(f"{clock} {round(share * 100)} %" for clock, share in fate.warned)


def _pings(fate: Fate) -> str:
    """Name the calls and how many there were: `vip_customer, nobody_available 2`."""
    return _named(fate.pings)


def _named(names: Iterable[str]) -> str:
    found = Counter(names)
    said = (f"{name} {count}" if count > 1 else name for name, count in sorted(found.items()))
    return ", ".join(said) or "none"


def moved_hours(old: Sequence[Fate], new: Sequence[Fate]) -> dict[str, float]:
    """Return by how many hours all cases together end sooner, and later."""
    found = {"sooner": 0.0, "later": 0.0}
    for was, now in zip(old, new, strict=True):
        moved = (now.length - was.length) / timedelta(hours=1)
        found["later" if moved > 0 else "sooner"] += abs(moved)
    return found


def _hours(time: timedelta) -> str:
    return f"{time / timedelta(hours=1):.2f}"


_Cause = tuple[str, tuple[tuple[str, Value], ...]]  # a reason that can be counted


def _cause(because: Because) -> _Cause:
    return because.code, tuple(sorted(because.values.items()))


def _most(causes: Counter[_Cause], cases: int) -> Because | None:
    """Return the most frequent reason; of two as frequent the first by name."""
    ranked = sorted(causes.items(), key=lambda item: (-item[1], str(item[0])))
    if not ranked or ranked[0][1] * 5 < cases:
        return None
    code, values = ranked[0][0]
    return Because(code, dict(values))


def grouped(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return how many cases change from what to what, the most frequent first, with examples.

    `why` is what most often made it so, None where nothing stands for a fifth of the cases.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], list[str]] = {}
    causes: dict[tuple[str, str, str], Counter[_Cause]] = {}
    for one in found:
        for change in one.changes:
            many = change.what in ("sooner", "later", "warnings")  # one group whatever the values
            key = (change.what, "" if many else change.old, "" if many else change.new)
            counts[key] += 1
            reasons = (one for one in change.why if isinstance(one, Because))
            told = {_cause(one) for one in reasons if one.code not in LED}
            causes.setdefault(key, Counter()).update(told)
            shown = examples.setdefault(key, [])
            if len(shown) < EXAMPLES:
                shown.append(one.case)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"what": what, "old": old, "new": new, "cases": number,
         "examples": examples[what, old, new], "why": _most(causes[what, old, new], number)}
        for (what, old, new), number in ranked
    ]  # fmt: skip
