"""The loops of the program: APScheduler as a clock that beats, and nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import DBAPIError

from escbot.services.health import Pulse
from escbot.store.faults import is_conflict, plainly

log = logging.getLogger(__name__)

BEAT = 0.25  # seconds of machine time between two looks at what is due and what is dirty
JUMP = 2.0  # seconds by which two clocks don't part in one second by themselves
Job = Callable[[], Awaitable[int]]


class Beats:
    """Lets each job have its turn again and again; a turn that fails is said once."""

    def __init__(
        self,
        pulse: Pulse,
        *,
        wall: Callable[[], datetime],
        machine: Callable[[], datetime],
    ) -> None:
        self._pulse = pulse
        self._wall = wall
        self._machine = machine  # the clock that APScheduler reads
        self._guard: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._busy = 0  # jobs at work
        self._idle = asyncio.Event()
        self._idle.set()
        # A turn that finds the last one still at work is skipped, as it should be.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def add(self, name: str, job: Job, seconds: float) -> None:
        """Let a job have a turn every so many seconds of machine time."""
        self._scheduler.add_job(
            self._guarded(name, job),
            IntervalTrigger(seconds=seconds),
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()
        self._guard = asyncio.create_task(self._mind_the_clock())

    async def _mind_the_clock(self) -> None:
        """APScheduler waits for a moment of the machine's clock; one set back would make it wait.

        This fires nothing: it only names the next moment of each job anew.
        """
        ahead = self._machine() - self._wall()
        while True:
            await asyncio.sleep(1.0)
            now = self._machine() - self._wall()
            if abs((now - ahead).total_seconds()) > JUMP:
                log.warning("the machine's clock jumped by %.0f s", (now - ahead).total_seconds())
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=self._machine())
            ahead = now

    async def stop(self) -> None:
        """Begin no more turns and let those under way end."""
        if self._guard is not None:
            self._guard.cancel()
        if self._scheduler.running:
            # Shutting down would cut a turn off in the middle of a transaction.
            self._scheduler.pause()
            await self._idle.wait()
            self._scheduler.shutdown(wait=False)

    def _guarded(self, name: str, job: Job) -> Callable[[], Awaitable[None]]:
        async def beat() -> None:
            self._busy += 1
            self._idle.clear()
            try:
                await job()
            except DBAPIError as error:
                if is_conflict(error):  # another replica did the same; the next turn sees it
                    log.info("%s got in another's way: %s", name, error.orig)
                else:
                    self._say(name, plainly(error))
            except Exception:  # a broken turn must not stop the next one
                if self._pulse.fail(name, "it is in the log"):
                    log.exception("%s could not do its work; it tries again", name)
            else:
                if self._pulse.recover(name):
                    log.warning("%s works again", name)
            finally:
                self._pulse.beat(name, self._wall())
                self._busy -= 1
                if not self._busy:
                    self._idle.set()

        return beat

    def _say(self, name: str, sentence: str) -> None:
        """Log a fault when it begins, not at every turn that it lasts."""
        if self._pulse.fail(name, sentence):
            log.error("%s waits: %s; nothing is lost, it tries again", name, sentence)
