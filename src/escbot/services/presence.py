"""The processes that share the work: each says now and then that it runs and how many connections
to Slack it holds, so that connections nobody holds are noticed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from escbot.store import runners
from escbot.store.database import Database
from escbot.store.runners import Runner

SEEN_WITHIN = timedelta(seconds=45)  # machine time; a process says so every ten seconds


class Presence:
    """One process among others."""

    def __init__(
        self,
        database: Database,
        worker: str,
        version: str,
        *,
        wall: Callable[[], datetime],
        connections: Callable[[], Awaitable[int | None]],
    ) -> None:
        self._database = database
        self._worker = worker
        self._version = version
        self._wall = wall
        self._connections = connections
        self.others: tuple[Runner, ...] = ()
        self.heard: Callable[[int], None] = lambda sockets: None  # what the others hold

    async def check_in(self) -> int:
        """Say that this process runs; return how many others do."""
        held = await self._connections() or 0
        wall = self._wall()
        async with self._database.session() as session:
            await runners.check_in(
                session, self._worker, sockets=held, version=self._version, wall=wall
            )
            found = await runners.running(session, wall, SEEN_WITHIN)
        self.others = tuple(one for one in found if one.worker != self._worker)
        self.heard(sum(one.sockets for one in self.others))
        return len(self.others)

    async def check_out(self) -> None:
        """Say that it ends."""
        async with self._database.session() as session:
            await runners.check_out(session, self._worker)
