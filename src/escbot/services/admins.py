"""A word to the admins of every workspace: said once for each subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core.reasons import Value
from escbot.core.roster import Roster
from escbot.core.views import Message, Notice
from escbot.store import cases, messages
from escbot.store.database import Database


async def tell_admins(
    database: Database,
    roster: Roster,
    code: str,
    values: Mapping[str, Value],
    *,
    subject: str,
    wall: Callable[[], datetime],
    new_key: Callable[[], str],
) -> None:
    """Show a notice to each admin; the same subject is never told twice."""
    notice = Notice(code, 0, 0, values=values)
    async with database.session() as session:
        for team in await cases.teams(session):
            await show_admins(
                session, team, roster, notice, subject=subject, now=wall(), new_key=new_key
            )


async def show_admins(
    session: AsyncSession,
    team: str,
    roster: Roster,
    notice: Notice,
    *,
    subject: str,
    now: datetime,
    new_key: Callable[[], str],
) -> None:
    """Show a notice to each admin of one workspace; `now` is machine time."""
    news = [
        Message(f"notice:{person.id}", 1, "notice", f"dm:{person.id}", notice, acts=True)
        for person in roster.people
        if "admin" in person.roles
    ]
    await messages.show(session, team, subject, 0, news, now=now, new_key=new_key)
