"""Cases of a span of time as stories, for reports."""

from __future__ import annotations

from datetime import datetime

from escbot.insights.metrics import Story, story
from escbot.services.library import Library
from escbot.store import cases
from escbot.store.database import Database


async def stories(
    database: Database, library: Library, start: datetime | None, end: datetime | None
) -> list[Story]:
    """Return the cases opened in [start, end), aware UTC; None leaves that side open."""
    async with database.session() as session:
        numbers = await cases.numbers(session)
    found = []
    for team, number in numbers:
        async with database.session() as session:
            records = await cases.events(session, team, number)
        at = records[0].at
        if (start is None or at >= start) and (end is None or at < end):
            found.append(story(f"ESC-{number}", records, library.at))
    return found
