"""The ticker: claims what is due and hands each case to the desk. It holds no state."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from escbot.core.codec import CodecError
from escbot.core.decide import Refused
from escbot.services.desk import Desk
from escbot.services.failpoints import failpoint
from escbot.store import deadlines
from escbot.store.database import Database

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # machine time; a case is handled in milliseconds
SHORTEST = timedelta(seconds=2)  # of a lease at any pace: a busy machine needs it
REST = timedelta(seconds=30)  # how long a case that could not be handled is left alone


class Ticker:
    """Does what is due, one case at a time."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
        pace: float = 1.0,
    ) -> None:
        self._lease = max(LEASE / pace, min(LEASE, SHORTEST))
        self._database = database
        self._desk = desk
        self._clock = clock
        self._wall = wall

    async def tick_once(self, limit: int = 100) -> int:
        """Handle the cases that are due now; return how many."""
        async with self._database.session() as session:
            claimed = await deadlines.claim(
                session, self._clock(), self._wall(), self._lease, limit
            )
        failpoint("ticker.claimed")
        for team, number in claimed:
            await self._tick(team, number)
        return len(claimed)

    async def _tick(self, team: str, number: int) -> None:
        try:
            await self._desk.tick(team, number)
        except CodecError as error:
            log.warning(
                "ESC-%s was written by a newer version and is left alone: %s", number, error
            )
            await self._leave_alone(team, number)
        except Refused as refused:
            log.warning("ESC-%s could not be handled: %s", number, refused.because.code)
            await self._leave_alone(team, number)
        except Exception:
            # One broken case must not stop the clocks of all others.
            log.exception("ESC-%s could not be handled", number)
            await self._leave_alone(team, number)

    async def _leave_alone(self, team: str, number: int) -> None:
        async with self._database.session() as session:
            await deadlines.release(session, team, number, self._wall() + REST)
