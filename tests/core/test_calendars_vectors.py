"""Every published clock vector, and a sample of them walked again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from escbot.core.calendars import (
    ALWAYS,
    Calendar,
    Window,
    add_open,
    add_open_with_pauses,
    boundaries,
    next_open,
    open_between,
)
from tests.core.walker import Walker, moment

FILE = YAML(typ="safe").load(Path(__file__).with_name("clock_vectors.yaml"))
VECTORS: list[dict[str, Any]] = FILE["vectors"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _windows(texts: list[str]) -> tuple[Window, ...]:
    found = []
    for text in texts:
        (h1, m1), (h2, m2) = (map(int, part.split(":")) for part in text.split("-"))
        start, end = h1 * 60 + m1, h2 * 60 + m2
        found.append(Window(start, end if end > start else end + 1440))
    return tuple(found)


def _calendar(name: str, raw: dict[str, Any] | str) -> Calendar:
    if isinstance(raw, str):
        return ALWAYS
    days: dict[int, tuple[Window, ...]] = {}
    for key, texts in raw["hours"].items():
        first, _, last = key.partition("-")
        begin = WEEKDAYS.index(first)
        for step in range((WEEKDAYS.index(last or first) - begin) % 7 + 1):
            days[(begin + step) % 7] = days.get((begin + step) % 7, ()) + _windows(texts)
    return Calendar(
        name,
        raw["timezone"],
        days,
        frozenset(date.fromisoformat(day) for day in raw.get("closed", ())),
        {date.fromisoformat(day): _windows(texts) for day, texts in raw.get("open", {}).items()},
    )


CALENDARS = {name: _calendar(name, raw) for name, raw in FILE["calendars"].items()}


def answer(vector: dict[str, Any]) -> dict[str, Any]:
    """Answer a vector's question with the program's arithmetic."""
    cal, start = CALENDARS[vector["calendar"]], moment(vector["start"])
    match vector["op"]:
        case "add":
            return {"due": _iso(add_open(cal, start, timedelta(minutes=vector["minutes"])))}
        case "paused":
            pauses = [(moment(a), moment(b)) for a, b in vector["pauses"]]
            amount = timedelta(minutes=vector["minutes"])
            return {"due": _iso(add_open_with_pauses(cal, start, amount, pauses))}
        case "between":
            open_time = open_between(cal, start, moment(vector["end"]))
            return {"minutes": open_time / timedelta(minutes=1)}
        case "turns":
            return {"at": [_iso(at) for at in boundaries(cal, start, moment(vector["end"]))]}
        case "next":
            return {"opens": _iso(next_open(cal, start))}
    raise AssertionError(vector["op"])


def walked(vector: dict[str, Any]) -> dict[str, Any]:
    """Answer a vector's question by walking."""
    walker, start = Walker(FILE["calendars"][vector["calendar"]]), moment(vector["start"])
    match vector["op"]:
        case "add":
            return {"due": _iso(walker.due(start, vector["minutes"]))}
        case "paused":
            pauses = tuple((moment(a), moment(b)) for a, b in vector["pauses"])
            return {"due": _iso(walker.due(start, vector["minutes"], pauses))}
        case "between":
            return {"minutes": walker.between(start, moment(vector["end"]))}
        case "turns":
            return {"at": [_iso(at) for at in walker.turns(start, moment(vector["end"]))]}
        case "next":
            return {"opens": _iso(walker.next(start))}
    raise AssertionError(vector["op"])


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_there_are_enough_vectors() -> None:
    assert len(VECTORS) >= 500


@pytest.mark.parametrize("calendar", FILE["calendars"])
def test_the_program_agrees_with_the_walker(calendar: str) -> None:
    wrong = [
        (vector, answer(vector))
        for vector in VECTORS
        if vector["calendar"] == calendar and not answer(vector).items() <= vector.items()
    ]
    assert wrong == []


@pytest.mark.parametrize("number", range(0, len(VECTORS), 29))
def test_the_file_is_what_the_walker_says(number: int) -> None:
    assert walked(VECTORS[number]).items() <= VECTORS[number].items()
