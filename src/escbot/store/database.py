"""Engine, sessions and migrations, for SQLite and PostgreSQL alike."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from escbot.store.faults import MOVED, plainly

log = logging.getLogger(__name__)
_MIGRATION_LOCK = 4711_2026  # any number that only this program uses


class DatabaseError(Exception):
    """The database can't be used; the message says what to do."""


class Database:
    """An open database. `session` is one transaction: all of it happens, or nothing."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is a file for one process."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction."""
        async with self._sessions() as session, session.begin():
            yield session

    async def upgrade(self) -> None:
        """Bring the tables to this version; replicas that start together wait for each other."""
        async with self.engine.begin() as connection:
            if not self.is_sqlite:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            await connection.run_sync(_upgrade)

    async def revision(self) -> tuple[str | None, str | None]:
        """Return the revision of the tables and the newest that this program knows."""
        async with self.engine.connect() as connection:
            current = await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
        return current, ScriptDirectory.from_config(config()).get_current_head()

    async def time(self) -> datetime | None:
        """Return the server's own time, aware UTC; None where the database is a file."""
        if self.is_sqlite:
            return None
        async with self.engine.connect() as connection:
            answer = await connection.execute(text("SELECT clock_timestamp()"))
            moment: datetime = answer.scalar_one()
        return moment.astimezone(UTC)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def normal_url(url: str) -> str:
    """Return the address with the driver that escbot uses. Raises DatabaseError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseError(
            "ESCBOT_DATABASE_URL is not a database address; write sqlite:///escbot.db "
            "or postgresql://user:password@host/name"
        ) from error
    kind = parsed.get_backend_name()
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    if kind not in drivers:
        raise DatabaseError(f"{kind} is not supported; use sqlite:/// or postgresql://")
    return parsed.set(drivername=drivers[kind]).render_as_string(hide_password=False)


async def connect(url: str) -> Database:
    """Open a database as it is. Raises DatabaseError where it can't be reached."""
    address = normal_url(url)
    engine = create_async_engine(address, pool_pre_ping=not address.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    database = Database(engine)
    try:
        await database.revision()
    except Exception as error:  # whatever the driver raises means the same to the operator
        await database.close()
        raise DatabaseError(f"the database can't be opened: {plainly(error)}") from error
    return database


async def open_database(url: str) -> Database:
    """Open a database and bring its tables to this version. Raises DatabaseError."""
    database = await connect(url)
    try:
        await database.upgrade()
    except Exception as error:  # as above
        await database.close()
        raise DatabaseError(f"the database can't be opened: {plainly(error)}") from error
    return database


def _prepare_sqlite(engine: AsyncEngine) -> None:
    place = _Place(engine.url.database)

    @event.listens_for(engine.sync_engine, "do_connect")
    def _connect(*_: object) -> None:
        place.check(new=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _pragmas(connection: object, _: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=15000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        place.check()
        # A transaction that will write takes the lock at once instead of failing in the middle.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class _Place:
    """Where an SQLite file is. What is written after it was moved or replaced would be lost."""

    def __init__(self, file: str | None) -> None:
        self._file = None if file in (None, "", ":memory:") else Path(str(file))
        self._first: tuple[int, int] | None = None

    def check(self, *, new: bool = False) -> None:
        """Raise OperationalError where the file is not the one that was opened.

        The first connection is `new` and may make the file; a later one would make an empty one.
        """
        if self._file is None or (new and self._first is None):
            return
        try:
            found = self._file.stat()
        except OSError:
            found = None
        seen = (found.st_dev, found.st_ino) if found else None
        self._first = self._first or seen
        if seen != self._first or seen is None:
            raise OperationalError("BEGIN", {}, sqlite3.OperationalError(MOVED))


def config() -> Config:
    """Return Alembic's configuration for the packaged migrations."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return found


def revisions() -> tuple[str, ...]:
    """Return the revisions of the tables that this program knows, oldest first."""
    found = ScriptDirectory.from_config(config()).walk_revisions()
    return tuple(reversed([one.revision for one in found]))


def _upgrade(connection: Connection) -> None:
    settings = config()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in revisions():
        # A newer escbot made them; what it added has defaults, so this one can go on.
        log.warning("the tables are newer (%s) than this escbot and stay so", current)
        return
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
