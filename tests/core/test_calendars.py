"""Calendars: the vectors of the independent walker, the edges, and what must always hold."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escbot.core.calendars import (
    ALWAYS,
    Calendar,
    NeverOpen,
    Window,
    add_open,
    add_open_with_pauses,
    boundaries,
    is_open,
    next_open,
    open_between,
)

HOUR = timedelta(hours=1)
NINE_TO_FIVE = Calendar("nine", days={day: (Window(540, 1020),) for day in range(5)})
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns",
         "America/Havana", "Pacific/Apia", "Africa/Casablanca")  # fmt: skip

windows = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(
    lambda pair: Window(pair[0], pair[0] + pair[1])
)
moments = st.datetimes(datetime(1987, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
amounts = st.timedeltas(timedelta(0), timedelta(days=10))
spells = st.timedeltas(timedelta(0), timedelta(days=400))  # elapsed, not open


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Draw a calendar that is open at least once a week."""
    days = draw(
        st.dictionaries(st.integers(0, 6), st.lists(windows, min_size=1, max_size=3).map(tuple))
    )
    days.setdefault(draw(st.integers(0, 6)), (draw(windows),))
    near = st.dates(date(2011, 12, 25), date(2012, 1, 5))
    return Calendar(
        "drawn",
        draw(st.sampled_from(ZONES)),
        days,
        draw(st.frozensets(near, max_size=3)),
        draw(st.dictionaries(near, st.lists(windows, max_size=2).map(tuple), max_size=3)),
    )


@given(calendars(), moments, amounts)
def test_difference_undoes_addition(cal: Calendar, start: datetime, amount: timedelta) -> None:
    assert open_between(cal, start, add_open(cal, start, amount)) == amount


@given(calendars(), moments, amounts)
def test_addition_ends_at_the_first_moment_that_fits(
    cal: Calendar, start: datetime, amount: timedelta
) -> None:
    due = add_open(cal, start, amount)
    if amount:
        assert is_open(cal, due - timedelta.resolution)
    else:
        assert due == start


@given(calendars(), moments, amounts, amounts)
def test_addition_adds_up(cal: Calendar, start: datetime, a: timedelta, b: timedelta) -> None:
    assert add_open(cal, add_open(cal, start, a), b) == add_open(cal, start, a + b)


@given(calendars(), moments, spells, spells)
def test_differences_add_up(cal: Calendar, a: datetime, one: timedelta, other: timedelta) -> None:
    b, c = a + one, a + one + other
    assert open_between(cal, a, b) + open_between(cal, b, c) == open_between(cal, a, c)


@given(calendars(), moments, amounts, amounts)
def test_more_time_never_ends_sooner(
    cal: Calendar, start: datetime, a: timedelta, b: timedelta
) -> None:
    assert add_open(cal, start, min(a, b)) <= add_open(cal, start, max(a, b))
    assert add_open(cal, start, a) <= add_open(cal, start + b, a)


@given(calendars(), moments)
def test_the_next_opening_is_open_and_nothing_before_it(cal: Calendar, at: datetime) -> None:
    opening = next_open(cal, at)
    assert is_open(cal, opening)
    assert open_between(cal, at, opening) == timedelta(0)


@settings(max_examples=15)
@given(calendars(), moments, st.integers(0, 40))
def test_it_turns_at_boundaries_and_nowhere_else(cal: Calendar, a: datetime, days: int) -> None:
    b = a + timedelta(days=days)
    turns = list(boundaries(cal, a, b))
    assert turns == sorted(set(turns))
    for turn in turns:
        assert is_open(cal, turn) != is_open(cal, turn - timedelta.resolution)
    for start, end in zip([a, *turns], [*turns, b], strict=True):
        assert open_between(cal, start, end) in (timedelta(0), end - start)


@given(calendars(), moments, amounts, st.lists(st.tuples(moments, amounts), max_size=3))
def test_pauses_stop_exactly_their_open_time(
    cal: Calendar, start: datetime, amount: timedelta, raw: list[tuple[datetime, timedelta]]
) -> None:
    pauses = [(begin, begin + length) for begin, length in raw]
    due = add_open_with_pauses(cal, start, amount, pauses)
    assert due >= add_open(cal, start, amount)
    edges = sorted({start, due, *(at for pause in pauses for at in pause if start < at < due)})
    counted = timedelta(0)
    for a, b in zip(edges, edges[1:], strict=False):
        if not any(begin <= a < end for begin, end in pauses):
            counted += open_between(cal, a, b)
    assert counted == amount


def test_a_published_example_comes_out_right() -> None:
    monday_ten = MONDAY.replace(hour=10)
    assert add_open(NINE_TO_FIVE, monday_ten, 5 * HOUR) == MONDAY.replace(hour=15)


def test_what_ends_with_a_window_is_due_then() -> None:
    assert add_open(NINE_TO_FIVE, MONDAY, 8 * HOUR) == MONDAY.replace(hour=17)


