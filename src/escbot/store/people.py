"""What the database overlays on the roster: who is away, who carries what, what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core.roster import Absence, Floor
from escbot.store.tables import AbsenceRow, CaseRow, TallyRow


async def floor(session: AsyncSession, team: str, *, without: int | None = None) -> Floor:
    """Return the floor of a workspace; `without` leaves one case's load out.

    A case that is being placed anew must not count against those it may go to.
    """
    away: dict[str, Absence] = {}
    gone: set[str] = set()
    absences = select(AbsenceRow).where(AbsenceRow.team == team)
    for row in (await session.execute(absences)).scalars():
        if row.gone:
            gone.add(row.person)
        else:
            away[row.person] = Absence(row.person, row.until)
    loads = (
        select(CaseRow.holder, func.sum(CaseRow.points))
        .where(CaseRow.team == team, CaseRow.over.is_(False), CaseRow.holder.is_not(None))
        .group_by(CaseRow.holder)
    )
    if without is not None:
        loads = loads.where(CaseRow.number != without)
    load = {holder: int(points) for holder, points in (await session.execute(loads)).all()}
    tallies = (await session.execute(select(TallyRow).where(TallyRow.team == team))).scalars()
    last: dict[str, datetime] = {}
    counts: dict[str, dict[tuple[str, str], int]] = {"declined": {}, "solved": {}, "served": {}}
    for row_ in tallies:
        if row_.kind == "assigned":
            last[row_.person] = row_.at
        elif row_.kind in counts:
            counts[row_.kind][(row_.person, row_.about)] = row_.count
    return Floor(
        away=away,
        load=load,
        last_assigned=last,
        declines=counts["declined"],
        solved=counts["solved"],
        served=counts["served"],
        gone=frozenset(gone),
    )


async def count(
    session: AsyncSession, team: str, at: datetime, marks: Iterable[tuple[str, str, str]]
) -> dict[tuple[str, str, str], int]:
    """Count (person, kind, about) once each; return the new counts."""
    counts: dict[tuple[str, str, str], int] = {}
    for person, kind, about in marks:
        row = await session.get(TallyRow, (team, person, kind, about))
        if row is None:
            row = TallyRow(team=team, person=person, kind=kind, about=about, at=at)
        row.count += 1
        row.at = at
        session.add(row)
        await session.flush()
        counts[person, kind, about] = row.count
    return counts


async def count_many(
    session: AsyncSession,
    team: str,
    marks: Mapping[tuple[str, str, str], tuple[int, datetime]],
) -> None:
    """Add so many to each (person, kind, about), the last of them at a moment."""
    for (person, kind, about), (number, at) in marks.items():
        row = await session.get(TallyRow, (team, person, kind, about))
        if row is None:
            row = TallyRow(team=team, person=person, kind=kind, about=about, at=at)
        row.count += number
        row.at = at
        session.add(row)
    await session.flush()


async def set_away(session: AsyncSession, team: str, person: str, until: datetime | None) -> None:
    """Somebody is away, until a moment (aware UTC) or until they are back."""
    row = await session.get(AbsenceRow, (team, person)) or AbsenceRow(team=team, person=person)
    row.until = until
    session.add(row)


async def set_gone(session: AsyncSession, team: str, person: str, *, gone: bool) -> None:
    """Somebody was deactivated in Slack, or came back."""
    row = await session.get(AbsenceRow, (team, person))
    if row is None and gone:
        session.add(AbsenceRow(team=team, person=person, gone=True))
    elif row is not None:
        row.gone = gone
        if gone:
            session.add(row)
        else:
            await session.delete(row)


async def set_back(session: AsyncSession, team: str, person: str) -> bool:
    """Somebody is back; tell whether they were away."""
    row = await session.get(AbsenceRow, (team, person))
    if row is None or row.gone:
        return False
    await session.delete(row)
    return True
