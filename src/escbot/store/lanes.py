"""Lanes: a token bucket and a lease for each channel, shared by all replicas."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.store.tables import LaneRow


async def lease(
    session: AsyncSession,
    team: str,
    name: str,
    worker: str,
    wall: datetime,
    length: timedelta,
    *,
    per_second: float,
    burst: float,
) -> float | None:
    """Take a lane; return its tokens now, or None where another has it or it is blocked."""
    row = await session.get(LaneRow, (team, name))
    if row is None:
        try:
            async with session.begin_nested():
                session.add(LaneRow(team=team, name=name, tokens=burst, counted_at=wall))
        except IntegrityError:
            return None
    free = or_(LaneRow.leased_until.is_(None), LaneRow.leased_until < wall)
    open_ = or_(LaneRow.blocked_until.is_(None), LaneRow.blocked_until <= wall)
    taken = await session.execute(
        update(LaneRow)
        .where(LaneRow.team == team, LaneRow.name == name, free, open_)
        .values(leased_until=wall + length, leased_by=worker)
    )
    if not taken.rowcount:
        return None
    columns = select(LaneRow.tokens, LaneRow.counted_at).where(
        LaneRow.team == team, LaneRow.name == name
    )
    tokens, counted = (await session.execute(columns)).one()
    passed = max((wall - counted).total_seconds(), 0.0)
    return float(min(burst, tokens + passed * per_second))


async def give_back(
    session: AsyncSession,
    team: str,
    name: str,
    worker: str,
    tokens: float,
    wall: datetime,
    blocked_until: datetime | None = None,
) -> None:
    """Leave a lane with what is left of its tokens; a lease that was lost is not ours to end."""
    await session.execute(
        update(LaneRow)
        .where(LaneRow.team == team, LaneRow.name == name, LaneRow.leased_by == worker)
        .values(
            tokens=tokens,
            counted_at=wall,
            blocked_until=blocked_until,
            leased_until=None,
            leased_by=None,
        )
    )
