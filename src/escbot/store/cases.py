"""Cases and their events. Events are the facts; the saved state is their sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core.case import STATE_SCHEMA, Case, Past, Phase
from escbot.core.codec import CodecError, from_plain, tagged, to_plain
from escbot.core.events import Event, Recorded
from escbot.store.tables import FORMAT, CaseRow, DoorRow, EventRow, WorkspaceRow

KNOWN = frozenset(kind.__name__ for kind in get_args(Event))
Rebuild = Callable[[str, int, Sequence[Recorded]], Case]


async def take_key(session: AsyncSession, team: str, key: str, at: datetime) -> bool:
    """Take a request; False where its key was taken before.

    A second one that comes at the same time waits here until the first has committed or failed.
    """
    values = {"team": team, "key": key, "at": at, "case": None}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(DoorRow).values(values).on_conflict_do_nothing().returning(DoorRow.key)
    return (await session.execute(statement)).first() is not None


async def case_of_key(session: AsyncSession, team: str, key: str) -> int | None:
    """Return the case that a taken request was for."""
    row = await session.get(DoorRow, (team, key))
    return None if row is None else row.case


async def remember(session: AsyncSession, team: str, key: str, case: int) -> None:
    """Note the case of a taken request."""
    await session.execute(
        update(DoorRow).where(DoorRow.team == team, DoorRow.key == key).values(case=case)
    )


async def lock_workspace(session: AsyncSession, team: str) -> WorkspaceRow:
    """Take the workspace's routing lock until the transaction ends."""
    values = {"team": team, "last_number": 0}
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(sqlite.insert(WorkspaceRow).values(values).on_conflict_do_nothing())
    else:
        first = postgresql.insert(WorkspaceRow).values(values).on_conflict_do_nothing()
        await session.execute(first)
    statement = select(WorkspaceRow).where(WorkspaceRow.team == team).with_for_update()
    return (await session.execute(statement)).scalar_one()


async def take_number(session: AsyncSession, team: str) -> int:
    """Return the next case number; the routing lock must be held."""
    row = await lock_workspace(session, team)
    row.last_number += 1
    session.add(row)
    await session.flush()
    return row.last_number


async def load(
    session: AsyncSession, team: str, number: int, rebuild: Rebuild, *, lock: bool = False
) -> Case | None:
    """Return a case; a state of another schema is rebuilt from the events."""
    statement = select(CaseRow).where(CaseRow.team == team, CaseRow.number == number)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        return None
    if row.schema_number != STATE_SCHEMA:
        return rebuild(team, number, await events(session, team, number))
    return from_plain(Case, row.state)


async def last_moment(session: AsyncSession, team: str, number: int) -> datetime | None:
    """Return when the last event of a case happened.

    Raises CodecError where the case has an event that this version does not know: a newer one
    wrote it, and only that may go on with the case.
    """
    statement = (
        select(EventRow.type, EventRow.format, EventRow.at)
        .where(EventRow.team == team, EventRow.case == number)
        .order_by(EventRow.number)
    )
    rows = (await session.execute(statement)).all()
    for type_, format_, _ in rows:
        if type_ not in KNOWN or format_ > FORMAT:
            raise CodecError(f"{type_} (format {format_}) is not known to this version")
    return rows[-1].at if rows else None


async def events(session: AsyncSession, team: str, number: int) -> tuple[Recorded, ...]:
    """Return the events of a case, in order. Raises CodecError for one this version lacks."""
    statement = (
        select(EventRow)
        .where(EventRow.team == team, EventRow.case == number)
        .order_by(EventRow.number)
    )
    rows = (await session.execute(statement)).scalars()
    return tuple(Recorded(row.number, row.at, row.by, from_plain(Event, row.body)) for row in rows)


def append(session: AsyncSession, team: str, number: int, records: Sequence[Recorded]) -> None:
    """Add events; two writers of the same place can't both commit."""
    for record in records:
        session.add(
            EventRow(
                team=team,
                case=number,
                number=record.number,
                at=record.at,
                by=record.by,
                type=type(record.event).__name__,
                body=tagged(record.event),
            )
        )


async def save(session: AsyncSession, case: Case, *, rank: int, points: int, new: bool) -> None:
    """Save the state and the columns that are searched."""
    values = {
        "version": case.version,
        "schema_number": STATE_SCHEMA,
        "state": to_plain(case),
        "policy": case.policy,
        "phase": case.phase.value,
        "over": case.phase.is_over,
        "severity": case.severity,
        "rank": rank,
        "points": points,
        "tier": str(case.tier),
        "holder": case.owner or case.offered,
        "requester": case.requester,
        "customer": case.customer,
        "area": case.facts.area,
        "opened_at": case.opened_at,
        "ended_at": case.ended_at,
        "origin": case.origin,
        "drill": case.drill,
    }
    if new:
        session.add(CaseRow(team=case.team, number=case.number, **values))
        return
    await session.execute(
        update(CaseRow)
        .where(CaseRow.team == case.team, CaseRow.number == case.number)
        .values(**values)
    )


