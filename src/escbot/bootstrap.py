"""The composition root: settings in, running program out. Only here is the clock read."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from aiohttp import ClientError, ClientSession, ClientTimeout
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import make_url

from escbot.feeds.fetching import HttpFeed
from escbot.feeds.ical import days_off, shifts
from escbot.http.server import Server, health_routes
from escbot.services.admins import tell_admins
from escbot.services.delivery import Delivery, Pace
from escbot.services.desk import Desk, Services
from escbot.services.files import Files, Reader
from escbot.services.health import Doctor, Pulse
from escbot.services.keeping import Keeper
from escbot.services.library import Library
from escbot.services.linting import lint
from escbot.services.reports import Reporter
from escbot.services.templates import compose
from escbot.services.ticker import Ticker
from escbot.services.watching import Watch
from escbot.settings import CACHE, Settings, address
from escbot.slack.app import build_app
from escbot.slack.blocks.base import voice_for
from escbot.slack.gateway import Gateway
from escbot.slack.homekeeper import HomeKeeper
from escbot.slack.painter import SlackPainter
from escbot.slack.services import Services as SlackServices
from escbot.slack.sockets import Sockets
from escbot.slack.webhook import PATH, handler
from escbot.store import deadlines
from escbot.store.database import Database, DatabaseError, normal_url, open_database

log = logging.getLogger(__name__)

BEAT = 0.5  # seconds of machine time between two looks at what is due and what is dirty
REPORT_EVERY = 20.0  # seconds of machine time between two looks at what reports are due
HOMES_EVERY = 2.0  # seconds of machine time in which changes of the App Homes are gathered
EARS_EVERY = 5.0  # seconds of machine time between two looks at the connections
DEAF_AFTER = 90.0  # seconds without any connection after which the admins are told
LOOK_EVERY = 5.0  # seconds of machine time between two looks at the files
CALL_WITHIN = 10.0  # seconds for one call of Slack's Web API


class StartError(Exception):
    """The program can't start; the message says what to do."""


def wall() -> datetime:
    """Return the machine's time, aware UTC."""
    return datetime.now(UTC)


def new_key() -> str:
    """Return a random key for a message."""
    return secrets.token_hex(8)


def reader_of(policy: Path | None, roster: Path | None, cache: Path) -> Reader:
    """Return what reads both files and their calendar feeds."""
    return Reader(policy, roster, HttpFeed(cache), days_off, shifts)


def read_files(
    policy: Path | None, roster: Path | None, now: datetime, cache: Path = CACHE
) -> Files:
    """Read and compile both files. Raises FileError or NotReadable."""
    return reader_of(policy, roster, cache).read(now)


