"""The cases as they fare today, and what each saves where one threshold is another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.insights.advise.cost import HOUR, ZERO, Measure, Yardstick, yardstick
from escbot.insights.advise.near import Use, may_differ, use
from escbot.insights.advise.thresholds import Level, Threshold, changed, touches
from escbot.insights.backtest.fate import Fate
from escbot.insights.backtest.replay import replay
from escbot.insights.backtest.trace import Habits, Trace

LEAST = 1e-9  # hours; less is how numbers are rounded


@dataclass(frozen=True, slots=True)
class Try:
    """One value of a threshold and what each case saves by it.

    `scale` is how many times the cases that it was tried on there are in all.
    """

    to: Level
    fates: Sequence[Fate]
    gains: Sequence[float]
    scale: float = 1.0
    replayed: int = 0  # cases; the others can't differ

    @property
    def total(self) -> float:
        """Hours that all cases save together."""
        return sum(self.gains) * self.scale

    @property
    def better(self) -> int:
        """Cases that gain."""
        return round(sum(gain > LEAST for gain in self.gains) * self.scale)

    @property
    def worse(self) -> int:
        """Cases that lose."""
        return round(sum(gain < -LEAST for gain in self.gains) * self.scale)


class Bench:
    """Replays the same cases again and again. `changes` counts the values that were tried."""

    def __init__(
        self, policy: Policy, traces: Sequence[Trace], roster: Roster | None, known: Habits
    ) -> None:
        self.policy, self.traces, self.roster, self.known = policy, traces, roster, known
        self.rated = _rated(policy, roster)
        self.base = replay(policy, traces, roster, known=known, rated=self.rated)
        self.yardstick: Yardstick = yardstick(policy, self.base)
        self._costs: dict[Measure, list[float]] = {}
        self.changes = 0

    @cached_property
    def uses(self) -> list[Use]:
        """Return how much time each case took at most where thresholds count it."""
        return [use(fate, self.policy) for fate in self.base]

    def under(self, threshold: Threshold) -> list[int]:
        """Return the places of the cases under a threshold."""
        return [at for at, fate in enumerate(self.base) if touches(threshold, fate)]

    def near(self, threshold: Threshold, to: Level) -> list[int]:
        """Return the places of the cases that could fare differently with another value.

        With a roster, where one does, all could: they share the people.
        """
        uses = self.uses
        found = [
            at for at in self.under(threshold) if may_differ(threshold, to, uses[at], self.policy)
        ]
        return list(range(len(self.base))) if found and self.roster is not None else found

    def spent(self) -> Mapping[str, float]:
        """Return where the hours of the cases go today: all, outside, queued, unowned."""
        return {
            "all": sum((fate.length for fate in self.base), ZERO) / HOUR,
            "outside": sum((fate.waited for fate in self.base), ZERO) / HOUR,
            "queued": sum((fate.idle for fate in self.base), ZERO) / HOUR,
            "unowned": sum((fate.unowned for fate in self.base), ZERO) / HOUR,
        }

    def cost(self, measure: Measure) -> list[float]:
        """Return what each case costs today."""
        if measure not in self._costs:
            self._costs[measure] = [self.yardstick.of(f, f, measure) for f in self.base]
        return self._costs[measure]

    def attempt(self, threshold: Threshold, to: Level, most: int | None = None) -> Try | None:
        """Try a value, on `most` cases where those are spread over all; None for a senseless one.

        With a roster always on all.
        """
        policy = changed(self.policy, threshold, to)
        if policy is None:
            return None
        self.changes += 1
        near: Sequence[int] = self.near(threshold, to)
        places = _spread(near, most) if most is not None and self.roster is None else near
        some = [self.traces[at] for at in places]
        found = replay(policy, some, self.roster, known=self.known, rated=self.rated)
        fates, gains = list(self.base), [0.0] * len(self.base)
        before = self.cost(threshold.measure)
        for at, fate in zip(places, found, strict=True):
            fates[at] = fate
            gains[at] = before[at] - self.yardstick.of(fate, self.base[at], threshold.measure)
        scale = len(near) / len(places) if places else 1.0
        return Try(to, fates, gains, scale, len(places))


def _spread(places: Sequence[int], most: int) -> Sequence[int]:
    """Return at most so many, spread evenly over all."""
    if len(places) <= most:
        return places
    return [places[number * len(places) // most] for number in range(most)]


def _rated(policy: Policy, roster: Roster | None) -> Mapping[str, int]:
    """Return above what somebody counts as overloaded, whatever capacity is tried: today's."""
    usual = policy.routing.capacity
    people = roster.people if roster is not None else ()
    return {one.id: usual if one.capacity is None else one.capacity for one in people}
