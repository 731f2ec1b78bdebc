"""What goes from the database, and what is blanked in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.store.tables import (
    CaseRow,
    DeadlineRow,
    DoorRow,
    EventRow,
    FollowupRow,
    LedgerRow,
    MessageRow,
    TallyRow,
)

REMOVED = "(removed)"
# Fields that hold what people wrote. Codes and ids stay, so that the figures still add up.
WRITTEN = frozenset({"summary", "tried", "ticket", "note", "reason", "text", "discretion",
                     "customer", "linked", "told", "comment", "link"})  # fmt: skip


async def requests(session: AsyncSession, before: datetime) -> int:
    """Forget requests taken before a moment (machine time); return how many."""
    result = await session.execute(delete(DoorRow).where(DoorRow.at < before))
    return int(result.rowcount)


async def ended_before(session: AsyncSession, moment: datetime) -> tuple[tuple[str, int], ...]:
    """Return (team, number) of cases that ended before a moment."""
    statement = select(CaseRow.team, CaseRow.number).where(
        CaseRow.over.is_(True), CaseRow.ended_at < moment
    )
    return tuple((team, number) for team, number in (await session.execute(statement)).all())


async def remove_case(session: AsyncSession, team: str, number: int) -> None:
    """Remove a case with all that belongs to it. Its number is never used again."""
    await _forget_customer(session, team, number)
    subject = f"case:{number}"
    for table, column in ((EventRow, EventRow.case), (DeadlineRow, DeadlineRow.case)):
        await session.execute(delete(table).where(table.team == team, column == number))
    await session.execute(
        delete(MessageRow).where(MessageRow.team == team, MessageRow.subject == subject)
    )
    await session.execute(delete(CaseRow).where(CaseRow.team == team, CaseRow.number == number))


async def reports(session: AsyncSession, before: datetime) -> int:
    """Remove digests and reports shown before a moment (machine time); return how many."""
    old = delete(MessageRow).where(
        or_(*(MessageRow.subject.startswith(name) for name in ("digest:", "report:"))),
        MessageRow.not_before < before,
        MessageRow.state.in_(("sent", "dropped", "failed")),
    )
    return int((await session.execute(old)).rowcount)


async def _forget_customer(session: AsyncSession, team: str, number: int) -> None:
    """Forget who served a customer who has no other case."""
    mine = CaseRow.team == team, CaseRow.number == number
    customer = (await session.execute(select(CaseRow.customer).where(*mine))).scalar_one_or_none()
    others = select(CaseRow.number).where(
        CaseRow.team == team, CaseRow.customer == customer, CaseRow.number != number
    )
    if customer is None or (await session.execute(others.limit(1))).first() is not None:
        return
    await session.execute(
        delete(TallyRow).where(
            TallyRow.team == team, TallyRow.kind == "served", TallyRow.about == customer
        )
    )


async def blank(session: AsyncSession, team: str, number: int) -> None:
    """Blank what people wrote in the events and the kept messages of a case."""
    await _forget_customer(session, team, number)
    events = select(EventRow).where(EventRow.team == team, EventRow.case == number)
    for event in (await session.execute(events)).scalars():
        kept = {"reason": event.body["reason"]} if event.type == "Declined" else {}  # a code
        event.body = {**_blanked(event.body), **kept}
        session.add(event)
    notices = select(MessageRow).where(
        MessageRow.team == team, MessageRow.subject == f"case:{number}", MessageRow.kind == "notice"
    )
    for message in (await session.execute(notices)).scalars():
        message.value = _blanked(message.value)
        session.add(message)
    digests = select(MessageRow).where(
        MessageRow.team == team, MessageRow.subject.startswith("digest:")
    )
    for message in (await session.execute(digests)).scalars():
        message.value = _blanked_lines(message.value, number)
        session.add(message)
    await _blank_followups(session, team, number)
    await session.flush()


def _blanked_lines(value: Any, number: int) -> Any:  # noqa: ANN401 - JSON
    """Blank the lines of one case among those of others."""
    if isinstance(value, Mapping):
        if value.get("number") == number:
            return _blanked(value)
        return {key: _blanked_lines(item, number) for key, item in value.items()}
    if isinstance(value, list):
        return [_blanked_lines(item, number) for item in value]
    return value


async def _blank_followups(session: AsyncSession, team: str, number: int) -> None:
    """Blank what a case left to do; that there is something to do stays."""
    left = select(FollowupRow).where(FollowupRow.team == team, FollowupRow.case == number)
    for row in (await session.execute(left)).scalars().all():
        row.body = _blanked(row.body)
        session.add(row)
        facts = select(LedgerRow).where(
            LedgerRow.team == team, LedgerRow.stream == f"followup:{row.number}"
        )
        for fact in (await session.execute(facts)).scalars():
            fact.body = _blanked(fact.body)
            session.add(fact)


def _blanked(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {
            key: REMOVED if key in WRITTEN and isinstance(item, str) else _blanked(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_blanked(item) for item in value]
    return value
