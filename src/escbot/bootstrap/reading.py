"""The files a decision is made by, read with nothing of the running program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from pathlib import Path

from escbot.core.roster import Person, Shift
from escbot.feeds import CACHE
from escbot.services.files import Files, Reader
from escbot.services.ports import Feed, FeedText


class _Feeds:
    """Calendar feeds whose libraries are imported when a file names a feed; few do."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def read(self, address: str, now: datetime) -> FeedText:
        feed: Callable[[Path], Feed] = import_module("escbot.feeds.fetching").HttpFeed
        return feed(self._cache).read(address, now)

    def days_off(self, text: str, now: datetime) -> tuple[date, ...]:
        found: tuple[date, ...] = import_module("escbot.feeds.ical").days_off(text, now)
        return found

    def shifts(self, text: str, people: tuple[Person, ...], now: datetime) -> tuple[Shift, ...]:
        found: tuple[Shift, ...] = import_module("escbot.feeds.ical").shifts(text, people, now)
        return found


def reader_of(policy: Path | None, roster: Path | None, cache: Path) -> Reader:
    """Return what reads both files and their calendar feeds."""
    feeds = _Feeds(cache)
    return Reader(policy, roster, feeds, feeds.days_off, feeds.shifts)


def read_files(
    policy: Path | None, roster: Path | None, now: datetime, cache: Path = CACHE
) -> Files:
    """Read and compile both files. Raises FileError or NotReadable."""
    return reader_of(policy, roster, cache).read(now)