def test_no_time_is_due_at_once_even_when_closed() -> None:
    assert add_open(NINE_TO_FIVE, MONDAY, timedelta(0)) == MONDAY


def test_a_window_past_midnight_belongs_to_its_first_day() -> None:
    nights = {day: (Window(1320, 1560),) for day in range(7)}
    cal = Calendar("nights", days=nights, closed=frozenset({MONDAY.date()}))
    assert is_open(cal, MONDAY + HOUR)  # Sunday's window
    assert not is_open(cal, MONDAY + 23 * HOUR)
    assert not is_open(cal, MONDAY + 25 * HOUR)  # Monday's, which is closed


def test_an_open_date_wins_over_a_closed_one() -> None:
    day = MONDAY.date()
    cal = Calendar("special", closed=frozenset({day}), open={day: (Window(600, 660),)})
    assert next_open(cal, MONDAY) == MONDAY.replace(hour=10)
    assert open_between(cal, MONDAY, MONDAY + 24 * HOUR) == HOUR


def test_seconds_count() -> None:
    start = datetime(2026, 11, 23, 16, 59, 59, 250_000, tzinfo=UTC)
    due = add_open(NINE_TO_FIVE, start, timedelta(seconds=1))
    assert due == datetime(2026, 11, 24, 9, 0, 0, 250_000, tzinfo=UTC)


def test_always_is_elapsed_time() -> None:
    assert is_open(ALWAYS, MONDAY)
    assert next_open(ALWAYS, MONDAY) == MONDAY
    assert add_open(ALWAYS, MONDAY, 30 * HOUR) == MONDAY + 30 * HOUR
    assert open_between(ALWAYS, MONDAY, MONDAY + HOUR) == HOUR
    assert list(boundaries(ALWAYS, MONDAY, MONDAY + 1000 * HOUR)) == []


def test_answers_are_utc_whatever_zone_asks() -> None:
    asked = datetime.fromisoformat("2026-11-23T12:00:00+05:45")
    assert add_open(NINE_TO_FIVE, asked, HOUR).isoformat() == "2026-11-23T10:00:00+00:00"
    assert next_open(ALWAYS, asked).isoformat() == "2026-11-23T06:15:00+00:00"


def test_an_earlier_end_leaves_no_time_between() -> None:
    assert open_between(NINE_TO_FIVE, MONDAY + 24 * HOUR, MONDAY) == timedelta(0)


@pytest.mark.parametrize("ask", [is_open, next_open])
def test_a_moment_without_a_zone_is_refused(ask) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        ask(NINE_TO_FIVE, datetime(2026, 11, 23))


def test_a_calendar_that_never_opens_says_so() -> None:
    empty = Calendar("empty")
    with pytest.raises(NeverOpen, match="empty"):
        next_open(empty, MONDAY)
    with pytest.raises(NeverOpen, match="empty"):
        add_open(empty, MONDAY, HOUR)
    assert open_between(empty, MONDAY, MONDAY + 9000 * HOUR) == timedelta(0)


def test_a_calendar_that_stops_opening_says_so() -> None:
    last = Calendar("last", open={MONDAY.date(): (Window(540, 600),)})
    assert add_open(last, MONDAY, HOUR) == MONDAY.replace(hour=10)
    with pytest.raises(NeverOpen, match="last"):
        add_open(last, MONDAY, HOUR + timedelta.resolution)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_open(NINE_TO_FIVE, MONDAY, -HOUR)


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        add_open_with_pauses(ALWAYS, MONDAY, HOUR, [(MONDAY + HOUR, MONDAY)])


def test_what_is_used_up_when_a_pause_begins_is_due_then() -> None:
    pause = (MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert add_open_with_pauses(ALWAYS, MONDAY, HOUR, [pause]) == MONDAY + HOUR


@pytest.mark.parametrize("year", [1, 9999])
def test_years_beyond_the_calendar_are_refused(year: int) -> None:
    edge = datetime(year, 12 if year > 1 else 1, 31 if year > 1 else 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="years"):
        is_open(NINE_TO_FIVE, edge)


def test_the_end_of_time_is_said_not_crashed_into() -> None:
    late = datetime(9989, 12, 30, tzinfo=UTC)
    with pytest.raises(NeverOpen):
        add_open(ALWAYS, late, 100 * HOUR)
    with pytest.raises(NeverOpen):
        add_open(NINE_TO_FIVE, late, 100 * HOUR)
    with pytest.raises(ValueError, match="years"):
        add_open_with_pauses(ALWAYS, late, HOUR, [(late, datetime.max.replace(tzinfo=UTC))])


def test_a_used_calendar_equals_and_copies_like_a_fresh_one() -> None:
    used = copy.deepcopy(NINE_TO_FIVE)
    assert is_open(used, MONDAY + 10 * HOUR)
    assert used == NINE_TO_FIVE
    assert pickle.loads(pickle.dumps(used)) == used
    assert "_blocks" not in repr(used)
