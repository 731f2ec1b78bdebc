"""Where a policy is tried: the options that name a log or the own events, and their reading."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from escbot.bootstrap import read_files, wall
from escbot.cli.files import stop
from escbot.cli.records import Url
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.services.files import FileError, Files, NotReadable
from escbot.services.keeping import stored_library
from escbot.services.logfile import LogError
from escbot.services.mapfile import MapFile, read_map
from escbot.services.replaying import History, from_events, from_log
from escbot.settings import DatabaseSettings
from escbot.store.database import DatabaseError, open_database

LogFile = Annotated[
    Path | None, typer.Option("--log", help="A CSV of ticket events; else the own events.")
]
MapOption = Annotated[
    Path | None, typer.Option("--map", help="What the log's values mean: a map file.")
]
Case = Annotated[str | None, typer.Option(help="The column that names the case.")]
At = Annotated[str | None, typer.Option(help="The column with the time.")]
Line = Annotated[str | None, typer.Option(help="The column with the support line.")]
Team = Annotated[str | None, typer.Option(help="The column with the team.")]
Status = Annotated[str | None, typer.Option(help="The column with the status.")]
SeverityColumn = Annotated[
    str | None, typer.Option("--severity", help="The column with the severity.")
]
Area = Annotated[str | None, typer.Option(help="The column with the area.")]
TOP = 5  # tiers that a policy may have


def read_history(
    log: Path | None, map_file: Path | None, columns: dict[str, str | None], database: Url
) -> tuple[History, Policy | None]:
    """Read the cases, and for own events the active policy; stop with one sentence on bad input."""
    if log is not None:
        try:
            return from_log(log, columns, _map(map_file)), None
        except LogError as error:
            stop(str(error))
    if map_file is not None or any(columns.values()):
        stop("columns and --map are for a log; name it with --log FILE")
    found, active = asyncio.run(_own(database or DatabaseSettings().escbot_database_url))
    if not found.traces:
        stop("there are no own cases to try a policy on; give a log with --log FILE")
    return found, active


def _map(path: Path | None) -> MapFile | None:
    if path is None:
        return None
    try:
        return read_map(path.read_text("utf-8"), str(path), top=TOP)
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path} can't be read: {error}")
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
