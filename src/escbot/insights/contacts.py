"""Contacts beside the cases: how many of them escalate, and what the first answer solves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from escbot.core.ledger import ContactsCounted
from escbot.insights.numbers import wilson
from escbot.insights.story import Story


@dataclass(frozen=True, slots=True)
class Contacts:
    """Counts that lie wholly in the days asked about, none inside another."""

    counts: tuple[ContactsCounted, ...]
    left_out: int = 0  # counts that only partly lie in the days, or that shorter ones replace

    def covers(self, day: date) -> bool:
        """Tell whether a day has a count."""
        return any(count.start <= day < count.end for count in self.counts)

    def figures(self, stories: Sequence[Story]) -> dict[str, Any]:
        """Return the escalation rate and first-contact resolution of the days with counts."""
        contacts = sum(count.contacts for count in self.counts)
        escalated = sum(
            self.covers(one.opened_at.astimezone(UTC).date()) for one in stories if not one.drill
        )
        escalated = min(escalated, contacts)
        known = [count for count in self.counts if count.solved is not None]
        bounds = wilson(escalated, contacts)
        return {
            "contacts": contacts,
            "days": sum((count.end - count.start).days for count in self.counts),
            "escalated": escalated,
            "escalation_rate": escalated / contacts if contacts else None,
            "low": bounds[0] if bounds else None,
            "high": bounds[1] if bounds else None,
            "first_contact": _first_contact(known, stories),
            "counts_left_out": self.left_out,
        }


def _first_contact(
    known: Sequence[ContactsCounted], stories: Sequence[Story]
) -> dict[str, Any] | None:
    """Return the share that the first answer solved, of all contacts and of those not escalated.

    An escalated contact is never solved by the first answer, so the difference is what
    escalating does to it.
    """
    contacts = sum(count.contacts for count in known)
    if not contacts:
        return None
    solved = sum(count.solved or 0 for count in known)
    covered = Contacts(tuple(known))
    escalated = sum(
        covered.covers(one.opened_at.astimezone(UTC).date()) for one in stories if not one.drill
    )
    rest = max(contacts - escalated, solved)
    bounds = wilson(solved, contacts)
    return {
        "contacts": contacts,
        "solved": solved,
        "share": solved / contacts,
        "low": bounds[0] if bounds else None,
        "high": bounds[1] if bounds else None,
        "share_of_the_rest": solved / rest if rest else None,
        "lost_by_escalating": solved / rest - solved / contacts if rest else None,
    }


def between(
    counts: Iterable[ContactsCounted], start: datetime | None, end: datetime | None
) -> Contacts:
    """Return the counts whose days all lie in [start, end), UTC; the shortest spans win."""
    every = sorted(counts, key=lambda count: (count.end - count.start, count.start))
    chosen: list[ContactsCounted] = []
    left_out = 0
    for count in every:
        within = (start is None or _midnight(count.start) >= _day_of(start)) and (
            end is None or _midnight(count.end) <= _next_day_of(end)
        )
        overlaps = any(count.start < one.end and one.start < count.end for one in chosen)
        if within and not overlaps:
            chosen.append(count)
        elif overlaps or _touches(count, start, end):
            left_out += 1
    return Contacts(tuple(sorted(chosen, key=lambda count: count.start)), left_out)


def _touches(count: ContactsCounted, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or _midnight(count.end) > start) and (
        end is None or _midnight(count.start) < end
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day_of(moment: datetime) -> datetime:
    return _midnight(moment.astimezone(UTC).date())


def _next_day_of(moment: datetime) -> datetime:
    day = _day_of(moment)
    return day if day == moment else day + timedelta(days=1)
