"""What became of one case under one policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from escbot.core import events as e
from escbot.core.policy import TierRef
from escbot.core.reasons import Because

ZERO = timedelta(0)
IN_TIME = timedelta(minutes=30)  # elapsed
# open: followed to its last sign; closed: by itself, for silence; cut: it went on without end
End = Literal["resolved", "open", "closed", "cut"]


@dataclass(slots=True)
class Stay:
    """A case was in a tier from `since`; `why` it came there."""

    tier: TierRef
    since: datetime
    why: str
    until: datetime | None = None


class Last(NamedTuple):
    """The replay follows the case no further; `how` it ends."""

    how: End


class Step(NamedTuple):
    """Something that was decided or done, at its moment."""

    at: datetime
    event: e.Event | Last


@dataclass(slots=True)
class Fate:
    """One case's outcome. Times are elapsed unless they say otherwise."""

    id: str
    opened_at: datetime
    severity: str = ""  # as first assessed
    because: Because | None = None  # of the severity
    criteria: tuple[str, ...] = ()  # that held at the opening
    severities: list[str] = field(default_factory=list)  # in order
    # How it came about, in order, what `noting.STEPS` names; the outcome is the rest.
    steps: list[Step] = field(default_factory=list, compare=False)
    stays: list[Stay] = field(default_factory=list)
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    end: End | None = None
    breaches: list[str] = field(default_factory=list)  # clocks, in order
    warned: list[tuple[str, float]] = field(default_factory=list)  # clock and share, in order
    # For each breach: how long before it each share of its clock was announced.
    notice: list[Mapping[float, timedelta]] = field(default_factory=list)
    false_alarms: list[tuple[str, float]] = field(default_factory=list)  # no breach followed
    pings: list[str] = field(default_factory=list)  # criteria, one entry for each ping
    offers: int = 0
    passes: int = 0
    unowned: timedelta = ZERO  # nobody had it
    waited: timedelta = ZERO  # the customer or a vendor was awaited
    idle: timedelta = ZERO  # it lay in a queue of its tier after somebody had begun
    updates: int = 0  # that the customer was promised
    limit_moves: int = 0  # tiers climbed because a limit passed
    hand_moves: int = 0
    over: timedelta = ZERO  # point-hours that its holders carried above their capacity

    @property
    def start(self) -> TierRef:
        """The tier in which it began."""
        return self.stays[0].tier

    @property
    def highest(self) -> TierRef:
        """The highest tier that it reached, or the planning queue."""
        numbers = [stay.tier for stay in self.stays if isinstance(stay.tier, int)]
        return max(numbers) if numbers else self.start

    @property
    def in_time(self) -> int:
        """Breaches that a warning announced early enough to act on."""
        return sum(any(ahead >= IN_TIME for ahead in one.values()) for one in self.notice)

    @property
    def length(self) -> timedelta:
        """From opening to its end."""
        return (self.ended_at or self.opened_at) - self.opened_at
