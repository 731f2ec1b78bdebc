"""The processes that share this database, each with the connections to Slack that it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.store.tables import RunnerRow


@dataclass(frozen=True, slots=True)
class Runner:
    """One process. `seen_at` is when it last said that it runs."""

    worker: str
    sockets: int
    version: str
    started_at: datetime
    seen_at: datetime


async def check_in(
    session: AsyncSession, worker: str, *, sockets: int, version: str, wall: datetime
) -> None:
    """Say that a process runs."""
    row = await session.get(RunnerRow, worker)
    if row is None:
        row = RunnerRow(
            worker=worker, sockets=sockets, version=version, started_at=wall, seen_at=wall
        )
    row.sockets, row.seen_at = sockets, wall
    session.add(row)


async def check_out(session: AsyncSession, worker: str) -> None:
    """Say that a process ends."""
    await session.execute(delete(RunnerRow).where(RunnerRow.worker == worker))


async def running(session: AsyncSession, wall: datetime, within: timedelta) -> tuple[Runner, ...]:
    """Return the processes that were seen lately; those long gone are forgotten."""
    await session.execute(delete(RunnerRow).where(RunnerRow.seen_at < wall - 10 * within))
    statement = select(RunnerRow).where(RunnerRow.seen_at >= wall - within)
    return tuple(
        Runner(row.worker, row.sockets, row.version, row.started_at, row.seen_at)
        for row in (await session.execute(statement.order_by(RunnerRow.started_at))).scalars()
    )
