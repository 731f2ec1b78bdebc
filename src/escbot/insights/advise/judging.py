"""Whether a change is worth proposing: it saves enough, harms few, and chance does not explain it.

The bootstrap's lower bound is made stricter for everything that was tried.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from escbot.insights.advise.bench import Bench, Try
from escbot.insights.advise.cost import Measure
from escbot.insights.advise.looked import Advice, Verdict
from escbot.insights.advise.thresholds import Threshold
from escbot.insights.backtest.fate import Fate
from escbot.insights.backtest.summary import summary

FEWEST_AFFECTED = 10
# What a proposal must save at least: a share of what the cases that it touches cost today,
# and so many hours for each of them.
ENOUGH: Mapping[Measure, tuple[float, float]] = {"time": (0.03, 0.05), "warnings": (0.33, 0.04)}
WORTH = 2  # a proposal helps at least so many times as many cases as it harms
DOUBT = 0.05  # chance of a proposal by accident, over everything tried
RESAMPLES = 2000
GROUPS = 400  # of cases that are drawn together, where there are more cases
EXAMPLES = 5


@dataclass
class Judge:
    """Judges the tries of a bench; `tried` thresholds share the doubt."""

    bench: Bench
    tried: int
    seed: int
    _today: dict[str, float] = field(default_factory=dict)

    def share(self, threshold: Threshold, made: Try, under: Sequence[int]) -> float:
        """Return savings as a share of what the cases that the threshold touches cost today.

        With a roster those are also the cases that fare differently because they share people.
        """
        costs = self.bench.cost(threshold.measure)
        before = len(costs) - len(made.gains)  # a part holds the newest
        known = set(under)
        others = sum(
            costs[at]
            for at, gain in enumerate(made.gains, before)
            if gain and at not in known
        )  # fmt: skip
        whole = sum(costs[at] for at in under) + others * made.scale
        return made.total / whole if whole else 0.0

    def enough(self, threshold: Threshold, made: Try, under: Sequence[int]) -> bool:
        """Tell whether a change saves enough to be worth the trouble."""
        least, each = ENOUGH[threshold.measure]
        share = self.share(threshold, made, under)
        return share >= least and made.total >= each * len(under)

    def verdict(self, threshold: Threshold, made: Try, under: Sequence[int]) -> Verdict:
        """Return what speaks against a change, or "proposed"."""
        if made.total <= 0:
            return "same"
        affected = made.better + made.worse
        if affected < FEWEST_AFFECTED or not self.enough(threshold, made, under):
            return "little"
        if made.better < WORTH * made.worse:
            return "harms"
        halves = (sum(made.gains[0::2]), sum(made.gains[1::2]))
        strict = self.sums(made.gains)[int(DOUBT / max(self.tried, 1) * RESAMPLES)]
        return "proposed" if min(*halves, strict) > 0 else "chance"

    def sums(self, gains: Sequence[float]) -> list[float]:
        """Return the resampled totals, ascending."""
        return sorted(_resampled(gains, self.seed))

    def advice(self, threshold: Threshold, made: Try, under: Sequence[int]) -> Advice:
        """Return a change with its evidence and its uncertainty."""
        sums = self.sums(made.gains)
        return Advice(
            kind=threshold.kind,
            old=threshold.now,
            new=made.to,
            saves=made.total,
            low=sums[int(0.05 * RESAMPLES)],
            high=sums[int(0.95 * RESAMPLES)],
            share=self.share(threshold, made, under),
            cases=len(under),
            better=made.better,
            worse=made.worse,
            severity=threshold.severity,
            tier=threshold.tier,
            place=threshold.place,
            effects=self._effects(made.fates),
            examples=self._examples(made.gains),
        )

    def _effects(self, fates: Sequence[Fate]) -> Mapping[str, tuple[float, float]]:
        old = self._today = self._today or self._figures(self.bench.base)
        new = self._figures(fates)
        return {name: (old[name], new[name]) for name in old}

    def _figures(self, fates: Sequence[Fate]) -> dict[str, float]:
        found = summary(self.bench.policy, fates)
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

    def _examples(self, gains: Sequence[float]) -> tuple[str, ...]:
        ranked = sorted(range(len(gains)), key=lambda place: (-gains[place], place))
        traces = self.bench.traces
        return tuple(traces[place].id for place in ranked[:EXAMPLES] if gains[place] > 0)


def _resampled(gains: Sequence[float], seed: int) -> Iterator[float]:
    """Yield the sum of as many cases, drawn with replacement, again and again.

    Many cases are drawn in groups, each of cases spread over the whole time.
    """
    size = min(GROUPS, len(gains))
    groups = [sum(gains[start::size]) for start in range(size)]
    draw = random.Random(seed)  # noqa: S311 - statistics, not secrets
    for _ in range(RESAMPLES):
        yield sum(draw.choices(groups, k=size))
