"""`escbot demo --history 1y`: a simulated past, so that reports have something to say."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from escbot.bootstrap.times import wall
from escbot.cli.files import stop
from escbot.services.files import Files
from escbot.services.library import Library
from escbot.services.pasts import make_past
from escbot.store import cases
from escbot.store.database import DatabaseError, open_database

_SPAN = re.compile(r"(\d{1,3})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
LONGEST = timedelta(days=3 * 365)
TEAM = "T01"  # of the local workspace


def span_of(text: str) -> timedelta:
    """Read 90d, 12w, 6m or 1y; stop with one sentence on anything else."""
    match = _SPAN.fullmatch(text.strip().lower())
    found = timedelta(days=int(match[1]) * _DAYS[match[2]]) if match else timedelta(0)
    if not timedelta(0) < found <= LONGEST:
        stop("--history takes a span like 90d, 12w, 6m or 1y, at most 3y.")
    return found


async def fill(
    url: str, files: Files, *, span: timedelta, end: datetime, seed: int, team: str = TEAM
) -> int:
    """Fill an empty database with a past that ends at a moment; return its cases."""
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        async with database.session() as session:
            if await cases.numbers(session):
                stop("this database has cases; name a new file with --database sqlite:///FILE")
        library = Library(files.policy, files.roster)
        await library.take(database, files, end)
        keys = iter(range(10**9))
        return await make_past(
            database,
            library,
            team=team,
            start=end - span,
            end=end,
            seed=seed,
            wall=wall,
            new_key=lambda: f"past-{seed}-{next(keys)}",
        )
    finally:
        await database.close()
