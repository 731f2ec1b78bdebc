"""One yardstick for policies: hours that a case costs the customer and the people around it.

Promises are measured by the policy of today, so that no proposal looks better by promising less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from escbot.core.calendars import open_between
from escbot.core.policy import Policy
from escbot.insights.backtest.fate import Fate

HOUR = timedelta(hours=1)
ZERO = timedelta(0)
Measure = Literal["time", "warnings"]

HANDOFF = 1.0  # hours of reading in, for each move to another tier
PING = 0.5  # for each call to management
PASSED_ON = 0.1  # for each offer that nobody answered
OVERLOAD = 0.5  # for each hour that somebody carries a point above their capacity
FALSE_ALARM = 0.1  # for each warning that no breach followed
UNANNOUNCED = 0.25  # for each breach and each warning that came too late to help
ENOUGH_NOTICE = timedelta(hours=1)  # a warning this long ahead, or half the limit, helps fully


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What an hour of each severity counts, and what was promised: the policy of today."""

    policy: Policy
    weights: dict[str, float]

    def of(self, fate: Fate, base: Fate, measure: Measure) -> float:
        """Return the hours that a case costs; `base` is its fate today, which gives the weight."""
        return _warnings(fate, self.policy) if measure == "warnings" else self._time(fate, base)

    def _time(self, fate: Fate, base: Fate) -> float:
        weight = self.weights.get(base.severity, 1.0)
        ours = max(fate.length - fate.waited, ZERO) / HOUR
        return (
            weight * (ours + self._late(fate, base))
            + HANDOFF * (fate.limit_moves + fate.hand_moves)
            + PING * len(fate.pings)
            + PASSED_ON * fate.passes
            + OVERLOAD * (fate.over / HOUR)
        )

    def _late(self, fate: Fate, base: Fate) -> float:
        """Return the open hours by which it was taken later than today's policy promises."""
        if fate.taken_at is None or not base.severity:
            return 0.0
        severity = self.policy.severity(base.severity)
        calendar = self.policy.calendars[severity.calendar]
        passed = open_between(calendar, fate.opened_at, fate.taken_at)
        return max(passed - severity.respond, ZERO) / HOUR


def yardstick(policy: Policy, fates: Sequence[Fate]) -> Yardstick:
    """Weigh severities as the queue of the policy does; the most frequent one counts 1."""
    counts = Counter(fate.severity for fate in fates if fate.severity)
    weights = {severity.id: float(severity.weight) for severity in policy.severities}
    usual = max(counts, key=lambda name: (counts[name], name), default="")
    unit = weights.get(usual) or 1.0
    return Yardstick(policy, {name: max(weight, 1.0) / unit for name, weight in weights.items()})


def _warnings(fate: Fate, policy: Policy) -> float:
    cost = FALSE_ALARM * len(fate.false_alarms)
    levels = sum(warn.share < 1 for warn in policy.severity(fate.severity).warnings)
    for ahead in fate.notice:
        helped = sum(min(max(time / ENOUGH_NOTICE, 0.0), 1.0) for time in ahead.values())
        cost += UNANNOUNCED * max(levels - helped, 0.0)
    return cost
