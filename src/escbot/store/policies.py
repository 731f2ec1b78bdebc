"""Policies as they were written, by version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.store.tables import PolicyRow


@dataclass(frozen=True, slots=True)
class Stored:
    """A policy that was stored. `in_file` marks what the file said when it was last looked at."""

    version: str
    name: str
    stored_at: datetime
    active: bool
    in_file: bool


Feeds = Mapping[str, tuple[date, ...]]  # address of an iCal feed -> days off


async def take_file(
    session: AsyncSession, version: str, name: str, text: str, feeds: Feeds, now: datetime
) -> None:
    """Keep what the policy's file says; a file that changed becomes the active policy."""
    row = await session.get(PolicyRow, version)
    if row is not None and row.in_file:
        return
    await session.execute(update(PolicyRow).values(active=False, in_file=False))
    if row is None:
        days = {at: [day.isoformat() for day in found] for at, found in feeds.items()}
        row = PolicyRow(
            version=version, name=name, text=text, stored_at=now, feeds=json.dumps(days)
        )
    row.active = row.in_file = True
    session.add(row)
    await session.flush()


async def activate(session: AsyncSession, version: str) -> bool:
    """Make a stored policy the active one; False where there is none of this version."""
    if await session.get(PolicyRow, version) is None:
        return False
    await session.execute(update(PolicyRow).values(active=PolicyRow.version == version))
    return True


async def source(session: AsyncSession, version: str) -> tuple[str, Feeds]:
    """Return a policy as it was written, with the days off of its feeds. Raises KeyError."""
    row = await session.get(PolicyRow, version)
    if row is None:
        raise KeyError(version)
    feeds = {
        at: tuple(date.fromisoformat(day) for day in days)
        for at, days in json.loads(row.feeds).items()
    }
    return row.text, feeds


async def listed(session: AsyncSession) -> tuple[Stored, ...]:
    """Return every stored policy, oldest first."""
    rows = (
        await session.execute(select(PolicyRow).order_by(PolicyRow.stored_at, PolicyRow.version))
    ).scalars()
    return tuple(
        Stored(row.version, row.name, row.stored_at, row.active, row.in_file) for row in rows
    )
