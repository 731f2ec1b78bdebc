"""Reckons open time by looking at every single minute; shares nothing with the program.

It is slow and simple on purpose: what it says is what the fast arithmetic must say. It reads
calendars as a policy file writes them, and needs the standard library only. Moments are aware
UTC on whole minutes, amounts are minutes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
ENOUGH = 3 * 366 * 24 * 60


class Walker:
    """One calendar, asked minute by minute."""

    def __init__(self, calendar: dict | str) -> None:
        self.always = calendar == "24x7"
        if isinstance(calendar, str):
            return
        self.zone = ZoneInfo(calendar["timezone"])
        self.closed = {date.fromisoformat(day) for day in calendar.get("closed", [])}
        self.special = {
            date.fromisoformat(day): [_window(text) for text in texts]
            for day, texts in calendar.get("open", {}).items()
        }
        self.week: dict[int, list[tuple[int, int]]] = {number: [] for number in range(7)}
        for key, texts in calendar["hours"].items():
            for number in _weekdays(key):
                self.week[number].extend(_window(text) for text in texts)

    def is_open(self, minute: datetime) -> bool:
        """Look at the wall clock of this minute: in a window of its day, or of the day before?"""
        if self.always:
            return True
        wall = minute.astimezone(self.zone)
        today, time = wall.date(), wall.hour * 60 + wall.minute
        if any(start <= time < end for start, end in self._windows(today)):
            return True
        yesterday = today - timedelta(days=1)
        return any(start <= time + 24 * 60 < end for start, end in self._windows(yesterday))

    def _windows(self, day: date) -> list[tuple[int, int]]:
        if day in self.special:
            return self.special[day]
        return [] if day in self.closed else self.week[day.weekday()]

    def due(
        self,
        start: datetime,
        amount: int,
        pauses: tuple[tuple[datetime, datetime], ...] = (),
    ) -> datetime:
        """Walk on until this many open minutes outside the pauses have passed."""
        minute = start
        for _ in range(ENOUGH):
            if amount == 0:
                return minute
            if not any(begin <= minute < end for begin, end in pauses) and self.is_open(minute):
                amount -= 1
            minute += MINUTE
        raise AssertionError("no end in three years")

    def between(self, start: datetime, end: datetime) -> int:
        """Count the open minutes from `start` until `end`."""
        count, minute = 0, start
        while minute < end:
            count += self.is_open(minute)
            minute += MINUTE
        return count

    def next(self, start: datetime) -> datetime:
        """Walk on to the first open minute."""
        minute = start
        for _ in range(ENOUGH):
            if self.is_open(minute):
                return minute
            minute += MINUTE
        raise AssertionError("no opening in three years")

    def turns(self, start: datetime, end: datetime) -> list[datetime]:
        """List the minutes from `start` until `end` that differ from the one before."""
        found, minute, was = [], start, self.is_open(start - MINUTE)
        while minute < end:
            now = self.is_open(minute)
            if now != was:
                found.append(minute)
            was, minute = now, minute + MINUTE
        return found


def moment(text: str) -> datetime:
    """Read an ISO 8601 moment with its offset as UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _weekdays(key: str) -> list[int]:
    first, _, last = key.partition("-")
    number, stop = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    days = [number]
    while number != stop:
        number = (number + 1) % 7
        days.append(number)
    return days


def _window(text: str) -> tuple[int, int]:
    start, end = (_minutes(part) for part in text.split("-"))
    return (start, end) if end > start else (start, end + 24 * 60)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
