"""Durations as people write them (`4h10m`) and as they read them ("4 h 10 min")."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"w": 7 * 24 * 3600, "d": 24 * 3600, "h": 3600, "m": 60, "s": 1}
_GRAMMAR = re.compile(
    r"(?:(?P<w>\d{1,6})w)?(?:(?P<d>\d{1,6})d)?(?:(?P<h>\d{1,6})h)?(?:(?P<m>\d{1,8})m)?"
    r"(?:(?P<s>\d{1,9})s)?",
    re.ASCII,
)
_SHOWN = 40  # characters of a wrong text that an error repeats
_LONG_DAYS = 14  # from here on whole days read better than hours
_NAMES = {"w": "days", "d": "days", "h": "h", "m": "min", "s": "s"}


def parse_duration(text: str) -> timedelta:
    """Read `45s`, `30m`, `4h`, `1d` (24 h), `2w` (14 days of 24 h) or a combination like `4h10m`.

    Raises ValueError with a sentence that says what is allowed.
    """
    match = _GRAMMAR.fullmatch(text.strip()) if len(text) <= _SHOWN else None
    if match is None or not match.group():
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        raise ValueError(f"{shown!r} is not a duration; write it like 45s, 30m, 4h10m, 1d or 2w")
    parts = {unit: int(count) for unit, count in match.groupdict().items() if count}
    return timedelta(seconds=sum(count * _UNITS[unit] for unit, count in parts.items()))


def spell_duration(td: timedelta) -> str:
    """Return the text that `parse_duration` reads as exactly this; parts of a second are cut.

    Raises ValueError for a negative duration, which has no spelling.
    """
    if td < timedelta(0):
        raise ValueError("a negative duration can't be written")
    return "".join(f"{count}{unit}" for count, unit in _parts(td)) or "0m"


def format_duration(td: timedelta) -> str:
    """Return a duration for people: "45 s", "1 h 30 min", "30 days"; "0 min" for nothing.

    From an hour on seconds are left out. Negative durations get a minus sign.
    """
    size = abs(td)
    if size >= timedelta(hours=1):
        size -= size % timedelta(minutes=1)
    parts = [(count * 7 if unit == "w" else count, unit) for count, unit in _parts(size)]
    text = " ".join(f"{count} {_NAMES[unit]}" for count, unit in parts) or "0 min"
    return f"−{text}" if td < timedelta(0) and parts else text


def _parts(td: timedelta) -> list[tuple[int, str]]:
    """Split into whole weeks or days where it is long and even, else into h, min and s."""
    seconds = td // timedelta(seconds=1)
    days, rest = divmod(seconds, _UNITS["d"])
    if rest == 0 and days >= _LONG_DAYS:
        return [(days // 7, "w")] if days % 7 == 0 else [(days, "d")]
    hours, rest = divmod(seconds, _UNITS["h"])
    minutes, left = divmod(rest, _UNITS["m"])
    return [(count, unit) for count, unit in ((hours, "h"), (minutes, "m"), (left, "s")) if count]
