"""The running bot: every part made and put together, started and stopped in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from typing import IO

from sqlalchemy.exc import DBAPIError

from escbot.bootstrap.beats import BEAT, Beats, Job
from escbot.bootstrap.door import Door, StartError
from escbot.bootstrap.ears import Ears
from escbot.bootstrap.keys import new_key
from escbot.bootstrap.lockfile import InUseError, lock_file
from escbot.bootstrap.reading import reader_of
from escbot.bootstrap.times import Steady, wall
from escbot.http.server import Server, health_routes
from escbot.services.delivery import Delivery, Pace
from escbot.services.desk import Desk
from escbot.services.drillfile import Drills, read_drills
from escbot.services.files import Files, Reader
from escbot.services.health import Doctor, Pulse
from escbot.services.keeping import Keeper
from escbot.services.library import Library
from escbot.services.linting import lint
from escbot.services.ports import ChatError
from escbot.services.presence import Presence
from escbot.services.reports import Reporter
from escbot.services.reviews import Reviews
from escbot.services.templates import compose
from escbot.services.ticker import Ticker
from escbot.services.watching import Watch
from escbot.services.work import Services
from escbot.settings import Settings, address
from escbot.slack.app import build_app
from escbot.slack.blocks.base import voice_for
from escbot.slack.gateway import Gateway
from escbot.slack.homekeeper import HomeKeeper
from escbot.slack.newer import NewerBlocks
from escbot.slack.painter import SlackPainter
from escbot.slack.services import Services as SlackServices
from escbot.store import deadlines
from escbot.store.database import Database, DatabaseError, open_database
from escbot.store.faults import plainly

log = logging.getLogger(__name__)

# Seconds of machine time between two turns of the loops that are not the heart.
REPORT_EVERY = 20.0  # what reports are due, what may be pruned
HOMES_EVERY = 2.0  # changes of the App Homes are gathered
EARS_EVERY = 5.0  # the connections
TOKEN_EVERY = 60.0  # whether the token still holds
LOOK_EVERY = 5.0  # the files
PRESENT_EVERY = 10.0  # that this process runs
TIME_EVERY = 30.0  # the database's time


class Program:
    """The running bot: Slack, desk, ticker and delivery around one database.

    `clock` is domain time; without one it is the database's, and on an SQLite file the machine's.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] | None = None,
        beat: float = BEAT,
        files: Files | None = None,
        drills: Callable[[], Drills] | None = None,
    ) -> None:
        self._settings = settings
        self._wall = Steady()
        self._clock = clock or wall
        self._own_clock = clock is None
        self._beat = beat
        self._drills = drills or (lambda: read_drills(settings.escbot_drills))
        self._reader: Reader | None = None
        if files is None:
            self._reader = reader_of(
                settings.escbot_policy, settings.escbot_roster, settings.escbot_cache
            )
            files = self._reader.read(self._clock())
        self._files = files
        self._lock: IO[str] | None = None
        self.door: Door | None = None
        self._pulse = Pulse()
        self._linted: tuple[tuple[str, str], tuple[str, ...]] | None = None
        self._keeper: HomeKeeper | None = None
        self._worker = new_key()
        self.presence: Presence | None = None
        self._ears: Ears | None = None
        self.beats: Beats | None = None
        self.reporter: Reporter | None = None
        self.health: Server | None = None
        self.database: Database | None = None
        self.library: Library | None = None
        self.watch: Watch | None = None
        self.desk: Desk | None = None
        self.delivery: Delivery | None = None
        self.ticker: Ticker | None = None

    async def start(self) -> None:
        """Open the database, connect to Slack, begin to tick. Raises StartError."""
        database = self.database = await self._open()
        library = self.library = Library(self._files.policy, self._files.roster)
        await library.take(database, self._files, self._clock())
        door = self.door = Door(self._settings)
        newer = NewerBlocks()
        url, team = await door.who_am_i()
        gateway = Gateway(door.client, url, newer)
        desk = self.desk = Desk(
            Services(database, library, self._clock, self._wall, new_key=new_key, compose=compose)
        )
        reviews = Reviews(database, library, desk.ledger, self._clock)
        self._make_loops(database, library, desk, gateway, reviews)
        services = SlackServices(
            desk,
            library,
            self._clock,
            gateway.permalink,
            lambda: voice_for(library.roster),
            reviews,
            self._troubles,
            self._drills,
            self._health,
            newer=newer,
            lost=self._lost,
            capped=self._capped,
        )
        keeper = HomeKeeper(services, door.client)
        desk.changed = keeper.mark
        self._keeper = keeper
        await door.open(build_app(services, door.client, keeper, team))
        self.presence = Presence(
            database,
            self._worker,
            version("escbot"),
            wall=self._wall,
            connections=door.connections,
        )
        if door.sockets is not None:
            gateway.posted = door.sockets.posted
            self.presence.heard = door.sockets.know_of
        self._ears = Ears(
            database,
            library,
            door.sockets,
            door.client,
            wall=self._wall,
            new_key=new_key,
            pace=self._settings.escbot_pace,
        )
        await self._serve_health(database, library, door)
        await self._check_channels(gateway, library)
        self._start_beating()

    def _lost(self, code: str) -> None:
        """Slack says that the app was removed or its tokens were revoked."""
        if self._ears is not None:
            self._ears.lose(code)

    def _capped(self) -> None:
        """Slack says that it leaves events out."""
        if self._ears is not None:
            self._ears.cap()

    async def _open(self) -> Database:
        url = self._settings.escbot_database_url
        try:
            self._lock = lock_file(url)
            database = await open_database(url)
        except (InUseError, DatabaseError) as error:
            raise StartError(str(error)) from error
        await self._wall.follow(database)
        if self._own_clock and not database.is_sqlite:
            self._clock = self._wall  # replicas share one time
        return database

    def _make_loops(
        self,
        database: Database,
        library: Library,
        desk: Desk,
        gateway: Gateway,
        reviews: Reviews,
    ) -> None:
        clock, steady = self._clock, self._wall
        pace = self._settings.escbot_pace
        self.ticker = Ticker(database, desk, clock=clock, wall=steady, pace=pace)
        self.delivery = Delivery(
            database,
            desk,
            library,
            gateway,
            SlackPainter(library),
            clock=clock,
            wall=steady,
            worker=self._worker,
            new_key=new_key,
            pace=Pace().scaled(self._settings.escbot_pace),
        )
        if self._reader is not None:
            self.watch = Watch(
                self._reader, library, database, clock=clock, wall=steady, new_key=new_key
            )
        self.keeper = Keeper(database, library, clock=clock, wall=steady)
        self.reporter = Reporter(
            database, library, reviews, clock=clock, wall=steady, new_key=new_key
        )

    async def _serve_health(self, database: Database, library: Library, door: Door) -> None:
        where = self._settings.escbot_health_address
        if not where:
            return
        doctor = Doctor(
            database,
            library,
            self._pulse,
            clock=self._clock,
            wall=self._wall,
            connections=door.connections,
            missing=lambda: self.delivery.missing if self.delivery else {},
            trouble=lambda: self.watch.trouble if self.watch else None,
            deafness=lambda: self._ears.troubles() if self._ears else (),
            hears=lambda: self._ears is None or self._ears.has_token,
            limits=lambda: self.delivery.waits if self.delivery else {},
            others=lambda: len(self.presence.others) if self.presence else 0,
        )
        host, port = address(where)
        health = Server(health_routes(doctor), {})
        try:
            await health.start(host, port)
        except OSError as error:
            log.warning("no health page: %s is taken (%s); the bot works on", where, error.strerror)
            return
        self.health = health

    def _health(self) -> tuple[str, ...]:
        """Return how the program is, in phrases for an admin."""
        how = self.door.kind if self.door else "nothing"
        failing = sorted(self._pulse.faults)
        loops = f"{', '.join(failing)} failing" if failing else "every loop at work"
        return (f"Listening by {how} · {loops}",)

    def _troubles(self) -> tuple[str, ...]:
        """Return what an admin should know: missing channels, files that are not used, gaps."""
        found = list(self.delivery.missing.values()) if self.delivery else []
        if self.watch is not None and self.watch.trouble:
            found.append(self.watch.trouble)
        return (*found, *(self._linted[1] if self._linted else ()))

    async def _lint_once(self) -> int:
        """Check the files in use, beside the loop: it takes up to a second."""
        if self.library is None:
            return 0
        policy, roster = self.library.current, self.library.roster
        key = (policy.version, roster.version)
        if self._linted is not None and self._linted[0] == key:
            return 0
        found = await asyncio.to_thread(lint, policy, roster, self._clock())
        self._linted = (key, tuple(finding.text for finding in found))
        return 1

    async def _read_time(self) -> int:
        return int(self.database is not None and await self._wall.follow(self.database))

    async def _check_channels(self, gateway: Gateway, library: Library) -> None:
        try:
            for name in library.current.channels.values():
                if await gateway.channel_id(name) is None:
                    log.warning("channel #%s is missing: create it and invite the bot to it", name)
        except ChatError as error:
            log.warning("the channels could not be checked: %s; delivery finds them", error)

    def _start_beating(self) -> None:
        delivery, ticker, ears, door = self.delivery, self.ticker, self._ears, self.door
        reporter, homes, presence = self.reporter, self._keeper, self.presence
        if not (delivery and ticker and ears and reporter and homes and presence and door):
            raise StartError("the program was not started")
        beats = self.beats = Beats(self._pulse, wall=self._wall, machine=wall)
        beats.add("ticker", ticker.tick_once, self._beat)
        beats.add("delivery", delivery.deliver_once, self._beat)
        others: list[tuple[str, Job, float]] = [
            ("reports", reporter.report_once, REPORT_EVERY),
            ("keeper", self.keeper.keep_once, REPORT_EVERY),
            ("lint", self._lint_once, LOOK_EVERY),
            ("homes", homes.refresh_once, HOMES_EVERY),
            ("time", self._read_time, TIME_EVERY),
            ("token", ears.check_token, TOKEN_EVERY),
            ("ears", ears.listen_for_silence, EARS_EVERY),
            ("cap", ears.mind_the_cap, EARS_EVERY),
            ("presence", presence.check_in, PRESENT_EVERY),
        ]
        if door.sockets is not None:
            others.append(("sockets", door.sockets.look, EARS_EVERY))
        if self.watch is not None:
            others.append(("watch", self.watch.look, LOOK_EVERY))
        for name, job, seconds in others:
            beats.add(name, job, seconds / self._settings.escbot_pace)
        beats.start()

    async def next_deadline(self) -> datetime | None:
        """Return the next moment at which something falls due by itself."""
        if self.database is None:
            return None
        async with self.database.session() as session:
            return await deadlines.next_due(session, self._clock())

    async def _leave(self, database: Database) -> None:
        if self.presence is not None:
            try:
                await self.presence.check_out()
            except (DBAPIError, OSError) as error:
                log.warning("this process could not be signed off: %s", plainly(error))
        await database.close()

    async def stop(self) -> None:
        """Stop cleanly; what was not done is in the database for the next start."""
        if self.door is not None:
            self.door.leave()
        if self.beats is not None:
            await self.beats.stop()
        if self.delivery is not None:
            await self.delivery.drain()
        if self.door is not None:
            await self.door.stop_listening()
        if self.health is not None:
            await self.health.stop()
        if self.door is not None:
            await self.door.close()
        if self.database is not None:
            await self._leave(self.database)
        if self._lock is not None:
            self._lock.close()
