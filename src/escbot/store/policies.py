"""Policies as they were written, by version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.store.tables import PolicyRow


async def store(session: AsyncSession, version: str, name: str, text: str, now: datetime) -> None:
    """Keep a policy and make it the active one."""
    await session.execute(update(PolicyRow).values(active=False))
    row = await session.get(PolicyRow, version)
    if row is None:
        row = PolicyRow(version=version, name=name, text=text, stored_at=now)
    row.active = True
    session.add(row)
    await session.flush()


async def all_texts(session: AsyncSession) -> tuple[tuple[str, str, str], ...]:
    """Return (version, name, text) of every policy."""
    rows = (await session.execute(select(PolicyRow).order_by(PolicyRow.stored_at))).scalars()
    return tuple((row.version, row.name, row.text) for row in rows)


async def listed(session: AsyncSession) -> tuple[tuple[str, str, datetime, bool], ...]:
    """Return (version, name, stored at, active) of every policy, oldest first."""
    rows = (await session.execute(select(PolicyRow).order_by(PolicyRow.stored_at))).scalars()
    return tuple((row.version, row.name, row.stored_at, row.active) for row in rows)
