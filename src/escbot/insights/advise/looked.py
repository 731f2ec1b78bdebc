"""What advice consists of: proposals, and what else was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from escbot.insights.advise.thresholds import Kind, Level

# proposed; idle: no case comes near the threshold; same: no other value helps anybody; little: it
# saves too little; harms: it harms too many of the cases; chance: chance explains it.
Verdict = Literal["proposed", "further", "twin", "idle", "same", "little", "harms", "chance"]


@dataclass(frozen=True, slots=True)
class Looked:
    """A threshold that was looked at, and the best of its other values that were tried.

    Hours are weighed by the yardstick, over all cases. Where `about`, they are extrapolated from
    a part of the cases; `new` is None where no other value helps.
    """

    kind: Kind
    old: Level
    severity: str | None = None
    tier: int | None = None
    place: int | None = None  # of a warning in the policy's list
    verdict: Verdict = "idle"
    cases: int = 0  # under the threshold
    new: Level | None = None
    saves: float = 0.0
    share: float = 0.0  # of what the cases that it touches cost today
    better: int = 0
    worse: int = 0
    about: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """One proposal. Hours are weighed by the yardstick, over all cases looked at.

    `low` and `high` hold nine tenths of the bootstrap's results. `effects` maps a figure to its
    value today and with the change: breaches, moves_by_limit, warnings, false_alarms, pings,
    to_resolve_hours (median), unowned_hours.
    """

    kind: Kind
    old: Level
    new: Level
    saves: float
    low: float
    high: float
    share: float  # of what the cases that it touches cost today
    cases: int  # under the threshold
    better: int
    worse: int
    severity: str | None = None
    tier: int | None = None
    place: int | None = None  # of a warning in the policy's list
    effects: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    examples: tuple[str, ...] = ()  # cases that gain most


@dataclass(frozen=True, slots=True)
class Advised:
    """The proposals, the best first (none: no change), and what was looked at."""

    proposals: tuple[Advice, ...]
    cases: int
    older: int = 0  # cases that were left out
    changes: int = 0  # values of thresholds that were tried
    first_on: int = 0  # cases at most on which each was tried first
    looked: tuple[Looked, ...] = ()
    # Elapsed hours of the cases today: all, outside (waits), queued (idle), unowned.
    hours: Mapping[str, float] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        """How many thresholds were looked at."""
        return len(self.looked)
