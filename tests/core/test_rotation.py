"""Rotations: turns, handovers at the wall clock, and the days when the clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.core.rotation import Rotation, next_handover, on_duty, turn_at

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = Rotation(("U05", "U06"), 7, 0, 540, "Europe/Berlin", date(2026, 11, 2))

rotations = st.builds(
    Rotation,
    people=st.lists(st.sampled_from(["U1", "U2", "U3", "U4"]), min_size=1).map(tuple),
    every_days=st.integers(1, 30),
    handover_weekday=st.integers(0, 6),
    handover_minute=st.integers(0, 1439),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana"]),
    start=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def _berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_people_take_turns_from_the_start() -> None:
    assert on_duty(WEEKLY, _berlin("2026-11-02 09:00")) == "U05"
    assert on_duty(WEEKLY, _berlin("2026-11-09 08:59")) == "U05"
    assert on_duty(WEEKLY, _berlin("2026-11-09 09:00")) == "U06"
    assert on_duty(WEEKLY, _berlin("2026-11-16 09:00")) == "U05"
    assert on_duty(WEEKLY, _berlin("2026-11-02 08:59")) == "U06"


def test_a_start_inside_a_week_is_in_the_first_turn() -> None:
    wednesday = replace(WEEKLY, start=date(2026, 11, 4))
    assert on_duty(wednesday, _berlin("2026-11-04 12:00")) == "U05"
    assert next_handover(wednesday, _berlin("2026-11-04 12:00")) == _berlin("2026-11-09 09:00")


def test_turns_that_are_not_weeks_begin_when_they_were_said_to() -> None:
    three = replace(WEEKLY, every_days=3, start=date(2026, 11, 4))
    assert on_duty(three, _berlin("2026-11-04 09:00")) == "U05"
    assert next_handover(three, _berlin("2026-11-04 09:00")) == _berlin("2026-11-07 09:00")


def test_a_handover_keeps_its_wall_clock_when_the_clocks_change() -> None:
    at = _berlin("2026-10-20 12:00")
    assert next_handover(WEEKLY, at).isoformat() == "2026-10-26T08:00:00+00:00"
    assert next_handover(WEEKLY, at - timedelta(weeks=1)).isoformat() == "2026-10-19T07:00:00+00:00"


def test_a_skipped_handover_comes_an_hour_on_and_a_repeated_one_comes_once() -> None:
    nightly = Rotation(("U05", "U06"), 1, 0, 150, "Europe/Berlin", date(2026, 3, 1))
    spring = next_handover(nightly, _berlin("2026-03-28 12:00"))
    assert spring.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"
    autumn = next_handover(nightly, _berlin("2026-10-24 12:00"))
    assert autumn.astimezone(BERLIN).isoformat() == "2026-10-25T02:30:00+02:00"
    assert next_handover(nightly, autumn).astimezone(BERLIN).day == 26


def test_a_rotation_without_a_start_is_the_same_on_every_day_one_asks() -> None:
    free = replace(WEEKLY, start=None)
    assert on_duty(free, _berlin("2026-11-23 12:00")) != on_duty(free, _berlin("2026-11-30 12:00"))
    assert next_handover(free, _berlin("2026-11-23 12:00")) == _berlin("2026-11-30 09:00")


@given(rotations, moments)
def test_the_duty_changes_at_handovers_only(rotation: Rotation, at: datetime) -> None:
    handover = next_handover(rotation, at)
    assert handover > at
    assert handover - at <= timedelta(days=rotation.every_days, hours=1)
    assert on_duty(rotation, handover - timedelta.resolution) == on_duty(rotation, at)
    people = rotation.people
    after = {people[(i + 1) % len(people)] for i, p in enumerate(people) if p == on_duty(rotation, at)}  # fmt: skip # noqa: E501
    assert on_duty(rotation, handover) in after


@pytest.mark.parametrize(
    "change",
    [{"people": ()}, {"every_days": 0}, {"handover_weekday": 7}, {"handover_minute": 1440}],
)
def test_a_rotation_that_can_not_work_is_refused(change: dict) -> None:
    with pytest.raises(ValueError, match="rotation"):
        replace(WEEKLY, **change)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        on_duty(WEEKLY, datetime(2026, 11, 23))


@given(rotations, moments)
def test_a_turn_lies_around_its_moment_and_ends_at_the_next_handover(
    rotation: Rotation, at: datetime
) -> None:
    start, end = turn_at(rotation, at)
    assert start <= at < end == next_handover(rotation, at)
    assert on_duty(rotation, start) == on_duty(rotation, at)
