"""Try each threshold a few steps up and down, and keep what is better beyond doubt.

A change is proposed only if it saves enough, in both halves of the cases, and if the bootstrap's
lower bound, made stricter for everything that was tried, is above nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.insights.advise.cost import Measure, Yardstick, yardstick
from escbot.insights.advise.thresholds import Kind, Level, Threshold, changed, thresholds, touches
from escbot.insights.backtest.fate import Fate
from escbot.insights.backtest.replay import replay
from escbot.insights.backtest.summary import summary
from escbot.insights.backtest.trace import Habits, Trace, habits

MOST_CASES = 4000  # the newest; more would take long and say the same
MOST_WITH_ROSTER = 800  # where each try replays every case
FEWEST_CASES = 30  # under which nothing is proposed
FEWEST_AFFECTED = 10
FIRST_STEPS = 2  # in each direction; where one helps, up to MOST_STEPS
MOST_STEPS = 6
BETTER = 1.05  # a further step must save so many times what the last one saved
# What a proposal must save at least: a share of what the cases under the threshold cost today,
# and so many hours for each of them.
ENOUGH: Mapping[Measure, tuple[float, float]] = {"time": (0.03, 0.05), "warnings": (0.5, 0.04)}
WORTH = 2  # a proposal helps at least so many times as many cases as it harms
DOUBT = 0.05  # chance of a proposal by accident, over everything tried
RESAMPLES = 2000


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
    share: float  # of what the cases under the threshold cost today
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
    tried: int  # thresholds
    changes: int  # values of them


def advise(
    policy: Policy,
    traces: Sequence[Trace],
    roster: Roster | None = None,
    *,
    seed: int = 1,
    most: int = 3,
) -> Advised:
    """Return the few changes with the best predicted effect, each measured alone.

    The same input and seed give the same answer. With few cases there is no proposal.
    """
    most_cases = MOST_CASES if roster is None else MOST_WITH_ROSTER
    newest = sorted(traces, key=lambda trace: (trace.opened_at, trace.id))[-most_cases:]
    search = _Search(policy, newest, roster, seed)
    found = search.proposals() if len(newest) >= FEWEST_CASES else []
    found.sort(key=lambda advice: (-advice.saves, advice.kind, str(advice.severity)))
    return Advised(tuple(found[:most]), len(newest), search.tried, search.changes)


@dataclass(frozen=True, slots=True)
class _Try:
    """One value of a threshold and what each case saves by it."""

    to: Level
    fates: Sequence[Fate]
    gains: Sequence[float]

    @property
    def total(self) -> float:
        return sum(self.gains)


class _Search:
    def __init__(
        self, policy: Policy, traces: Sequence[Trace], roster: Roster | None, seed: int
    ) -> None:
        self.policy, self.traces, self.roster, self.seed = policy, traces, roster, seed
        self.known: Habits = habits(traces)
        self.base = self.fates(policy)
        self.yardstick: Yardstick = yardstick(policy, self.base)
        self.costs: dict[Measure, list[float]] = {}
        self.thresholds = list(thresholds(policy, roster)) if len(traces) >= FEWEST_CASES else []
        self.tried, self.changes = len(self.thresholds), 0

    def fates(self, policy: Policy, threshold: Threshold | None = None) -> Sequence[Fate]:
        """Replay the cases; without a roster only those that the threshold can touch."""
        if self.roster is None and threshold is not None:
            places = [at for at, fate in enumerate(self.base) if touches(threshold, fate)]
            found = list(self.base)
            some = [self.traces[at] for at in places]
            for at, fate in zip(places, replay(policy, some, known=self.known), strict=True):
                found[at] = fate
            return found
        rated = {}
        if self.roster is not None:
            usual = self.policy.routing.capacity
            for person in self.roster.people:
                rated[person.id] = usual if person.capacity is None else person.capacity
        return replay(policy, self.traces, self.roster, known=self.known, rated=rated)

    def cost(self, measure: Measure) -> list[float]:
        if measure not in self.costs:
            self.costs[measure] = self.measured(self.base, measure)
        return self.costs[measure]

    def measured(self, fates: Sequence[Fate], measure: Measure) -> list[float]:
        pairs = zip(fates, self.base, strict=True)
        return [self.yardstick.of(fate, base, measure) for fate, base in pairs]

    def proposals(self) -> list[Advice]:
        return [
            advice
            for threshold in self.thresholds
            for best in (self.best(threshold),)
            if best is not None
            for advice in (self.judged(threshold, best),)
            if advice is not None
        ]

    def best(self, threshold: Threshold) -> _Try | None:
        found = [self.along(threshold, ladder) for ladder in threshold.ladder()]
        known = [one for one in found if one is not None and one.total > 0]
        return max(known, key=lambda one: one.total, default=None)

    def along(self, threshold: Threshold, ladder: Sequence[Level]) -> _Try | None:
        """Go in one direction while it helps."""
        best: _Try | None = None
        for step, to in enumerate(ladder[:MOST_STEPS]):
            made = self.attempt(threshold, to)
            if made is None:
                break
            improves = made.total > (best.total * BETTER if best else 0.0)
            if improves:
                best = made
            elif step + 1 >= FIRST_STEPS:
                break
        return best

    def attempt(self, threshold: Threshold, to: Level) -> _Try | None:
        policy = changed(self.policy, threshold, to)
        if policy is None:
            return None
        self.changes += 1
        fates = self.fates(policy, threshold)
        before = self.cost(threshold.measure)
        after = self.measured(fates, threshold.measure)
        return _Try(to, fates, [b - a for b, a in zip(before, after, strict=True)])

    def judged(self, threshold: Threshold, best: _Try) -> Advice | None:
        """Return the proposal where it stands up to doubt."""
        costs = self.cost(threshold.measure)
        under = [cost for cost, f in zip(costs, self.base, strict=True) if touches(threshold, f)]
        share = best.total / sum(under) if sum(under) else 0.0
        better = sum(gain > 1e-9 for gain in best.gains)
        worse = sum(gain < -1e-9 for gain in best.gains)
        least, each = ENOUGH[threshold.measure]
        if share < least or best.total < each * len(under) or better + worse < FEWEST_AFFECTED:
            return None
        if better < WORTH * worse:
            return None
        halves = (sum(best.gains[0::2]), sum(best.gains[1::2]))
        sums = sorted(self.resampled(best.gains))
        strict = sums[int(DOUBT / max(self.tried, 1) * RESAMPLES)]
        if min(*halves, strict) <= 0:
            return None
        return Advice(
            kind=threshold.kind,
            old=threshold.now,
            new=best.to,
            saves=best.total,
            low=sums[int(0.05 * RESAMPLES)],
            high=sums[int(0.95 * RESAMPLES)],
            share=share,
            cases=len(under),
            better=better,
            worse=worse,
            severity=threshold.severity,
            tier=threshold.tier,
            place=threshold.place,
            effects=self.effects(best.fates),
            examples=self.examples(best.gains),
        )

    def resampled(self, gains: Sequence[float]) -> Iterator[float]:
        """Yield the sum of as many cases, drawn with replacement, again and again."""
        draw = random.Random(self.seed)  # noqa: S311 - statistics, not secrets
        for _ in range(RESAMPLES):
            yield sum(draw.choices(gains, k=len(gains)))

    def effects(self, fates: Sequence[Fate]) -> Mapping[str, tuple[float, float]]:
        old, new = _figures(self.policy, self.base), _figures(self.policy, fates)
        return {name: (old[name], new[name]) for name in old}

    def examples(self, gains: Sequence[float]) -> tuple[str, ...]:
        ranked = sorted(range(len(gains)), key=lambda place: (-gains[place], place))
        return tuple(self.traces[place].id for place in ranked[:5] if gains[place] > 0)


def _figures(policy: Policy, fates: Sequence[Fate]) -> dict[str, float]:
    found = summary(policy, fates)
    return {
        "respond_breaches": found["breaches"]["respond"],
        "tier_breaches": found["breaches"]["tier"],
        "moves_by_limit": found["moves"]["by_limit"],
        "warnings": found["warnings"]["total"],
        "false_alarms": found["warnings"]["without_a_breach"],
        "pings": found["manager_pings"]["total"],
        "to_resolve_hours": found["waiting"]["to_resolve_hours"]["p50"] or 0.0,
        "unowned_hours": found["waiting"]["without_an_owner_hours"],
    }
