"""The `calendars` section: opening hours, holidays as dates, exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import holidays

from escbot.core.calendars import ALWAYS, Calendar, Window
from escbot.services.policyfile.document import Item, nearest, shown
from escbot.services.policyfile.reader import Section, day, entries, text

BEFORE = timedelta(days=366)  # holidays are known from here before `now` ...
AFTER = timedelta(days=731)  # ... until here after it
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Feeds = Mapping[str, tuple[date, ...]]  # address -> days off
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)


def calendars(item: Item, now: datetime, feeds: Feeds | None = None) -> Mapping[str, Calendar]:
    """Compile every calendar; `now` is aware UTC, `feeds` holds the days off of iCal addresses."""
    if not isinstance(item.value, dict):
        raise item.wrong("calendars must be a mapping of names to hours")
    found: dict[str, Calendar] = {"always": ALWAYS}
    for name, entry in item.value.items():
        found[name] = _calendar(name, entry, now, feeds or {})
    return found


def _calendar(name: str, item: Item, now: datetime, feeds: Feeds) -> Calendar:
    if item.value == "24x7":
        return Calendar(name, "UTC", {}, frozenset(), {}, always=True)
    if not isinstance(item.value, dict):
        example = 'timezone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}'
        raise item.wrong(f"calendar {name} must be 24x7, or like {{{example}}}")
    section = Section(item, f"calendar {name}", ("timezone", "hours", "holidays", "closed", "open"))
    zone = timezone(section.need("timezone"))
    return Calendar(
        name=name,
        zone=zone,
        days=_week(section.need("hours")),
        closed=frozenset(_closed(section, now, feeds)),
        open=_open(section),
    )


def timezone(item: Item) -> str:
    """Read an IANA zone like Europe/Berlin."""
    name = text(item, "timezone")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = nearest(name, available_timezones())
        sentence = f"`{shown(name)}` is not a time zone; write one like Europe/Berlin.{hint}"
        raise item.wrong(sentence) from None
    return name


def _week(item: Item) -> Mapping[int, tuple[Window, ...]]:
    if not isinstance(item.value, dict) or not item.value:
        raise item.wrong('hours must be like {mon-fri: ["09:00-17:00"]}')
    week: dict[int, tuple[Window, ...]] = {}
    for key, entry in item.value.items():
        windows = _windows(entry)
        for number in _days(key, entry):
            week[number] = tuple(sorted((*week.get(number, ()), *windows), key=_order))
    return week


def _days(key: str, item: Item) -> Iterator[int]:
    first, dash, last = key.strip().lower().partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        sentence = f"`{shown(key)}` is not a day; write mon, or a range like mon-fri or sun-thu"
        raise item.wrong_key(sentence)
    start = DAYS.index(first)
    length = (DAYS.index(last) - start) % 7 if dash else 0
    for step in range(length + 1):
        yield (start + step) % 7


def _windows(item: Item) -> tuple[Window, ...]:
    return tuple(
        sorted((_window(entry) for entry in entries(item, "the hours of a day")), key=_order)
    )


def _order(window: Window) -> tuple[int, int]:
    return window.start, window.end


def _window(item: Item) -> Window:
    written = text(item, "hours")
    first, dash, last = written.partition("-")
    start, end = _minute(first), _minute(last)
    if not dash or start is None or end is None or start == end or start == 24 * 60:
        raise item.wrong(f'`{shown(written)}` is not a span of time; write "09:00-17:00"')
    return Window(start, end if end > start else end + 24 * 60)


def minute(item: Item) -> int:
    """Read a time of day like "09:00" as minutes from midnight."""
    found = _minute(text(item, "a time"))
    if found is None:
        raise item.wrong('write a time like "09:00"')
    return found


def _minute(written: str) -> int | None:
    match = _TIME.fullmatch(written.strip())
    if match is None:
        return None
    hours, minutes = (match[1], match[2]) if match[1] else (match[3], match[4])
    return int(hours) * 60 + int(minutes)


def _closed(section: Section, now: datetime, feeds: Feeds) -> Iterator[date]:
    for entry in section.each("closed"):
        yield day(entry, "a closed day")
    item = section.get("holidays")
    if item is not None:
        yield from _holidays(item, now, feeds)


def _open(section: Section) -> Mapping[date, tuple[Window, ...]]:
    item = section.get("open")
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        raise item.wrong('open must be like {"2026-12-26": ["10:00-14:00"]}')
    found: dict[date, tuple[Window, ...]] = {}
    for key, entry in item.value.items():
        place = entry.key or (entry.line, entry.column)
        at = day(Item(key, entry.file, *place), "an open day")
        found[at] = _windows(entry)
    return found


def _holidays(item: Item, now: datetime, feeds: Feeds) -> Iterator[date]:
    section = Section(item, "holidays", ("country", "subdivision", "ical"))
    years = range((now - BEFORE).year, (now + AFTER).year + 1)
    if "ical" in section:
        address = section.text("ical")
        if address not in feeds:
            raise item.wrong(f"the calendar feed {address} was not read; check the address")
        yield from feeds[address]
        return
    country, subdivision = section.text("country"), section.maybe_text("subdivision")
    try:
        yield from holidays.country_holidays(country, subdiv=subdivision, years=years)
    except NotImplementedError:
        where = f"{country}/{subdivision}" if subdivision else country
        sentence = f"no holidays are known for `{where}`; use a code like DE, or DE with BE"
        raise item.wrong(sentence) from None
