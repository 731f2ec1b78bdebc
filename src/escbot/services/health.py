"""How the program is: what an operator must know, without tokens and without a case's words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from escbot.services.library import Library
from escbot.store import deadlines, outbox
from escbot.store.database import Database
from escbot.store.faults import plainly
from escbot.words.voice import counted

ALIVE_WITHIN = timedelta(seconds=60)  # machine time since the last beat of each loop
LATE = timedelta(seconds=60)  # a deadline that is due for longer is a problem
ANSWERS_WITHIN = 2.0  # seconds that the database has; whoever watches over escbot asks with a limit
SLOW = "the database does not answer; end what holds it, or see its machine"

# Messages by state, queues by target, what is unsettled, for how long a deadline is due.
Stored = tuple[
    dict[str, int],
    dict[str, dict[str, float]],
    Sequence[tuple[int, str, str, str | None]],
    float,
]


@dataclass(frozen=True, slots=True)
class Health:
    """`ready`: takes requests and does its work. `problems` are sentences, each with what to do."""

    ready: bool
    alive: bool
    problems: tuple[str, ...]
    policy: str
    connections: int | None
    beats: dict[str, float] = field(default_factory=dict)  # seconds since each loop's last turn
    messages: dict[str, int] = field(default_factory=dict)  # by state
    queues: dict[str, dict[str, float]] = field(default_factory=dict)  # by target: how many, age
    limits: dict[str, float] = field(default_factory=dict)  # method -> seconds that Slack asks for
    others: int = 0  # processes that share the work
    uncertain: tuple[dict[str, Any], ...] = ()
    oldest_due_seconds: float = 0.0

    def plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


@dataclass
class Pulse:
    """When each loop of the program last had its turn (machine time, aware UTC)."""

    beats: dict[str, datetime] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)  # loop -> why its last turn failed

    def fail(self, name: str, why: str) -> bool:
        """Note a turn that failed; tell whether that is news."""
        news = self.faults.get(name) != why
        self.faults[name] = why
        return news

    def recover(self, name: str) -> bool:
        """Note a turn that went well; tell whether that is news."""
        return self.faults.pop(name, None) is not None

    def beat(self, name: str, at: datetime) -> None:
        """Note one turn."""
        self.beats[name] = at


class Doctor:
    """Looks at the program when somebody asks."""

    def __init__(
        self,
        database: Database,
        library: Library,
        pulse: Pulse,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
        connections: Callable[[], Awaitable[int | None]],
        missing: Callable[[], dict[str, str]],
        trouble: Callable[[], str | None],
        deafness: Callable[[], tuple[str, ...]] = tuple,
        hears: Callable[[], bool] = lambda: True,
        limits: Callable[[], dict[str, float]] = dict,
        others: Callable[[], int] = int,
    ) -> None:
        self._database = database
        self._library = library
        self._pulse = pulse
        self._clock = clock
        self._wall = wall
        self._connections = connections
        self._missing = missing
        self._trouble = trouble
        self._deafness = deafness
        self._hears = hears
        self._limits = limits
        self._others = others
        self._reading: asyncio.Task[Stored] | None = None

    def alive(self) -> bool:
        """Tell whether every loop had its turn lately; cheap, without the database."""
        now = self._wall()
        return all(now - at < ALIVE_WITHIN for at in self._pulse.beats.values())

    async def look(self) -> Health:
        """Return how the program is. Never raises: a database that fails is a problem too."""
        now = self._wall()
        problems: list[str] = []
        connections = await self._connections()
        if connections == 0:
            problems.append("no connection to Slack; escbot keeps trying, check the network")
        deafness = self._deafness()
        problems += deafness
        problems += [f"#{name}: {what}" for name, what in self._missing().items()]
        trouble = self._trouble()
        if trouble is not None:
            problems.append(f"policy or roster: {trouble}")
        beats = {name: (now - at).total_seconds() for name, at in self._pulse.beats.items()}
        stuck = [name for name, age in beats.items() if age > ALIVE_WITHIN.total_seconds()]
        problems += [f"{name} waits: {why}" for name, why in self._pulse.faults.items()]
        problems += [f"the {name} has not had a turn for {beats[name]:.0f} s" for name in stuck]
        found = Health(
            ready=False,
            alive=not stuck,
            problems=(),
            policy=self._library.current.version,
            connections=connections,
            beats=beats,
            limits=self._limits(),
            others=self._others(),
        )
        return await self._with_database(found, problems, now)

    async def _with_database(self, found: Health, problems: list[str], now: datetime) -> Health:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(now))
            self._reading.add_done_callback(_seen)
        reading = self._reading
        # Whoever asks for the health has little patience, and a call that is broken off in the
        # middle of a transaction would cost its connection: who comes next waits for the same.
        await asyncio.wait({reading}, timeout=ANSWERS_WITHIN)
        try:
            states, queues, unsettled, oldest = _ended(reading)
        except (SQLAlchemyError, OSError) as error:
            why = SLOW if isinstance(error, TimeoutError) else plainly(error)
            text = f"{why}; nothing is lost, escbot tries again"
            return _closed(found, [*problems, text], ready=False)
        if oldest > LATE.total_seconds():
            problems.append(f"a deadline is due for {oldest:.0f} s")
        if unsettled:
            messages = counted(len(unsettled), "message is", "messages are")
            problems.append(f"{messages} unsettled: `escbot db settle` decides")
        ready = found.alive and found.connections != 0 and self._hears()
        uncertain = tuple(
            {"id": id_, "subject": subject, "slot": slot, "error": error}
            for id_, subject, slot, error in unsettled
        )
        return _closed(
            found, problems, ready=ready, messages=states, queues=queues,
            uncertain=uncertain, oldest_due_seconds=oldest,
        )  # fmt: skip

    async def _read(self, now: datetime) -> Stored:
        async with self._database.session() as session:
            return (
                await outbox.states(session),
                await outbox.queues(session, now),
                await outbox.unsettled(session),
                await deadlines.oldest_due(session, self._clock()),
            )


def _seen(reading: asyncio.Task[Stored]) -> None:
    """Take note of what went wrong after nobody waited any more."""
    if not reading.cancelled():
        reading.exception()


def _ended(reading: asyncio.Task[Stored]) -> Stored:
    if not reading.done():
        raise TimeoutError
    return reading.result()


def _closed(found: Health, problems: list[str], *, ready: bool, **more: Any) -> Health:  # noqa: ANN401
    values = {**asdict(found), "ready": ready, "problems": tuple(problems), **more}
    return Health(**values)
