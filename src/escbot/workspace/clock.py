"""The workspace's own clock: it can run faster, stand still, and be moved forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Simulated time, aware UTC. It never goes back."""

    def __init__(
        self,
        start: datetime | None = None,
        speed: float = 1.0,
        machine: Callable[[], float] = time.monotonic,
    ) -> None:
        self._machine = machine
        self._base = start or datetime.now(UTC)
        self._since = machine()
        self._speed = speed

    def now(self) -> datetime:
        """Return the simulated moment."""
        return self._base + timedelta(seconds=(self._machine() - self._since) * self._speed)

    @property
    def rate(self) -> float:
        """Simulated seconds in one machine second; 0 while it stands still."""
        return self._speed

    def speed(self, rate: float) -> None:
        """Run `rate` times as fast as the machine's clock; 0 stands still."""
        self._base = self.now()
        self._since = self._machine()
        self._speed = max(rate, 0.0)

    def pause(self) -> None:
        """Stand still."""
        self.speed(0)

    async def advance(self, amount: timedelta) -> datetime:
        """Move forward at once and return the new moment."""
        if amount < timedelta(0):
            raise ValueError("the clock only goes forward")
        self._base += amount
        return self.now()
