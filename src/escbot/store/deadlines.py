"""Deadlines as rows: what is armed now, and what is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core.views import Deadline
from escbot.store.leases import WALL, at, is_free
from escbot.store.tables import DeadlineRow

ROUTE_AGAIN = "route.again"  # stored by the desk, not named by the state


async def arm(session: AsyncSession, team: str, number: int, wanted: Iterable[Deadline]) -> None:
    """Make the rows of a case equal to what its state names; claims end here."""
    statement = select(DeadlineRow).where(DeadlineRow.team == team, DeadlineRow.case == number)
    rows = {row.kind: row for row in (await session.execute(statement)).scalars()}
    for deadline in wanted:
        row = rows.pop(deadline.kind, None)
        if row is None:
            session.add(
                DeadlineRow(team=team, case=number, kind=deadline.kind, due_at=deadline.due_at)
            )
        elif row.due_at != deadline.due_at or row.claimed_until is not None:
            row.due_at = deadline.due_at
            row.claimed_until = None
            session.add(row)
    for row in rows.values():
        await session.delete(row)
    await session.flush()


async def stored(session: AsyncSession, team: str, number: int, kind: str) -> datetime | None:
    """Return when a stored deadline is due, or None."""
    row = await session.get(DeadlineRow, (team, number, kind))
    return None if row is None else row.due_at


async def put(session: AsyncSession, team: str, number: int, kind: str, due_at: datetime) -> None:
    """Arm one deadline, no later than it already is."""
    row = await session.get(DeadlineRow, (team, number, kind))
    if row is None:
        session.add(DeadlineRow(team=team, case=number, kind=kind, due_at=due_at))
    elif due_at < row.due_at:
        row.due_at = due_at
        row.claimed_until = None
        session.add(row)
    await session.flush()


async def claim(
    session: AsyncSession, now: datetime, wall: datetime, lease: timedelta, limit: int
) -> tuple[tuple[str, int], ...]:
    """Claim what is due at `now` (domain time) until `wall + lease`; return (team, number).

    Two replicas never claim the same row: SKIP LOCKED on PostgreSQL, one writer on SQLite.
    """
    values = {**at(wall), "now": now, "most": limit}
    rows = (await session.execute(_due(), values)).scalars().all()
    for row in rows:
        row.claimed_until = wall + lease
        session.add(row)
    await session.flush()
    return tuple(dict.fromkeys((row.team, row.case) for row in rows))


@cache
def _due() -> Select[Any]:
    return (
        select(DeadlineRow)
        .where(DeadlineRow.due_at <= bindparam("now"), is_free(DeadlineRow.claimed_until, WALL))
        .order_by(DeadlineRow.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


async def release(session: AsyncSession, team: str, number: int, until: datetime) -> None:
    """Leave a case that can't be handled now alone for a while (`until`, wall time)."""
    await session.execute(
        update(DeadlineRow)
        .where(DeadlineRow.team == team, DeadlineRow.case == number)
        .values(claimed_until=until)
    )


async def drop(session: AsyncSession, team: str, number: int, kind: str) -> None:
    """Disarm one deadline."""
    await session.execute(
        delete(DeadlineRow).where(
            DeadlineRow.team == team, DeadlineRow.case == number, DeadlineRow.kind == kind
        )
    )


async def overdue(session: AsyncSession, now: datetime) -> tuple[int, datetime | None]:
    """Return how many deadlines are due and since when the oldest is."""
    statement = select(func.count(), func.min(DeadlineRow.due_at)).where(DeadlineRow.due_at <= now)
    count, oldest = (await session.execute(statement)).one()
    return int(count), oldest


async def next_due(session: AsyncSession, after: datetime) -> datetime | None:
    """Return the soonest deadline of all that is still to come."""
    statement = select(func.min(DeadlineRow.due_at)).where(DeadlineRow.due_at > after)
    found: datetime | None = (await session.execute(statement)).scalar_one()
    return found


async def oldest_due(session: AsyncSession, now: datetime) -> float:
    """Return for how many seconds of domain time the oldest due deadline waits; 0 for none."""
    oldest = (await session.execute(select(func.min(DeadlineRow.due_at)))).scalar_one_or_none()
    return max((now - oldest).total_seconds(), 0.0) if oldest is not None else 0.0
