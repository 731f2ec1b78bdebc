"""The only readers of the clock.

Leases, limits and waits need a time that replicas share and that never jumps: the database's,
read now and then and carried on in between by a counter that only counts. On an SQLite file,
which has no clock of its own, it is the machine's time at the start, carried on the same way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

# Counts on while the machine sleeps, where the system has such a counter.
_COUNTER = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
SURE = 1.0  # seconds; an answer that took longer says too little of the database's time


def wall() -> datetime:
    """Return the machine's time, aware UTC. It may jump."""
    return datetime.now(UTC)


def counter() -> float:
    """Return seconds that only count forward."""
    return time.clock_gettime(_COUNTER)


class Timed(Protocol):
    """A database that may have a clock."""

    async def time(self) -> datetime | None:
        """Return its time, aware UTC, or None."""


class Steady:
    """A time, aware UTC, that never jumps by itself."""

    def __init__(
        self, machine: Callable[[], datetime] = wall, counter: Callable[[], float] = counter
    ) -> None:
        self._counter = counter
        self._base = machine()
        self._since = counter()

    def __call__(self) -> datetime:
        """Return the moment now."""
        return self._base + timedelta(seconds=self._counter() - self._since)

    async def follow(self, database: Timed) -> bool:
        """Take the database's time; False where it has none or answers too slowly to tell."""
        asked = self._counter()
        moment = await database.time()
        answered = self._counter()
        if moment is None or answered - asked > SURE:
            return False
        self._base, self._since = moment, (asked + answered) / 2
        return True
