"""The tests of a review against published values, and how often they cry wolf."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.insights.noise import (
    CHANCE,
    fisher,
    mann_whitney,
    of_counts,
    of_shares,
    of_times,
    two_counts,
)
from escbot.insights.numbers import percentile, wilson


def test_fishers_tea() -> None:
    # Fisher's own example, The Design of Experiments: 3 of 4 against 1 of 4.
    assert fisher(3, 4, 1, 4) == pytest.approx(0.4857, abs=1e-4)
    # R: fisher.test(matrix(c(10, 2, 3, 15), 2))$p.value
    assert fisher(10, 12, 3, 18) == pytest.approx(0.0005367, abs=1e-6)
    assert fisher(5, 10, 5, 10) == pytest.approx(1.0)


def test_mann_whitney_by_hand() -> None:
    # U is 0 where every value now is above every value before: n = m = 8, mean 32, sd 9.522.
    before, now = list(range(8)), list(range(10, 18))
    assert mann_whitney(before, now) == pytest.approx(0.000939, abs=1e-5)
    assert mann_whitney(before, before) == pytest.approx(1.0)
    assert mann_whitney([1.0] * 9, [1.0] * 9) == 1.0  # all tied: nothing can be said


def test_two_counts_by_hand() -> None:
    # 10 events, all in one of two equal spans: 2 × 0.5 ** 10.
    assert two_counts(0, 30, 10, 30) == pytest.approx(2 / 1024)
    assert two_counts(5, 30, 5, 30) == pytest.approx(1.0)
    # Twice as many in twice the days is no change.
    assert two_counts(10, 10, 20, 20) > 0.9


def test_wilson_by_hand() -> None:
    # Newcombe 1998, table I: 81 of 263, 95 %: 0.2553 to 0.3662.
    low, high = wilson(81, 263) or (0, 0)
    assert (low, high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    low, high = wilson(0, 20) or (1, 1)
    assert (low, high) == (0.0, pytest.approx(0.1611, abs=1e-4))
    assert wilson(0, 0) is None


def test_percentiles_by_hand() -> None:
    assert percentile([1, 2, 3, 4], 0.5) == 2.5
    assert percentile([1, 2, 3, 4], 0.9) == pytest.approx(3.7)
    assert percentile([7], 0.9) == 7
    assert percentile([], 0.5) is None


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_chance_is_a_chance_and_sides_can_be_swapped(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    p = fisher(a, n, b, m)
    assert 0 <= p <= 1
    assert p == pytest.approx(fisher(b, m, a, n))
    assert p == pytest.approx(fisher(n - a, n, m - b, m))


def test_few_cases_claim_nothing() -> None:
    assert of_shares("x", (0, 9), (9, 9), good=True).verdict == "few"
    assert of_times("x", [1.0] * 7, [9.0] * 50).verdict == "few"
    assert of_counts("x", 1, 30, 8, 30).verdict == "few"


def test_a_real_change_is_called_by_its_direction() -> None:
    assert of_shares("x", (50, 100), (90, 100), good=True).verdict == "better"
    assert of_shares("x", (50, 100), (90, 100), good=False).verdict == "worse"
    slow, fast = [float(n) for n in range(40)], [n / 4 for n in range(40)]
    assert of_times("x", slow, fast).verdict == "better"
    assert of_counts("x", 30, 30, 90, 31).verdict == "worse"


def test_on_noise_it_is_called_about_once_in_a_hundred() -> None:
    chance = random.Random(7)
    tries, wolves = 400, 0
    for _ in range(tries):
        before = [chance.lognormvariate(1, 1) for _ in range(30)]
        now = [chance.lognormvariate(1, 1) for _ in range(25)]
        wolves += of_times("x", before, now).verdict != "noise"
        old, new = (sum(chance.random() < 0.3 for _ in range(40)) for _ in range(2))
        wolves += of_shares("x", (old, 40), (new, 40), good=True).verdict != "noise"
    assert wolves <= 2 * tries * CHANCE * 2
