"""What an iCal feed says: days off, and who is on call when. Needs the extra `calendars`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

try:  # the extra `calendars`; without it only feeds don't work
    import icalendar
    import recurring_ical_events
except ImportError:  # pragma: no cover
    recurring_ical_events = None

from escbot.core.roster import Person, Shift
from escbot.services.ports import NoFeed

SHIFTS_BEFORE = timedelta(days=14)
SHIFTS_AFTER = timedelta(days=120)
MOST_EVENTS = 5000
MOST_TIMES_A_DAY = 24
Component = Any  # icalendar has no types


def days_off(text: str, now: datetime) -> tuple[date, ...]:
    """Return the days that the feed's events lie on, of the last, this and the next two years.

    Whole years, so that the same feed gives the same days (and policy version) all year.

    An all-day event's end is the day after its last (RFC 5545, 3.6.1). Raises NoFeed.
    """
    found: set[date] = set()
    for event in _events(
        text, datetime(now.year - 1, 1, 1, tzinfo=UTC), datetime(now.year + 3, 1, 1, tzinfo=UTC)
    ):
        start, end = event.start, event.end
        last = end - timedelta(days=1) if _is_day(end) else end - timedelta(microseconds=1)
        day, until = _day(start), max(_day(start), _day(last))
        while day <= until:
            found.add(day)
            day += timedelta(days=1)
    return tuple(sorted(found))


def shifts(text: str, people: tuple[Person, ...], now: datetime) -> tuple[Shift, ...]:
    """Return who is on call from two weeks back to four months ahead.

    An event is somebody's who attends it or stands in its summary, by e-mail, Slack id or name.
    Raises NoFeed.
    """
    found: list[Shift] = []
    for event in _events(text, now - SHIFTS_BEFORE, now + SHIFTS_AFTER):
        for person in people:
            if _is_of(event, person):
                found.append(Shift(person.id, _moment(event.start), _moment(event.end)))
    return tuple(sorted(found, key=lambda shift: (shift.start, shift.person)))


def _events(text: str, start: datetime, end: datetime) -> Iterator[Component]:
    if recurring_ical_events is None:
        raise NoFeed("install it with: pip install 'escbot[calendars]'")
    try:
        calendar = icalendar.Calendar.from_ical(text)
        _refuse_endless(calendar)
        found = recurring_ical_events.of(calendar).between(start, end)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        first = next(iter(str(error).splitlines()), "unreadable")
        raise NoFeed(f"it is not an iCal calendar: {first[:200]}") from error
    if len(found) > MOST_EVENTS:
        raise NoFeed(f"it has more than {MOST_EVENTS} events")
    yield from found


def _refuse_endless(calendar: Component) -> None:
    """Raise NoFeed for rules that repeat so often that reading them would not end in time."""
    for event in calendar.walk("VEVENT"):
        rules = event.get("RRULE") or []
        for rule in rules if isinstance(rules, list) else [rules]:
            often = {"SECONDLY", "MINUTELY"} & {str(freq).upper() for freq in rule.get("FREQ", [])}
            times = [len(rule.get(part, [1])) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")]
            if often or math.prod(times) > MOST_TIMES_A_DAY:
                raise NoFeed("an event repeats within the hour; shifts and days off do not")


def _is_of(event: Component, person: Person) -> bool:
    summary = str(event.get("SUMMARY", "")).casefold()
    if person.email:
        email = person.email.casefold()
        if email in summary or email in _attendees(event):
            return True
    words = summary.replace(",", " ").replace(":", " ").split()
    name = person.name.casefold()
    return person.id.casefold() in words or name in words or (" " in name and name in summary)


def _attendees(event: Component) -> list[str]:
    found = event.get("ATTENDEE", [])
    several = found if isinstance(found, list) else [found]
    return [str(one).casefold().removeprefix("mailto:") for one in several]


def _is_day(value: date | datetime) -> bool:
    return not isinstance(value, datetime)


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _moment(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time(0), UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
