"""Cases of a span of time as stories, and drills as trainings, for reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from escbot.core.events import Recorded
from escbot.insights.drills import Training, training
from escbot.insights.metrics import Story, story
from escbot.services.library import Library
from escbot.store import cases
from escbot.store.database import Database


async def stories(
    database: Database, library: Library, start: datetime | None, end: datetime | None
) -> list[Story]:
    """Return the cases opened in [start, end), aware UTC; None leaves that side open."""
    return [
        story(id_, records, library.at)
        async for id_, records in _histories(database)
        if _within(records[0].at, start, end)
    ]


async def trainings(
    database: Database, start: datetime | None, end: datetime | None
) -> list[Training]:
    """Return the drills that ended in [start, end), aware UTC; None leaves that side open."""
    found = [training(id_, records) async for id_, records in _histories(database)]
    return [one for one in found if one is not None and _within(one.at, start, end)]


def _within(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or at >= start) and (end is None or at < end)


async def _histories(database: Database) -> AsyncIterator[tuple[str, tuple[Recorded, ...]]]:
    async with database.session() as session:
        numbers = await cases.numbers(session)
    for team, number in numbers:
        async with database.session() as session:
            records = await cases.events(session, team, number)
        yield f"ESC-{number}", records