class Program:
    """The running bot: Slack, desk, ticker and delivery around one database."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = wall,
        beat: float = BEAT,
        files: Files | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._beat = beat
        self._reader: Reader | None = None
        if files is None:
            self._reader = reader_of(
                settings.escbot_policy, settings.escbot_roster, settings.escbot_cache
            )
            files = self._reader.read(clock())
        self._files = files
        self._lock: IO[str] | None = None
        self._session: ClientSession | None = None
        self._scheduler: AsyncIOScheduler | None = None
        self._sockets: Sockets | None = None
        self._webhook: Server | None = None
        self._pulse = Pulse()
        self._said_deaf = False
        self._linted: tuple[tuple[str, str], tuple[str, ...]] | None = None
        self._keeper: HomeKeeper | None = None
        self.reporter: Reporter | None = None
        self.health: Server | None = None
        self._busy = 0  # beats at work
        self._idle = asyncio.Event()
        self._idle.set()
        self.database: Database | None = None
        self.library: Library | None = None
        self.watch: Watch | None = None
        self.desk: Desk | None = None
        self.delivery: Delivery | None = None
        self.ticker: Ticker | None = None

    async def start(self) -> None:
        """Open the database, connect to Slack, begin to tick. Raises StartError."""
        try:
            self._lock = _lock_file(self._settings.escbot_database_url)
            database = await open_database(self._settings.escbot_database_url)
        except DatabaseError as error:
            raise StartError(str(error)) from error
        self.database = database
        library = self.library = Library(self._files.policy, self._files.roster)
        await library.take(database, self._files, self._clock())
        client = self._client()
        gateway = Gateway(client, await self._who_am_i(client))
        desk = Desk(
            Services(database, library, self._clock, wall, new_key=new_key, compose=compose)
        )
        self.desk = desk
        self.ticker = Ticker(database, desk, clock=self._clock, wall=wall)
        self.delivery = Delivery(
            database,
            desk,
            library,
            gateway,
            SlackPainter(library),
            clock=self._clock,
            wall=wall,
            worker=new_key(),
            new_key=new_key,
            pace=Pace().scaled(self._settings.escbot_pace),
        )
        if self._reader is not None:
            self.watch = Watch(
                self._reader, library, database, clock=self._clock, wall=wall, new_key=new_key
            )
        self.keeper = Keeper(database, library, clock=self._clock, wall=wall)
        self.reporter = Reporter(database, library, clock=self._clock, wall=wall, new_key=new_key)
        services = SlackServices(
            desk,
            library,
            self._clock,
            gateway.permalink,
            lambda: voice_for(library.roster),
            self._troubles,
        )
        keeper = HomeKeeper(services, client)
        desk.changed = keeper.mark
        self._keeper = keeper
        secret = self._settings.slack_signing_secret if self._settings.escbot_http else None
        app = build_app(
            services, client, keeper, signing_secret=secret.get_secret_value() if secret else None
        )
        await self._listen(app)
        await self._serve_health(database, library)
        await self._check_channels(gateway, library)
        self._start_beating()

    async def _listen(self, app: AsyncApp) -> None:
        """Begin to take what Slack sends, by Socket Mode or over HTTP. Raises StartError."""
        token = self._settings.slack_app_token
        if self._settings.escbot_http:
            host, port = address(self._settings.escbot_http_address)
            self._webhook = Server([], {PATH: handler(app)})
            try:
                await self._webhook.start(host, port)
            except OSError as error:
                raise StartError(
                    f"ESCBOT_HTTP_ADDRESS {host}:{port} can't be used: {error.strerror}"
                ) from error
            return
        self._sockets = Sockets(app, token.get_secret_value() if token else "")
        try:
            await self._sockets.open()
        except TimeoutError as error:
            raise StartError(
                "Slack does not open a socket. Check SLACK_APP_TOKEN and that Socket Mode is on."
            ) from error

    async def _serve_health(self, database: Database, library: Library) -> None:
        where = self._settings.escbot_health_address
        if not where:
            return
        doctor = Doctor(
            database,
            library,
            self._pulse,
            clock=self._clock,
            wall=wall,
            connections=self._connections,
            missing=lambda: self.delivery.missing if self.delivery else {},
            trouble=lambda: self.watch.trouble if self.watch else None,
        )
        host, port = address(where)
        health = Server(health_routes(doctor), {})
        try:
            await health.start(host, port)
        except OSError as error:
            log.warning("no health page: %s is taken (%s); the bot works on", where, error.strerror)
            return
        self.health = health

    async def _listen_for_silence(self) -> int:
        """Tell the admins, once each time, when Slack stays silent for 90 seconds.

        What comes in is deaf, but a message can still go out.
        """
        if self._sockets is None or self.library is None or self.database is None:
            return 0
        deaf = await self._sockets.deaf_for()
        if deaf < DEAF_AFTER / self._settings.escbot_pace:
            self._said_deaf = False
            return 0
        if self._said_deaf:
            return 0
        self._said_deaf = True
        log.error("no connection to Slack for %.0f s; escbot keeps trying", deaf)
        await tell_admins(
            self.database,
            self.library.roster,
            "deaf",
            {"since": int((wall() - timedelta(seconds=deaf)).timestamp())},
            subject=f"deaf:{wall():%Y-%m-%dT%H:%M}",
            wall=wall,
            new_key=new_key,
        )
        return 1

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

    async def _connections(self) -> int | None:
        return None if self._sockets is None else await self._sockets.connected()

    def _client(self) -> AsyncWebClient:
        timeout = ClientTimeout(total=CALL_WITHIN)
        self._session = ClientSession(timeout=timeout)
        return AsyncWebClient(
            token=self._settings.slack_bot_token.get_secret_value(),
            base_url=self._settings.slack_api_url,
            session=self._session,
            retry_handlers=[],  # the SDK's own would post twice after a lost answer
        )

    async def _who_am_i(self, client: AsyncWebClient) -> str:
        """Check the token and return the workspace's address. Raises StartError."""
        try:
            answer = await client.auth_test()
        except SlackApiError as error:
            code = error.response.get("error")
            raise StartError(
                f"Slack refuses SLACK_BOT_TOKEN ({code}). Copy it again from OAuth & Permissions."
            ) from error
        except (ClientError, TimeoutError, OSError) as error:
            raise StartError(
                f"Slack can't be reached at {self._settings.slack_api_url}. Check the network."
            ) from error
        return str(answer["url"])

    async def _check_channels(self, gateway: Gateway, library: Library) -> None:
        for name in library.current.channels.values():
            if await gateway.channel_id(name) is None:
                log.warning("channel #%s is missing: create it and invite the bot to it", name)

    def _start_beating(self) -> None:
        # A beat that finds the last one still at work is skipped, as it should be.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        scheduler = AsyncIOScheduler(timezone=UTC)
        delivery, ticker = self.delivery, self.ticker
        if delivery is None or ticker is None:
            raise StartError("the program was not started")
        jobs: list[tuple[str, Callable[[], Awaitable[int]], float]] = [
            ("ticker", ticker.tick_once, self._beat),
            ("delivery", delivery.deliver_once, self._beat),
        ]
        pace = self._settings.escbot_pace
        if self.reporter is not None and self._keeper is not None:
            jobs.append(("reports", self.reporter.report_once, REPORT_EVERY / pace))
            jobs.append(("keeper", self.keeper.keep_once, REPORT_EVERY / pace))
            jobs.append(("ears", self._listen_for_silence, EARS_EVERY / pace))
            jobs.append(("lint", self._lint_once, LOOK_EVERY / pace))
            jobs.append(("homes", self._keeper.refresh_once, HOMES_EVERY / pace))
        if self.watch is not None:
            jobs.append(("watch", self.watch.look, LOOK_EVERY / pace))
        for name, job, seconds in jobs:
            scheduler.add_job(
                self._guarded(name, job),
                IntervalTrigger(seconds=seconds),
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        self._scheduler = scheduler

    def _guarded(
        self, name: str, job: Callable[[], Awaitable[int]]
    ) -> Callable[[], Awaitable[None]]:
        async def beat() -> None:
            self._busy += 1
            self._idle.clear()
            try:
                await job()
            except Exception:  # a broken turn must not stop the next one
                log.exception("%s could not do its work; it tries again", name)
            finally:
                self._pulse.beat(name, wall())
                self._busy -= 1
                if not self._busy:
                    self._idle.set()

        return beat

    async def next_deadline(self) -> datetime | None:
        """Return the next moment at which something falls due by itself."""
        if self.database is None:
            return None
        async with self.database.session() as session:
            return await deadlines.next_due(session, self._clock())

    async def stop(self) -> None:
        """Stop cleanly; what was not done is in the database for the next start."""
        if self._scheduler is not None:
            # Shutting down would cut a beat off in the middle of a transaction.
            self._scheduler.pause()
            await self._idle.wait()
            self._scheduler.shutdown(wait=False)
        for server in (self._webhook, self.health):
            if server is not None:
                await server.stop()
        if self._sockets is not None:
            await self._sockets.close()
        if self._session is not None:
            await self._session.close()
        if self.database is not None:
            await self.database.close()
        if self._lock is not None:
            self._lock.close()


def _lock_file(url: str) -> IO[str] | None:
    """Keep a second program off an SQLite file. Raises StartError."""
    parsed = make_url(normal_url(url))
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    try:
        lock = Path(f"{parsed.database}.lock").open("w")
    except OSError as error:
        raise StartError(f"{parsed.database} can't be opened: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StartError(
            f"{parsed.database} is in use by another escbot. Stop it, or use PostgreSQL."
        ) from error
    return lock
