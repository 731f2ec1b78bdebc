"""Training records: how people and tiers did in their drills, from the events alone.

A person's figures are of the steps that were theirs. Shares run from 0 to 1; a step that a drill
did not ask for is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escbot.core import events as e
from escbot.core.drill.script import STEPS, Mark, total
from escbot.core.events import Recorded


@dataclass(frozen=True, slots=True)
class Training:
    """One drill that was played to its end. `at` is when it ended, aware UTC."""

    id: str
    story: str
    at: datetime
    people: tuple[str, ...]  # who joined
    marks: tuple[Mark, ...]


def training(id_: str, records: Sequence[Recorded]) -> Training | None:
    """Read one case's events; None where it is no drill, or nobody escalated in it."""
    first = records[0].event if records else None
    if not isinstance(first, e.Opened) or first.practice is None:
        return None
    people = [first.requester]
    people += [one.event.person for one in records if isinstance(one.event, e.DrillJoined)]
    for record in reversed(records):
        if isinstance(record.event, e.DrillGraded) and record.event.marks:
            marks = record.event.marks
            return Training(id_, first.practice.story, record.at, tuple(people), marks)
    return None


def record(trainings: Iterable[Training]) -> dict[str, Any]:
    """Return the figures of all drills, and those of each person and tier."""
    found = list(trainings)
    shares = [share for one in found if (share := total(one.marks)) is not None]
    return {
        "drills": len(found),
        "share": _mean(shares),
        "stories": dict(Counter(one.story for one in found)),
        "people": _by(found, lambda mark: mark.people),
        "tiers": _by(found, lambda mark: (mark.tier,)),
    }


def _by(
    found: Sequence[Training], keys: Callable[[Mark], Iterable[str]]
) -> dict[str, dict[str, Any]]:
    marks: dict[str, list[Mark]] = {}
    drills: dict[str, set[str]] = {}
    for one in found:
        for mark in one.marks:
            if mark.share is None:
                continue
            for key in keys(mark):
                marks.setdefault(key, []).append(mark)
                drills.setdefault(key, set()).add(one.id)
    return {
        key: {"drills": len(drills[key]), **_figures(marks[key])} for key in sorted(marks, key=str)
    }


def _figures(marks: Sequence[Mark]) -> dict[str, Any]:
    """Return the mean of each step, the weakest step, and what was advised most often."""
    steps: Mapping[str, float | None] = {
        step: _mean([mark.share for mark in marks if mark.step == step and mark.share is not None])
        for step in STEPS
    }
    played = {step: share for step, share in steps.items() if share is not None}
    weakest = min(played, key=lambda step: played[step], default=None)
    advice = Counter(because.code for mark in marks for because in mark.better)
    return {
        "share": _mean(list(played.values())),
        "steps": dict(steps),
        "weakest": weakest if weakest is not None and played[weakest] < 1 else None,
        "advice": dict(sorted(advice.items(), key=lambda item: (-item[1], item[0]))),
    }


def _mean(shares: Sequence[float]) -> float | None:
    return sum(shares) / len(shares) if shares else None
