"""What is still to be sent, under whose claim it is, and what became of it.

Moments are machine time (`wall`) unless they are called domain time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from escbot.core.codec import CodecError, from_plain
from escbot.core.views import Shown
from escbot.store.leases import WALL, at, is_free, is_over
from escbot.store.tables import MessageRow

log = logging.getLogger(__name__)

MOST_PASSED_OVER = 20  # rows that only a newer version can read, before one that we can


@dataclass(frozen=True, slots=True)
class Pending:
    """A message that is to be sent, as the store knows it."""

    id: int
    team: str
    subject: str
    slot: str
    episode: int
    kind: str
    target: str
    value: Shown
    digest: str
    holds: str
    acts: bool
    rank: int
    state: str
    key: str
    channel: str | None
    ts: str | None
    thread_ts: str | None
    attempts: int
    looks: int
    tried_at: datetime | None
    claimed_by: str | None = None


async def waiting(
    session: AsyncSession, wall: datetime, now: datetime, limit: int
) -> tuple[Pending, ...]:
    """Return what may be sent now, by severity and age: the first `limit` of each target.

    What belongs to a case waits for its card, to hang on it or to link to it.
    `wall` is machine time, `now` domain time; a notice for somebody asleep waits for their hours.
    """
    values = {**at(wall), "now": now, "most": limit}
    rows = (await session.execute(_waiting(), values)).scalars()
    return tuple(found for row in rows if (found := _read(row)) is not None)


@cache
def _waiting() -> Select[Any]:
    place = func.row_number().over(
        partition_by=(MessageRow.team, MessageRow.target, MessageRow.ts.is_(None)),
        order_by=(MessageRow.rank, MessageRow.id),
    )
    nearest = (
        select(MessageRow.id, place.label("place"))
        .where(
            MessageRow.state.in_(("dirty", "uncertain", "sending")),
            or_(MessageRow.slot == "card", MessageRow.state != "dirty", _stands()),
            is_over(MessageRow.not_before, WALL),
            or_(MessageRow.after.is_(None), MessageRow.after <= bindparam("now")),
            is_free(MessageRow.claimed_until, WALL),
        )
        .subquery()
    )
    return (
        select(MessageRow)
        .join(nearest, nearest.c.id == MessageRow.id)
        .where(nearest.c.place <= bindparam("most"))
        .order_by(MessageRow.rank, MessageRow.id)
    )


def _stands() -> ColumnElement[bool]:
    """The card of the case is there; what belongs to no case needs none."""
    card = aliased(MessageRow)
    cards = select(card.id).where(
        card.team == MessageRow.team, card.subject == MessageRow.subject, card.slot == "card"
    )
    there = and_(
        cards.where(card.ts.is_not(None)).exists(), not_(cards.where(card.ts.is_(None)).exists())
    )
    return or_(not_(MessageRow.subject.startswith("case:")), there)


def _read(row: MessageRow) -> Pending | None:
    """Read a row; one that a newer version wrote is left to it."""
    try:
        return _pending(row)
    except CodecError as error:
        log.info("%s of %s is left to a newer version: %s", row.slot, row.subject, error)
        return None


def _pending(row: MessageRow) -> Pending:
    return Pending(
        id=row.id or 0,
        team=row.team,
        subject=row.subject,
        slot=row.slot,
        episode=row.episode,
        kind=row.kind,
        target=row.target,
        value=from_plain(Shown, row.value),
        digest=row.digest,
        holds=row.holds,
        acts=row.acts,
        rank=row.rank,
        state=row.state,
        key=row.key,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        attempts=row.attempts,
        looks=row.looks,
        tried_at=row.tried_at,
        claimed_by=row.claimed_by,
    )


async def held_back(
    session: AsyncSession, wall: datetime, now: datetime
) -> tuple[tuple[str, str, str, int], ...]:
    """Return (team, subject, target, id) of posts that are under way, lost, or put off.

    What comes after them in the same case and place must not come before them.
    """
    found = (await session.execute(_held_back(), {**at(wall), "now": now})).all()
    return tuple((a, b, c, int(d)) for a, b, c, d in found)


@cache
def _held_back() -> Select[Any]:
    waits = or_(
        MessageRow.state.in_(("uncertain", "sending")),
        and_(MessageRow.state == "dirty", not_(is_over(MessageRow.not_before, WALL))),
    )
    hears = or_(MessageRow.after.is_(None), MessageRow.after <= bindparam("now"))
    statement: Select[Any] = (
        select(MessageRow.team, MessageRow.subject, MessageRow.target, func.min(MessageRow.id))
        .where(MessageRow.ts.is_(None), waits, hears)
        .group_by(MessageRow.team, MessageRow.subject, MessageRow.target)
    )
    return statement


async def claim(
    session: AsyncSession,
    item: Pending,
    wall: datetime,
    lease: timedelta,
    tried_at: datetime,
    by: str,
    place: tuple[str | None, str | None],
) -> bool:
    """Take one message for one attempt to send it; False where somebody else has it.

    `place` is the channel and thread, and `tried_at` the moment on the chat's own clock, at which
    it will be looked for. What is sent is noted: if the attempt dies, the value may have changed
    before it is found in the chat.
    """
    result = await session.execute(
        update(MessageRow)
        .where(
            MessageRow.id == item.id,
            MessageRow.state == "dirty",
            is_free(MessageRow.claimed_until, wall),
        )
        .values(
            state="sending",
            claimed_until=wall + lease,
            claimed_by=by,
            tried_at=tried_at,
            sent_digest=item.digest,
            channel=place[0],
            thread_ts=place[1],
        )
    )
    return bool(result.rowcount)


async def change(
    session: AsyncSession,
    id_: int,
    *,
    by: str | None = None,
    **values: Any,  # noqa: ANN401 - columns
) -> bool:
    """Set columns of one message and end its claim.

    `by` names the attempt that says so; False where another has it now, and nothing changed.
    """
    statement = update(MessageRow).where(MessageRow.id == id_)
    if by is not None:
        nobodys = MessageRow.claimed_by.is_(None)
        statement = statement.where(or_(MessageRow.claimed_by == by, nobodys))
    result = await session.execute(statement.values(claimed_until=None, claimed_by=None, **values))
    return bool(result.rowcount)


async def settle(session: AsyncSession, item: Pending, **values: Any) -> bool:  # noqa: ANN401
    """Set columns of a lost message, if nobody has settled it meanwhile."""
    result = await session.execute(
        update(MessageRow)
        .where(
            MessageRow.id == item.id,
            MessageRow.state == item.state,
            MessageRow.looks == item.looks,
            MessageRow.claimed_by.is_not_distinct_from(item.claimed_by),
        )
        .values(claimed_until=None, claimed_by=None, **values)
    )
    return bool(result.rowcount)


async def sent(
    session: AsyncSession,
    item: Pending,
    channel: str | None,
    ts: str | None,
    *,
    by: str | None,
    recheck_at: datetime,
) -> None:
    """Slack shows the message; if its value changed meanwhile, it is dirty again.

    `by` is the attempt that showed it, None for one that died and was found. One whose claim was
    lost may have overwritten something newer, or posted beside another: then the message is dirty
    again, and a second copy is looked for at `recheck_at`, as it is for what was posted again.
    """
    row = await session.get(MessageRow, item.id, with_for_update=True, populate_existing=True)
    if row is None:
        return
    held = by is None or row.claimed_by == by
    twice = ts is not None and row.ts not in (None, ts)
    if channel is not None and ts is not None and not twice:
        row.channel, row.ts = channel, ts
    if twice or (row.reposted and row.recheck_at is None):
        row.recheck_at = recheck_at
    if held:
        row.claimed_until = row.claimed_by = row.error = None
        row.attempts = row.looks = 0
        row.sent_digest = item.digest if by is not None else row.sent_digest
        row.state = "sent" if row.digest == row.sent_digest and not twice else "dirty"
    elif row.state != "sending":  # who sends it now will find that it is there
        row.state = "dirty"
        row.not_before = recheck_at if ts is None else row.not_before
    session.add(row)


async def to_recheck(
    session: AsyncSession, wall: datetime, lease: timedelta, by: str
) -> Pending | None:
    """Claim one message that was tried twice and is to be looked at once more now.

    Claimed, since who looks may move the message to another copy and remove ours: nobody may edit
    it meanwhile, and no second one may look.
    """
    for row in (await session.execute(_to_recheck(), at(wall))).scalars():
        item = _read(row)
        if item is not None:
            row.claimed_until, row.claimed_by = wall + lease, by
            session.add(row)
            return replace(item, claimed_by=by)
    return None


@cache
def _to_recheck() -> Select[Any]:
    return (
        select(MessageRow)
        .where(
            is_over(MessageRow.recheck_at, WALL),
            MessageRow.state == "sent",
            is_free(MessageRow.claimed_until, WALL),
        )
        .order_by(MessageRow.recheck_at)
        .limit(MOST_PASSED_OVER)
        .with_for_update(skip_locked=True)
    )


async def move(session: AsyncSession, item: Pending, ts: str | None) -> bool:
    """Take another copy for ours; False where the claim was lost meanwhile."""
    result = await session.execute(
        update(MessageRow)
        .where(MessageRow.id == item.id, MessageRow.claimed_by == item.claimed_by)
        .values(ts=ts)
    )
    return bool(result.rowcount)


async def rechecked(session: AsyncSession, item: Pending, *, edit: bool) -> None:
    """The message stands once; with `edit` what it shows is sent once more."""
    row = await session.get(MessageRow, item.id, with_for_update=True, populate_existing=True)
    if row is None or row.claimed_by != item.claimed_by:
        return
    row.claimed_until = row.claimed_by = row.recheck_at = None
    row.reposted = False
    row.state = "dirty" if edit and row.state == "sent" else row.state
    session.add(row)


async def has_thread(session: AsyncSession, item: Pending) -> bool:
    """Tell whether other messages hang on this one."""
    statement = select(MessageRow.id).where(
        MessageRow.team == item.team,
        MessageRow.channel == item.channel,
        MessageRow.thread_ts == item.ts,
        MessageRow.id != item.id,
    )
    return (await session.execute(statement.limit(1))).first() is not None


async def queues(session: AsyncSession, wall: datetime) -> dict[str, dict[str, float]]:
    """Return, by target, how many messages wait to be sent and for how many seconds the oldest."""
    statement = (
        select(MessageRow.target, func.count(), func.min(MessageRow.not_before))
        .where(MessageRow.state.in_(("dirty", "sending", "uncertain")), MessageRow.after.is_(None))
        .group_by(MessageRow.target)
    )
    return {
        target: {"waiting": count, "oldest_seconds": max((wall - oldest).total_seconds(), 0.0)}
        for target, count, oldest in (await session.execute(statement)).all()
    }


async def states(session: AsyncSession) -> dict[str, int]:
    """Return how many messages are in each state."""
    statement = select(MessageRow.state, func.count()).group_by(MessageRow.state)
    return {state: int(count) for state, count in (await session.execute(statement)).all()}


async def unsettled(session: AsyncSession) -> Sequence[tuple[int, str, str, str | None]]:
    """Return (id, subject, slot, error) of what is uncertain or failed."""
    statement = select(MessageRow).where(MessageRow.state.in_(("uncertain", "failed")))
    return [
        (r.id or 0, r.subject, r.slot, r.error)
        for r in (await session.execute(statement)).scalars()
    ]


async def drop_unsent(session: AsyncSession, team: str) -> None:
    """Drop what was never sent: the messages of a past that nobody is to read in Slack."""
    await session.execute(
        update(MessageRow)
        .where(MessageRow.team == team, MessageRow.state == "dirty")
        .values(state="dropped")
    )


async def unsent(session: AsyncSession, team: str) -> int:
    """Return how many messages wait to be sent."""
    statement = select(func.count()).where(MessageRow.team == team, MessageRow.state == "dirty")
    return int((await session.execute(statement)).scalar_one())
