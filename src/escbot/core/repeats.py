"""Problems that come again: the same root cause in the same area within thirty days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from escbot.core.case import Case

WITHIN = timedelta(days=30)  # elapsed: what people call "this month"
LEAST = 2  # earlier cases before an area is said to repeat itself
MOST = 3  # causes that are named


@dataclass(frozen=True, slots=True)
class Repeat:
    """Earlier cases of one cause in one area, the newest first. `fix` is how the newest ended."""

    root_cause: str
    area: str
    numbers: tuple[int, ...]
    fix: str

    def names(self, most: int = 4) -> str:
        """Return the cases as people call them: "ESC-4, ESC-2 and 3 more"."""
        shown = ", ".join(f"ESC-{number}" for number in self.numbers[:most])
        more = len(self.numbers) - most
        return f"{shown} and {more} more" if more > 0 else shown


def repeats(cases: Iterable[Case], least: int = LEAST) -> tuple[Repeat, ...]:
    """Return what came at least `least` times among the resolved cases of one area.

    `cases` are the newest first; the most frequent cause stands first.
    """
    by_cause: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        if case.resolution is not None and case.facts.area is not None:
            key = case.resolution.root_cause, case.facts.area
            by_cause.setdefault(key, []).append(case)
    found = [_repeat(cause, area, some) for (cause, area), some in by_cause.items()]
    often = [one for one in found if len(one.numbers) >= least]
    return tuple(sorted(often, key=lambda one: (-len(one.numbers), one.root_cause))[:MOST])


def _repeat(cause: str, area: str, some: Sequence[Case]) -> Repeat:
    newest = some[0].resolution
    numbers = tuple(case.number for case in some)
    return Repeat(cause, area, numbers, newest.summary if newest else "")


def same_before(case: Case, earlier: Iterable[Case]) -> Repeat | None:
    """Return the earlier cases of a resolved case's own cause and area, None where it is new."""
    if case.resolution is None:
        return None
    cause = case.resolution.root_cause
    others = [one for one in earlier if one.number != case.number]
    same = [one for one in repeats(others, 1) if one.root_cause == cause]
    return same[0] if same and same[0].area == case.facts.area else None
