"""Who of a tier comes into question, and what is said of the others.

For one roster that depends on little else than the tier, the area and whose hours are over now,
so it is worked out once for each of these; what people carry changes with every decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from escbot.core.decision import Considered
from escbot.core.reasons import Because
from escbot.core.roster import Person, Roster
from escbot.core.values import kept
from escbot.core.weighing import Record

Bar = tuple[str] | tuple[str, str] | tuple[str, int, int]  # a reason's code, then its values
OFF_SHIFT: Bar = ("off_shift",)
_MOST = 512  # benches kept of one roster
_MOST_REMARKS = 20_000  # about runners-up of one roster

# What the values of a reason are called.
_VALUES: Mapping[str, tuple[str, ...]] = {
    "no_skill": ("area",),
    "full": ("load", "capacity"),
    "reserve": ("load", "capacity"),
}


class Bench(NamedTuple):
    """The people of a tier in the file's order; `barred` says by place what speaks against them."""

    people: tuple[Person, ...]
    barred: tuple[Considered | None, ...]
    places: Mapping[str, int]  # by person


def bench_of(roster: Roster, tier: int, area: str | None, closed: frozenset[str]) -> Bench:
    """Return a tier's people while the calendars `closed` are; None asks for no skill."""
    known = kept(roster, _nothing_known)
    bench = known.get((tier, area, closed))
    if bench is None:
        if len(known) >= _MOST:
            known.clear()
        bench = known[tier, area, closed] = _seated(roster, tier, area, closed)
    return bench


def _nothing_known(roster: Roster) -> dict[tuple[int, str | None, frozenset[str]], Bench]:
    return {}


def _seated(roster: Roster, tier: int, area: str | None, closed: frozenset[str]) -> Bench:
    people = roster.in_tier(tier)
    bars = (OFF_SHIFT if person.hours in closed else no_skill(person, area) for person in people)
    return Bench(
        people,
        tuple(
            passed_over(roster, person, bar) if bar else None
            for person, bar in zip(people, bars, strict=True)
        ),
        {person.id: place for place, person in enumerate(people)},
    )


def no_skill(person: Person, area: str | None) -> Bar | None:
    """Say that somebody lacks the area's skill, where one is asked for."""
    return None if area is None or person.skills.get(area) else ("no_skill", area)


def passed_over(roster: Roster, person: Person, bar: Bar) -> Considered:
    """Return what is said of a person of the roster against whom something speaks."""
    remarks = kept(roster, _no_remarks)
    found = remarks.get((person.id, bar))
    if found is None:
        code, *values = bar
        because = Because(code, dict(zip(_VALUES.get(code, ()), values, strict=True)))
        found = Considered(person.id, person.name, "not_eligible", (because,))
        remarks[person.id, bar] = found
    return found


def _no_remarks(roster: Roster) -> dict[tuple[str, Bar], Considered]:
    return {}


def runner_up(
    roster: Roster, person: Person, record: Record, because: tuple[Because, ...]
) -> Considered:
    """Return what is said of somebody who could take it; the record has all that `because` says."""
    known = kept(roster, _nobody_ran_up)
    found = known.get((person.id, record))
    if found is None:
        if len(known) >= _MOST_REMARKS:
            known.clear()
        found = Considered(person.id, person.name, "runner_up", because)
        known[person.id, record] = found
    return found


def _nobody_ran_up(roster: Roster) -> dict[tuple[str, Record], Considered]:
    return {}
