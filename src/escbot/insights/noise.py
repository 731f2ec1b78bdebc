"""Is it more than noise? Three plain tests in exact or textbook form, and one verdict.

- Two shares: Fisher's exact test, two-sided (the sum of all tables no likelier than the one seen).
- Two sets of times: the Mann–Whitney test with the normal approximation, corrected for ties and
  continuity; at least 8 values on each side.
- Two counts over spans of days: the exact binomial test that the rate per day is the same.

A change is called more than noise where such a difference comes by chance less than once in a
hundred times (p < 0.01): a review looks at about ten figures, so that nine of ten reviews of a
month that is like the last one call nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from escbot.core.findings import Change, Verdict
from escbot.insights.numbers import percentile

CHANCE = 0.01
LEAST_TIMES = 8  # values on each side of a comparison of times
LEAST_SHARE = 10  # cases on each side of a comparison of shares
LEAST_COUNT = 10  # of both months together

_ROUNDING = 1 + 1e-9


def fisher(a: int, n: int, b: int, m: int) -> float:
    """Return the chance of shares at least this different where both are the same.

    `a` of `n` against `b` of `m`.
    """
    both, whole = a + b, n + m
    logs = _log_choose(whole, both)

    def log_chance(x: int) -> float:
        return _log_choose(n, x) + _log_choose(m, both - x) - logs

    seen = math.exp(log_chance(a)) * _ROUNDING
    every = range(max(0, both - m), min(n, both) + 1)
    return min(sum(p for p in (math.exp(log_chance(x)) for x in every) if p <= seen), 1.0)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def mann_whitney(before: Sequence[float], now: Sequence[float]) -> float:
    """Return the chance of times at least this shifted where both come from the same source."""
    n, m = len(before), len(now)
    if not n or not m:
        return 1.0
    ordered = sorted(before)
    u = sum((bisect_left(ordered, v) + bisect_right(ordered, v)) / 2 for v in now)
    together = sorted([*before, *now])
    ties, place = 0.0, 0
    while place < len(together):
        end = bisect_right(together, together[place])
        size = end - place
        ties += size**3 - size
        place = end
    whole = n + m
    variance = n * m / 12 * (whole + 1 - ties / (whole * (whole - 1)))
    if variance <= 0:
        return 1.0
    distance = max(abs(u - n * m / 2) - 0.5, 0.0)
    return math.erfc(distance / math.sqrt(variance) / math.sqrt(2))


def two_counts(before: int, days_before: float, now: int, days_now: float) -> float:
    """Return the chance of counts at least this different where the rate per day is the same."""
    whole = before + now
    if not whole or days_before <= 0 or days_now <= 0:
        return 1.0
    share = days_now / (days_before + days_now)

    def chance(x: int) -> float:
        logs = _log_choose(whole, x) + x * math.log(share) + (whole - x) * math.log1p(-share)
        return math.exp(logs)

    seen = chance(now) * _ROUNDING
    return min(sum(p for p in (chance(x) for x in range(whole + 1)) if p <= seen), 1.0)


def of_shares(name: str, before: tuple[int, int], now: tuple[int, int], *, good: bool) -> Change:
    """Compare (part, whole) of two months; `good` says that more of it is better."""
    was = before[0] / before[1] if before[1] else None
    is_ = now[0] / now[1] if now[1] else None
    if was is None or is_ is None or min(before[1], now[1]) < LEAST_SHARE:
        return Change(name, was, is_, None, "few", cases=now[1])
    p = fisher(now[0], now[1], before[0], before[1])
    return Change(name, was, is_, p, _verdict(p, up=is_ > was, good=good), cases=now[1])


def of_times(name: str, before: Sequence[float], now: Sequence[float]) -> Change:
    """Compare times of two months by their medians; longer is worse."""
    was, is_ = percentile(sorted(before), 0.5), percentile(sorted(now), 0.5)
    if was is None or is_ is None or min(len(before), len(now)) < LEAST_TIMES:
        return Change(name, was, is_, None, "few", "hours", len(now))
    p = mann_whitney(before, now)
    verdict = _verdict(p, up=_is_later(before, now), good=False)
    return Change(name, was, is_, p, verdict, "hours", len(now))


def of_counts(
    name: str, before: int, days_before: float, now: int, days_now: float, *, good: bool = False
) -> Change:
    """Compare two counts as rates per day; fewer is better unless `good`."""
    was, is_ = float(before), float(now)
    if before + now < LEAST_COUNT or days_before <= 0:
        return Change(name, was, is_, None, "few", "cases", now)
    p = two_counts(before, days_before, now, days_now)
    up = now / days_now > before / days_before
    return Change(name, was, is_, p, _verdict(p, up=up, good=good), "cases", now)


def _is_later(before: Sequence[float], now: Sequence[float]) -> bool:
    ordered = sorted(before)
    u = sum((bisect_left(ordered, v) + bisect_right(ordered, v)) / 2 for v in now)
    return u > len(before) * len(now) / 2


def _verdict(p: float, *, up: bool, good: bool) -> Verdict:
    if p >= CHANCE:
        return "noise"
    return "better" if up is good else "worse"
