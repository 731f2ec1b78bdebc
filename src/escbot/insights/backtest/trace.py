"""What happened to a case whatever the policy was: when it came, who took how long, what for.

A trace holds stages, one for each stay in a tier. The replay lets another policy decide where the
case is; people react and work as the trace says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from escbot.core.facts import Facts

ZERO = timedelta(0)
SOON = timedelta(minutes=30)  # where no case of a tier says how long people take


@dataclass(frozen=True, slots=True)
class Work:
    """Elapsed time in which the case is worked on; `idle` where it lay in the tier's queue."""

    time: timedelta
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Elapsed time in which somebody outside is awaited."""

    time: timedelta
    on: Literal["customer", "vendor", "inside"] = "customer"


@dataclass(frozen=True, slots=True)
class NewFacts:
    """The facts turned out different at this moment."""

    facts: Facts


Part = Work | Pause | NewFacts


@dataclass(frozen=True, slots=True)
class Stage:
    """One stay in a tier.

    `takes` is elapsed from being asked until that person takes it; `silent` people were asked
    before and gave no sign, which took `quiet`.
    """

    tier: int
    takes: timedelta = ZERO
    silent: int = 0
    quiet: timedelta = ZERO
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One case as it was. `ended` says that its end is known; else it is followed to its last sign.

    `drill` and test cases have no trace.
    """

    id: str
    opened_at: datetime
    facts: Facts
    stages: tuple[Stage, ...]
    ended: bool = True
    customer: str = "(unknown)"
    requester: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """How long people of a tier usually take and try, for cases that were never there: medians."""

    takes: Mapping[int, timedelta] = field(default_factory=dict)
    tries: Mapping[int, timedelta] = field(default_factory=dict)

    def reaction(self, tier: int) -> timedelta:
        """Return the elapsed time from arriving in a tier until somebody takes it."""
        return self.takes.get(tier, SOON)

    def attempt(self, tier: int) -> timedelta:
        """Return the elapsed time after which a tier hands up what it can't solve."""
        return self.tries.get(tier, SOON)


def habits(traces: Iterable[Trace]) -> Habits:
    """Work out the habits of each tier from all cases."""
    takes: dict[int, list[timedelta]] = {}
    tries: dict[int, list[timedelta]] = {}
    for trace in traces:
        for stage in trace.stages:
            takes.setdefault(stage.tier, []).append(stage.quiet + stage.takes)
        for stage, after in pairwise(trace.stages):
            if after.tier > stage.tier:
                tries.setdefault(stage.tier, []).append(_worked(stage))
    return Habits(
        {tier: _median(found) for tier, found in takes.items()},
        {tier: _median(found) for tier, found in tries.items()},
    )


def _worked(stage: Stage) -> timedelta:
    return sum((part.time for part in stage.parts if isinstance(part, Work)), ZERO)


def _median(times: Sequence[timedelta]) -> timedelta:
    ordered = sorted(times)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
