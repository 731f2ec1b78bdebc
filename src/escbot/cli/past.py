"""`escbot demo --history 1y`: a simulated past, so that reports have something to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from rich.console import Console

from escbot.bootstrap.times import wall
from escbot.cli.files import stop
from escbot.services.files import Files
from escbot.services.library import Library
from escbot.services.pasts import make_past
from escbot.store import cases
from escbot.store.database import DatabaseError, open_database
from escbot.words.voice import counted

_SPAN = re.compile(r"(\d{1,3})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
DAYS_OF_A_YEAR = 365
PLAIN_STEP = 0.25  # of the work, between two lines where there is no terminal
LONGEST = timedelta(days=3 * 365)
TEAM = "T01"  # of the local workspace


def span_of(text: str) -> timedelta:
    """Read 90d, 12w, 6m or 1y; stop with one sentence on anything else."""
    match = _SPAN.fullmatch(text.strip().lower())
    found = timedelta(days=int(match[1]) * _DAYS[match[2]]) if match else timedelta(0)
    if not timedelta(0) < found <= LONGEST:
        stop("--history takes a span like 90d, 12w, 6m or 1y, at most 3y.")
    return found


@contextmanager
def told(console: Console, span: timedelta) -> Iterator[Callable[[float], None]]:
    """Say how much of a past is made: on a terminal in one line, else four times."""
    what = f"{counted(span.days, 'day')} of history"
    if span.days % DAYS_OF_A_YEAR == 0:
        years = span.days // DAYS_OF_A_YEAR
        what = "a year of history" if years == 1 else f"{years} years of history"
    with console.status("") as status:
        said = 0.0

        def tell(share: float) -> None:
            nonlocal said
            status.update(f"Making {what}: {share:.0%}")
            if not console.is_terminal and share - said >= PLAIN_STEP:
                said = share
                console.print(f"Making {what}: {share:.0%}")

        tell(0.0)
        yield tell


async def fill(
    url: str,
    files: Files,
    *,
    span: timedelta,
    end: datetime,
    seed: int,
    console: Console,
    team: str = TEAM,
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
        with told(console, span) as tell:
            return await make_past(
                database,
                library,
                team=team,
                start=end - span,
                end=end,
                seed=seed,
                wall=wall,
                new_key=lambda: f"past-{seed}-{next(keys)}",
                told=tell,
            )
    finally:
        await database.close()
