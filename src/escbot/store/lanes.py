"""Lanes: a token bucket and a lease for each channel, and waits that Slack asked for.

All replicas share them; times are the time that they share.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.store.leases import LONGEST, WALL, at, is_free, is_over
from escbot.store.tables import LaneRow

_METHOD = "method:"  # lanes of this name hold how long a method may not be called


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
    if await session.get(LaneRow, (team, name)) is None:
        try:
            async with session.begin_nested():
                session.add(LaneRow(team=team, name=name, tokens=burst, counted_at=wall))
        except IntegrityError:
            return None
    open_ = or_(LaneRow.blocked_until.is_(None), is_over(LaneRow.blocked_until, wall))
    statement = (
        select(LaneRow)
        .where(
            LaneRow.team == team, LaneRow.name == name, is_free(LaneRow.leased_until, wall), open_
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        return None
    row.leased_until, row.leased_by = wall + length, worker
    passed = max((wall - row.counted_at).total_seconds(), 0.0)
    return float(min(burst, row.tokens + passed * per_second))


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


async def block(session: AsyncSession, team: str, method: str, wall: datetime, wait: float) -> None:
    """Let no replica call a method of a workspace for so many seconds."""
    until = wall + min(timedelta(seconds=wait), LONGEST)
    row = await session.get(LaneRow, (team, _METHOD + method), with_for_update=True)
    if row is None:
        row = LaneRow(team=team, name=_METHOD + method, tokens=0, counted_at=wall)
    row.blocked_until = until
    session.add(row)


async def blocked(session: AsyncSession, wall: datetime) -> dict[tuple[str, str], datetime]:
    """Return until when which method of which workspace may not be called."""
    found = (await session.execute(_blocked(), at(wall))).all()
    return {(team, name.removeprefix(_METHOD)): until for team, name, until in found}


@cache
def _blocked() -> Select[Any]:
    statement: Select[Any] = select(LaneRow.team, LaneRow.name, LaneRow.blocked_until).where(
        LaneRow.name.startswith(_METHOD), not_(is_over(LaneRow.blocked_until, WALL))
    )
    return statement
