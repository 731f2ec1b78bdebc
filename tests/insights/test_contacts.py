"""Contacts beside the cases, against a table worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from escbot.core.ledger import ContactsCounted
from escbot.insights.contacts import between
from escbot.insights.story import Story
from tests.insights.test_metrics import a_life, told

DAY = timedelta(days=1)


def count(day: int, contacts: int, solved: int | None = None, days: int = 1) -> ContactsCounted:
    start = date(2026, 11, day)
    return ContactsCounted(start, start + days * DAY, contacts, solved)


def on(day: int, id_: str) -> Story:
    at = datetime(2026, 11, day, 12, tzinfo=UTC)
    return replace(told(a_life()), id=id_, opened_at=at)


def test_the_rate_counts_cases_of_counted_days_only() -> None:
    found = between([count(2, 100, 60), count(3, 50)], None, None)
    cases = [on(2, "ESC-1"), on(2, "ESC-2"), on(3, "ESC-3"), on(4, "ESC-4")]
    cases.append(replace(on(2, "ESC-5"), drill=True))
    figures = found.figures(cases)
    assert (figures["contacts"], figures["escalated"], figures["days"]) == (150, 3, 2)
    assert figures["escalation_rate"] == pytest.approx(0.02)
    first = figures["first_contact"]
    # Of the 100 contacts of the 2nd, 60 were solved at once and 2 escalated: 60 of 98 of the rest.
    assert first["share"] == 0.6
    assert first["share_of_the_rest"] == pytest.approx(60 / 98)
    assert first["lost_by_escalating"] == pytest.approx(60 / 98 - 0.6)


def test_a_month_counts_where_no_day_of_it_does() -> None:
    month = count(1, 9000, days=30)
    assert between([month], None, None).figures([])["contacts"] == 9000
    both = between([month, count(2, 100)], None, None)
    assert (both.figures([])["contacts"], both.left_out) == (100, 1)


def test_a_count_that_only_partly_lies_in_the_span_is_left_out_and_said() -> None:
    start = datetime(2026, 11, 10, tzinfo=UTC)
    found = between([count(1, 9000, days=30), count(12, 5), count(3, 7)], start, None)
    assert (found.figures([])["contacts"], found.left_out) == (5, 1)


def test_without_counts_nothing_is_claimed() -> None:
    figures = between([], None, None).figures([on(2, "ESC-1")])
    assert figures["escalation_rate"] is None
    assert figures["first_contact"] is None
