"""Cases of a span of time as stories, and drills as training records, for reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from escbot.core.events import Recorded
from escbot.insights.backtest.fromevents import trace_of
from escbot.insights.backtest.trace import Trace
from escbot.insights.drills import Training, training
from escbot.insights.story import Story, story
from escbot.services.library import Library
from escbot.store import cases
from escbot.store.database import Database

AT_ONCE = 100  # cases in one transaction


async def stories(
    database: Database,
    library: Library,
    start: datetime | None,
    end: datetime | None,
    team: str | None = None,
) -> list[Story]:
    """Return the cases opened in [start, end), aware UTC; None leaves that side open."""
    return [
        story(id_, records, library.at)
        async for id_, records in _histories(database, start, end, team)
    ]


async def trainings(
    database: Database, start: datetime | None, end: datetime | None, team: str | None = None
) -> list[Training]:
    """Return the drills that ended in [start, end), aware UTC; None leaves that side open."""
    found = [training(id_, records) async for id_, records in _histories(database, None, end, team)]
    return [one for one in found if one is not None and _within(one.at, start, end)]


async def traces(
    database: Database, start: datetime, end: datetime, team: str | None = None
) -> list[Trace]:
    """Return the cases opened in [start, end), aware UTC, as policies are tried on; no drills."""
    found = [
        trace_of(id_, records) async for id_, records in _histories(database, start, end, team)
    ]
    return [one for one in found if one is not None]


def _within(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or at >= start) and (end is None or at < end)


async def _histories(
    database: Database, start: datetime | None, end: datetime | None, team: str | None
) -> AsyncIterator[tuple[str, tuple[Recorded, ...]]]:
    """Yield each case opened in [start, end) with its events."""
    async with database.session() as session:
        numbers = await cases.opened_between(session, start, end, team)
    for first in range(0, len(numbers), AT_ONCE):
        async with database.session() as session:
            some = [
                (f"ESC-{number}", await cases.events(session, owner, number))
                for owner, number in numbers[first : first + AT_ONCE]
            ]
        for one in some:
            yield one
        await asyncio.sleep(0)  # the bot has other things to do
