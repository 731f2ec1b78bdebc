"""Writes clock_vectors.yaml with the walker: `python -m tests.core.make_clock_vectors`.

Each vector is one line: a calendar of the head, an operation, and the answer that the walk found.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from tests.core.walker import Walker, moment

FILE = Path(__file__).with_name("clock_vectors.yaml")

CALENDARS: dict[str, dict | str] = {
    "always": "24x7",
    "support": {"timezone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}},
    "nine_to_five": {"timezone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}},
    "eight_to_five": {"timezone": "UTC", "hours": {"mon-fri": ["08:00-17:00"]}},
    "berlin": {
        "timezone": "Europe/Berlin",
        "hours": {"mon-fri": ["09:00-12:30", "13:15-18:00"], "sat": ["22:00-02:00"]},
        "closed": ["2026-12-24", "2026-12-25", "2026-12-26", "2027-01-01", "2026-04-03"],
        "open": {"2026-12-26": ["10:00-14:00"]},
    },
    "berlin_nights": {"timezone": "Europe/Berlin", "hours": {"mon-sun": ["01:00-04:00"]}},
    "berlin_days": {"timezone": "Europe/Berlin", "hours": {"mon-sun": ["00:00-24:00"]}},
    "berlin_turn": {"timezone": "Europe/Berlin", "hours": {"sun": ["02:00-03:00"]}},
    "berlin_in_turn": {"timezone": "Europe/Berlin", "hours": {"sat-sun": ["02:15-02:45"]}},
    "new_york_lates": {"timezone": "America/New_York", "hours": {"fri-sun": ["22:00-02:00"]}},
    "new_york": {
        "timezone": "America/New_York",
        "hours": {"mon-fri": ["08:30-17:30"]},
        "closed": ["2026-11-26", "2026-12-25", "2027-01-01"],
    },
    "lord_howe": {"timezone": "Australia/Lord_Howe", "hours": {"sat-mon": ["00:30-04:00"]}},
    "lord_howe_days": {"timezone": "Australia/Lord_Howe", "hours": {"sun-thu": ["09:00-17:00"]}},
    "kathmandu": {"timezone": "Asia/Kathmandu", "hours": {"sun-thu": ["10:00-17:15"]}},
    "chatham": {"timezone": "Pacific/Chatham", "hours": {"sat-sun": ["01:00-05:00"]}},
    "st_johns": {"timezone": "America/St_Johns", "hours": {"mon-fri": ["07:45-16:15"]}},
    "cairo": {"timezone": "Africa/Cairo", "hours": {"thu-sat": ["23:00-01:30"]}},
    "havana": {
        "timezone": "America/Havana",
        "hours": {"sat": ["22:00-24:00"], "sun": ["00:00-02:00"]},
    },
    "sunday_to_thursday": {"timezone": "Asia/Riyadh", "hours": {"sun-thu": ["08:00-16:00"]}},
    "closed_overnight": {
        "timezone": "UTC",
        "hours": {"mon-sun": ["22:00-06:00"]},
        "closed": ["2026-07-14"],
        "open": {"2026-07-16": ["20:00-23:00"]},
    },
}  # fmt: skip

DAYS_OF_CHANGE = {  # around a change of the clocks, both ways
    "berlin_nights": ("2026-03-29", "2026-10-25"),
    "berlin_days": ("2026-03-29", "2026-10-25"),
    "berlin_turn": ("2026-03-29", "2026-10-25"),
    "berlin_in_turn": ("2026-03-29", "2026-10-25"),
    "berlin": ("2026-03-29", "2026-10-25"),
    "new_york_lates": ("2026-03-08", "2026-11-01"),
    "lord_howe": ("2026-10-04", "2026-04-05"),
    "lord_howe_days": ("2026-10-04", "2026-04-05"),
    "chatham": ("2026-09-27", "2026-04-05"),
    "cairo": ("2026-04-24", "2026-10-30"),
    "havana": ("2026-03-08", "2026-11-01"),
}
RESPOND = {
    "P1": ("always", 60),
    "P2": ("always", 240),
    "P3": ("support", 480),
    "P4": ("support", 1440),
}
WALKERS = {name: Walker(calendar) for name, calendar in CALENDARS.items()}


def add(note: str, calendar: str, start: datetime, amount: int) -> dict:
    """Say when this many open minutes have passed."""
    due = WALKERS[calendar].due(start, amount)
    return {"note": note, "calendar": calendar, "op": "add", "start": _iso(start),
            "minutes": amount, "due": _iso(due)}  # fmt: skip


def paused(note: str, calendar: str, start: datetime, amount: int, pauses: list) -> dict:
    """Say when this many open minutes outside the pauses have passed."""
    due = WALKERS[calendar].due(start, amount, tuple(pauses))
    return {"note": note, "calendar": calendar, "op": "paused", "start": _iso(start),
            "minutes": amount, "pauses": [[_iso(a), _iso(b)] for a, b in pauses],
            "due": _iso(due)}  # fmt: skip


def between(note: str, calendar: str, start: datetime, end: datetime) -> dict:
    """Say how many minutes of a span are open."""
    return {"note": note, "calendar": calendar, "op": "between", "start": _iso(start),
            "end": _iso(end), "minutes": WALKERS[calendar].between(start, end)}  # fmt: skip


def opening(note: str, calendar: str, start: datetime) -> dict:
    """Say when it is open next."""
    return {"note": note, "calendar": calendar, "op": "next", "start": _iso(start),
            "opens": _iso(WALKERS[calendar].next(start))}  # fmt: skip


def turns(note: str, calendar: str, start: datetime, end: datetime) -> dict:
    """Say each moment of a span at which it opens or closes."""
    return {"note": note, "calendar": calendar, "op": "turns", "start": _iso(start),
            "end": _iso(end),
            "at": [_iso(at) for at in WALKERS[calendar].turns(start, end)]}  # fmt: skip


def vectors() -> Iterator[dict]:
    """Yield every vector, always the same ones."""
    yield from _published()
    yield from _a_year()
    yield from _changes()
    yield from _windows_past_midnight()
    yield from _pauses()
    yield from _anywhere()


def _published() -> Iterator[dict]:
    """Two worked examples that vendors publish with a wrong answer, here with the right one."""
    yield add("published as Tuesday 12:00", "nine_to_five", moment("2026-11-23T10:00:00Z"), 300)
    yield add("published as Tuesday 11:00", "eight_to_five", moment("2026-11-27T16:00:00Z"), 240)


def _a_year() -> Iterator[dict]:
    chance = random.Random(1)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for week in range(52):
        for severity, (calendar, minutes) in RESPOND.items():
            start = first + timedelta(weeks=week, minutes=chance.randrange(7 * 24 * 60))
            yield add(f"{severity} respond", calendar, start, minutes)


def _changes() -> Iterator[dict]:
    for calendar, days in DAYS_OF_CHANGE.items():
        for day in days:
            noon = moment(f"{day}T12:00:00Z")
            for hours in (48, 36, 24, 14, 12):
                start = noon - timedelta(hours=hours)
                yield add("clocks change", calendar, start, hours * 4 + 7)
            yield between("clocks change", calendar, noon - timedelta(days=2), noon)
            yield turns("clocks change", calendar, noon - timedelta(days=2), noon)
            yield opening("clocks change", calendar, noon - timedelta(hours=13))


def _windows_past_midnight() -> Iterator[dict]:
    for hour in range(0, 96, 3):
        start = moment("2026-07-13T21:30:00Z") + timedelta(hours=hour)
        yield add("past midnight, a closed day, an open one", "closed_overnight", start, 200)
        yield opening("past midnight", "closed_overnight", start)
        saturday = moment("2026-11-20T19:00:00Z") + timedelta(hours=hour)
        yield add("Saturday night", "berlin", saturday, 180)
    for minutes in (0, 1, 479, 480, 481, 960):
        start = moment("2026-11-23T09:00:00Z")
        yield add("ends with the window", "support", start, minutes)
    yield add("no time at a closed moment", "support", moment("2026-11-28T03:00:00Z"), 0)


def _pauses() -> Iterator[dict]:
    chance = random.Random(2)
    holiday = moment("2026-12-23T14:00:00Z"), moment("2026-12-28T10:00:00Z")
    for minutes in (30, 240, 480, 1440):
        start = moment("2026-12-23T08:30:00Z")
        yield paused("holidays inside a pause", "berlin", start, minutes, [holiday])
    for calendar in ("berlin", "support", "always", "new_york_lates", "kathmandu"):
        for _ in range(8):
            start = moment("2026-10-20T00:00:00Z") + timedelta(minutes=chance.randrange(30_000))
            pauses = []
            for _ in range(chance.randrange(1, 4)):
                begin = start + timedelta(minutes=chance.randrange(-600, 6000))
                pauses.append((begin, begin + timedelta(minutes=chance.randrange(3000))))
            yield paused("waiting", calendar, start, chance.randrange(1, 900), pauses)


def _anywhere() -> Iterator[dict]:
    chance = random.Random(3)
    first = datetime(2025, 11, 1, tzinfo=UTC)
    for calendar in CALENDARS:
        for _ in range(4):
            start = first + timedelta(minutes=chance.randrange(500 * 24 * 60))
            yield add("anywhere", calendar, start, chance.randrange(1, 2000))
            end = start + timedelta(minutes=chance.randrange(20 * 24 * 60))
            yield between("anywhere", calendar, start, end)
        yield opening("anywhere", calendar, start)


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def write() -> int:
    """Write the file and return how many vectors it holds."""
    lines = ["# Made by make_clock_vectors.py with walker.py. Don't edit by hand.", "calendars:"]
    lines += [f"  {name}: {json.dumps(calendar)}" for name, calendar in CALENDARS.items()]
    lines.append("vectors:")
    made = [f"  - {json.dumps(vector)}" for vector in vectors()]
    FILE.write_text("\n".join(lines + made) + "\n", encoding="utf-8")
    return len(made)


if __name__ == "__main__":
    write()