async def open_cases(session: AsyncSession, team: str) -> tuple[Case, ...]:
    """Return every case that is not over, the worst and oldest first."""
    statement = (
        select(CaseRow)
        .where(CaseRow.team == team, CaseRow.over.is_(False))
        .order_by(CaseRow.rank, CaseRow.number)
    )
    rows = (await session.execute(statement)).scalars()
    return tuple(from_plain(Case, row.state) for row in rows)


async def unassigned(
    session: AsyncSession, team: str, *, at_most: int, limit: int = 50
) -> tuple[Case, ...]:
    """Return open cases that nobody has or was asked to take, the worst and oldest first.

    None of more than `at_most` points, and no drills.
    """
    statement = (
        select(CaseRow)
        .where(
            CaseRow.team == team,
            CaseRow.over.is_(False),
            CaseRow.phase == Phase.UNASSIGNED.value,
            CaseRow.points <= at_most,
            CaseRow.drill.is_(False),
        )
        .order_by(CaseRow.rank, CaseRow.opened_at)
        .limit(limit)
    )
    rows = (await session.execute(statement)).scalars()
    return tuple(from_plain(Case, row.state) for row in rows)


async def recent_cases(session: AsyncSession, team: str, limit: int) -> tuple[Case, ...]:
    """Return the newest cases, whatever their state."""
    statement = (
        select(CaseRow).where(CaseRow.team == team).order_by(CaseRow.number.desc()).limit(limit)
    )
    rows = (await session.execute(statement)).scalars()
    return tuple(from_plain(Case, row.state) for row in rows)


async def past(
    session: AsyncSession, team: str, customer: str, *, since: datetime, without: int
) -> Past:
    """Return what a customer had before: cases opened after `since` (aware UTC), no drills.

    Cases of others to which the customer was linked count too.
    """
    linked = select(EventRow.case).where(
        EventRow.team == team,
        EventRow.type == "CustomerLinked",
        EventRow.at >= since,
        EventRow.body["customer"].as_string() == customer,
    )
    had = (
        CaseRow.team == team,
        or_(CaseRow.customer == customer, CaseRow.number.in_(linked)),
        CaseRow.opened_at >= since,
        CaseRow.drill.is_(False),
        CaseRow.number != without,
    )
    statement = select(CaseRow.number, CaseRow.over).where(*had).order_by(CaseRow.number)
    found = (await session.execute(statement)).all()
    if not found:
        return Past()
    late = select(func.count(func.distinct(EventRow.case))).where(
        EventRow.team == team,
        EventRow.type == "Breached",
        EventRow.case.in_(select(CaseRow.number).where(*had)),
    )
    return Past(
        open=tuple(number for number, over in found if not over),
        recent=len(found),
        late=int((await session.execute(late)).scalar_one()),
    )


async def numbers(session: AsyncSession) -> tuple[tuple[str, int], ...]:
    """Return (team, number) of every case."""
    statement = select(CaseRow.team, CaseRow.number).order_by(CaseRow.team, CaseRow.number)
    return tuple((team, number) for team, number in (await session.execute(statement)).all())


async def opened_between(
    session: AsyncSession, start: datetime | None, end: datetime | None, team: str | None = None
) -> tuple[tuple[str, int], ...]:
    """Return (team, number) of the cases opened in [start, end), aware UTC."""
    statement = select(CaseRow.team, CaseRow.number).order_by(CaseRow.team, CaseRow.number)
    if start is not None:
        statement = statement.where(CaseRow.opened_at >= start)
    if end is not None:
        statement = statement.where(CaseRow.opened_at < end)
    if team is not None:
        statement = statement.where(CaseRow.team == team)
    return tuple((found, number) for found, number in (await session.execute(statement)).all())


async def resolved_since(
    session: AsyncSession, team: str, since: datetime, area: str | None
) -> tuple[Case, ...]:
    """Return real cases of an area that ended since a moment (aware UTC), the newest first."""
    statement = (
        select(CaseRow)
        .where(
            CaseRow.team == team,
            CaseRow.over.is_(True),
            CaseRow.ended_at >= since,
            CaseRow.drill.is_(False),
            CaseRow.area == area,
        )
        .order_by(CaseRow.ended_at.desc(), CaseRow.number.desc())
        .limit(500)
    )
    rows = (await session.execute(statement)).scalars()
    return tuple(from_plain(Case, row.state) for row in rows)


async def peek(session: AsyncSession, team: str, number: int) -> Case | None:
    """Return a case as it was saved, without a lock."""
    row = await session.get(CaseRow, (team, number))
    return None if row is None else from_plain(Case, row.state)


async def teams(session: AsyncSession) -> tuple[str, ...]:
    """Return the workspaces that have cases."""
    return tuple((await session.execute(select(WorkspaceRow.team))).scalars())
