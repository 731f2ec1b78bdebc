"""Where a policy is tried: a log or the own events, read and compiled for their days."""

from __future__ import annotations

import asyncio
from pathlib import Path

from escbot.bootstrap.reading import read_files
from escbot.bootstrap.times import wall
from escbot.cli.files import stop
from escbot.cli.options import Columns, Source
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.services.files import FileError, Files, NotReadable
from escbot.services.keeping import stored_library
from escbot.services.logfile import LogError
from escbot.services.mapfile import MapFile, read_map
from escbot.services.replaying import History, from_events, from_log
from escbot.settings import DatabaseSettings
from escbot.store.database import DatabaseError, open_database

TOP = 5  # tiers that a policy may have


def read_history(source: Source, columns: Columns) -> tuple[History, Policy | None]:
    """Read the cases, and for own events the active policy; stop with one sentence on bad input."""
    given = columns.given()
    if source.log is not None:
        try:
            return from_log(source.log, given, _map(source.map)), None
        except LogError as error:
            stop(str(error))
    if source.map is not None or any(given.values()):
        stop("columns and --map are for a log; name it with --log FILE")
    found, active = asyncio.run(_own(source.database or DatabaseSettings().escbot_database_url))
    if not found.traces:
        stop("there are no own cases to try a policy on; give a log with --log FILE")
    return found, active


def _map(path: Path | None) -> MapFile | None:
    if path is None:
        return None
    try:
        return read_map(path.read_text("utf-8"), str(path), top=TOP)
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path} can't be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}")
    except FileError as error:
        stop(str(error))


async def _own(url: str) -> tuple[History, Policy | None]:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        library = await stored_library(database, wall())
        return await from_events(database), library.current if library else None
    finally:
        await database.close()


def compiled(policy: Path | None, roster: Path | None, history: History) -> Files:
    """Compile a policy, and a roster with it, for the days of the history."""
    try:
        return read_files(policy, roster, history.compiled_at)
    except (FileError, NotReadable) as error:
        stop(str(error))


def roster_of(path: Path | None, files: Files) -> Roster | None:
    """Return the roster that was named, or None: people enough."""
    return files.roster if path is not None else None
