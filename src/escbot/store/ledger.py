"""Facts of no single case, in their streams, and follow-ups as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core.codec import from_plain, tagged, to_plain
from escbot.core.followups import Followup
from escbot.core.ledger import CONTACTS, ContactsCounted, Entry, Fact
from escbot.store.tables import FollowupRow, LedgerRow


async def append(
    session: AsyncSession, team: str, stream: str, at: datetime, by: str | None, fact: Fact
) -> Entry:
    """Add a fact to a stream; the workspace's lock must be held."""
    statement = select(func.max(LedgerRow.number)).where(
        LedgerRow.team == team, LedgerRow.stream == stream
    )
    number = int((await session.execute(statement)).scalar() or 0) + 1
    session.add(
        LedgerRow(
            team=team,
            stream=stream,
            number=number,
            at=at,
            by=by,
            type=type(fact).__name__,
            body=tagged(fact),
        )
    )
    await session.flush()
    return Entry(number, at, by, fact)


async def read(session: AsyncSession, team: str, stream: str) -> tuple[Entry, ...]:
    """Return the facts of a stream, in order."""
    statement = (
        select(LedgerRow)
        .where(LedgerRow.team == team, LedgerRow.stream == stream)
        .order_by(LedgerRow.number)
    )
    rows = (await session.execute(statement)).scalars()
    return tuple(Entry(row.number, row.at, row.by, from_plain(Fact, row.body)) for row in rows)


async def next_followup(session: AsyncSession, team: str) -> int:
    """Return the number of the next follow-up; the workspace's lock must be held."""
    statement = select(func.max(FollowupRow.number)).where(FollowupRow.team == team)
    return int((await session.execute(statement)).scalar() or 0) + 1


async def save_followup(session: AsyncSession, team: str, state: Followup) -> None:
    """Save a follow-up as it stands."""
    row = await session.get(FollowupRow, (team, state.number))
    if row is None:
        row = FollowupRow(team=team, number=state.number, state="", owner="", body={})
    row.state, row.owner, row.case = state.state, state.owner, state.case
    row.remind_on, row.body = state.remind_on, to_plain(state)
    session.add(row)
    await session.flush()


async def followup(
    session: AsyncSession, team: str, number: int, *, lock: bool = False
) -> Followup | None:
    """Return one follow-up."""
    statement = select(FollowupRow).where(FollowupRow.team == team, FollowupRow.number == number)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement)).scalar_one_or_none()
    return None if row is None else from_plain(Followup, row.body)


async def followups(session: AsyncSession, team: str) -> tuple[Followup, ...]:
    """Return every follow-up, the oldest first."""
    statement = select(FollowupRow).where(FollowupRow.team == team).order_by(FollowupRow.number)
    rows = (await session.execute(statement)).scalars()
    return tuple(from_plain(Followup, row.body) for row in rows)


async def to_remind(session: AsyncSession, today: date) -> Sequence[tuple[str, int]]:
    """Return (team, number) of follow-ups whose owner is to be reminded by a day."""
    statement = (
        select(FollowupRow.team, FollowupRow.number)
        .where(FollowupRow.remind_on.is_not(None), FollowupRow.remind_on <= today)
        .order_by(FollowupRow.number)
    )
    return [(team, number) for team, number in (await session.execute(statement)).all()]


async def contacts(session: AsyncSession, team: str) -> tuple[ContactsCounted, ...]:
    """Return the counts of contacts, the last word for each span of days."""
    found: dict[tuple[date, date], ContactsCounted] = {}
    for entry in await read(session, team, CONTACTS):
        if isinstance(entry.fact, ContactsCounted):
            found[entry.fact.start, entry.fact.end] = entry.fact
    return tuple(found.values())
