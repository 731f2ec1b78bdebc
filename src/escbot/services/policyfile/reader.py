"""Typed reading of a document's items, with errors that say what is allowed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import TypeVar

from escbot.core.durations import parse_duration
from escbot.services.policyfile.document import Item, nearest, shown

T = TypeVar("T", bound=str)
LONGEST = 4000  # characters of one text
LONGEST_TIME = timedelta(days=3650)  # more is a slip of the pen
MOST = 1_000_000_000
MOST_SHOWN = 30  # known words that an error lists


class Section:
    """A mapping of the file whose keys are known in advance."""

    def __init__(self, item: Item, name: str, allowed: Collection[str]) -> None:
        self.item = item
        self.name = name
        if not isinstance(item.value, dict):
            raise item.wrong(f"{name} must be a mapping with: {', '.join(sorted(allowed))}")
        self.items = item.value
        for key, value in self.items.items():
            if key not in allowed:
                hint = nearest(key, allowed) or f" Known: {', '.join(sorted(allowed))}."
                raise value.wrong_key(f"{name} has no `{shown(key)}`.{hint}")

    def __contains__(self, key: str) -> bool:
        return key in self.items

    def need(self, key: str) -> Item:
        """Return an item that must be there."""
        item = self.items.get(key)
        if item is None:
            raise self.item.wrong(f"{self.name} lacks `{key}`")
        return item

    def get(self, key: str) -> Item | None:
        """Return an item that may be there; null is the same as left out."""
        item = self.items.get(key)
        return None if item is None or item.value is None else item

    def text(self, key: str, default: str | None = None) -> str:
        item = self.get(key)
        if item is None and default is not None:
            return default
        return text(item or self.need(key), f"`{key}`")

    def maybe_text(self, key: str) -> str | None:
        item = self.get(key)
        return None if item is None else text(item, f"`{key}`")

    def whole(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        item = self.get(key)
        if item is None and default is not None:
            return default
        return whole(item or self.need(key), f"`{key}`", least=least)

    def yes_no(self, key: str, default: bool | None = None) -> bool:
        item = self.get(key)
        if item is None and default is not None:
            return default
        item = item or self.need(key)
        if not isinstance(item.value, bool):
            raise item.wrong(f"`{key}` must be true or false")
        return item.value

    def duration(self, key: str, *, zero: bool = False) -> timedelta:
        return duration(self.need(key), f"`{key}`", zero=zero)

    def duration_or(self, key: str, word: str, *, zero: bool = False) -> timedelta | None:
        """Read a duration, or None where the word (e.g. `never`) stands or nothing."""
        item = self.get(key)
        if item is None or item.value == word:
            return None
        return duration(item, f"`{key}` (or {word})", zero=zero)

    def names(self, key: str, known: Collection[str] | None = None) -> tuple[str, ...]:
        item = self.get(key)
        return () if item is None else names(item, f"`{key}`", known)

    def one_of(self, key: str, known: Collection[T], default: T | None = None) -> T:
        item = self.get(key)
        if item is None and default is not None:
            return default
        return one_of(item or self.need(key), f"`{key}`", known)

    def each(self, key: str) -> Iterator[Item]:
        item = self.get(key)
        if item is not None:
            yield from entries(item, f"`{key}`")


def text(item: Item, name: str) -> str:
    """Read a text that is not empty."""
    if isinstance(item.value, bool) or not isinstance(item.value, str | int | float):
        raise item.wrong(f"{name} must be a text")
    found = str(item.value).strip()
    if not found:
        raise item.wrong(f"{name} must not be empty")
    if len(found) > LONGEST:
        raise item.wrong(f"{name} has more than {LONGEST} characters")
    return found


def whole(item: Item, name: str, *, least: int = 0, most: int = MOST) -> int:
    """Read a whole number."""
    value = item.value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        until = "on" if most == MOST else f"to {most}"
        raise item.wrong(f"{name} must be a whole number from {least} {until}")
    return value


def duration(item: Item, name: str, *, zero: bool = False) -> timedelta:
    """Read a duration like "4h"; nothing at all is a duration only where `zero` says so."""
    try:
        found = parse_duration(str(item.value))
    except (ValueError, OverflowError):
        raise item.wrong(f'{name} must be a duration like "30m", "4h", "1d"') from None
    if not found and not zero:
        raise item.wrong(f"{name} must be longer than nothing")
    if found > LONGEST_TIME:
        raise item.wrong(f'{name} can be at most "{LONGEST_TIME.days}d"')
    return found


def entries(item: Item, name: str) -> list[Item]:
    """Read a list."""
    if not isinstance(item.value, list):
        raise item.wrong(f"{name} must be a list")
    return item.value


def once(section: Section, key: str, seen: set[str], what: str) -> str:
    """Read a text that stands only once among its like; `seen` holds those before it."""
    found = section.text(key)
    if found in seen:
        raise section.need(key).wrong(f"there are two {what} `{shown(found)}`; keep one")
    seen.add(found)
    return found


def names(item: Item, name: str, known: Collection[str] | None = None) -> tuple[str, ...]:
    """Read a list of words, each known where `known` says which are."""
    found = []
    for entry in entries(item, name):
        word = text(entry, f"an entry of {name}")
        if known is not None and word not in known:
            raise _unknown(entry, name, word, known)
        found.append(word)
    return tuple(found)


def one_of(item: Item, name: str, known: Collection[T]) -> T:
    """Read one of the known words."""
    word = text(item, name)
    for candidate in known:
        if candidate == word:
            return candidate
    raise _unknown(item, name, word, known)


def _unknown(item: Item, name: str, word: str, known: Collection[str]) -> Exception:
    listed = ", ".join(list(known)[:MOST_SHOWN]) + (", …" if len(known) > MOST_SHOWN else "")
    hint = nearest(word, known)
    return item.wrong(f"{name} has no `{shown(word)}`; use one of: {listed}.{hint}")


def day(item: Item, name: str) -> date:
    """Read a date like "2026-12-24"."""
    written = str(item.value)
    try:
        if len(written) != len("2026-12-24"):
            raise ValueError
        return date.fromisoformat(written)
    except ValueError:
        raise item.wrong(f'{name} must be a date like "2026-12-24"') from None
