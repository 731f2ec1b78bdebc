"""Messages as rows: what Slack must show, and where it shows it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from escbot.core.codec import from_plain, tagged
from escbot.core.views import Message, Shown
from escbot.store.tables import MessageRow

log = logging.getLogger(__name__)


def digest_of(value: dict[str, Any]) -> str:
    """Return the digest of a value: a message is edited only when it changes."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


async def show(
    session: AsyncSession,
    team: str,
    subject: str,
    rank: int,
    messages: Iterable[Message],
    *,
    now: datetime,
    new_key: Callable[[], str],
) -> None:
    """Make the rows of a subject equal to the messages; what did not change stays as it is.

    The rows are locked: who shows an older value meanwhile must see that there is a newer one.
    """
    statement = (
        select(MessageRow)
        .where(MessageRow.team == team, MessageRow.subject == subject)
        .order_by(MessageRow.id)
        .with_for_update()
    )
    rows = {(r.slot, r.episode): r for r in (await session.execute(statement)).scalars()}
    newest = max((row.episode for row in rows.values()), default=1)
    for message in messages:
        value = tagged(message.value)
        digest = digest_of(value)
        newest = max(newest, message.episode)
        row = rows.pop((message.slot, message.episode), None)
        if row is None:
            row = _row(team, subject, message, now, new_key())
        elif row.digest == digest or row.kind == "notice":
            if row.rank != rank or row.after != message.after:
                row.rank, row.after = rank, message.after
                session.add(row)
            continue
        elif row.state in ("sent", "failed", "dropped"):
            row.state = "dirty"
            row.attempts = 0
            row.not_before = now
        row.type, row.value, row.digest = value["type"], value, digest
        row.rank, row.acts, row.target = rank, message.acts, message.target
        row.after = message.after
        session.add(row)
    for row in rows.values():  # an older episode of a lost thread is history
        if row.kind == "view" and row.episode < newest and row.state == "dirty":
            row.state = "dropped"
            session.add(row)
    await session.flush()


def _row(team: str, subject: str, message: Message, now: datetime, key: str) -> MessageRow:
    return MessageRow(
        team=team,
        subject=subject,
        slot=message.slot,
        episode=message.episode,
        kind=message.kind,
        target=message.target,
        type="",
        value={},
        digest="",
        holds=message.holds,
        acts=message.acts,
        key=key,
        not_before=now,
        after=message.after,
    )


async def relink(session: AsyncSession, team: str, subject: str) -> None:
    """The card of a case stands elsewhere now: what links to it is edited."""
    await session.execute(
        update(MessageRow)
        .where(
            MessageRow.team == team,
            MessageRow.subject == subject,
            MessageRow.kind == "view",
            MessageRow.state == "sent",
            MessageRow.target != "thread",
            MessageRow.slot != "card",
        )
        .values(state="dirty")
    )


async def root(session: AsyncSession, team: str, subject: str) -> tuple[str, str] | None:
    """Return channel and ts of a case's card, once it is posted (the newest episode)."""
    statement = (
        select(MessageRow)
        .where(MessageRow.team == team, MessageRow.subject == subject, MessageRow.slot == "card")
        .order_by(MessageRow.episode.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return (row.channel, row.ts) if row is not None and row.ts and row.channel else None


async def roots(
    session: AsyncSession, team: str, numbers: Sequence[int]
) -> dict[int, tuple[str, str]]:
    """Return channel and ts of the newest card of each case that is posted."""
    subjects = {f"case:{number}": number for number in numbers}
    statement = (
        select(MessageRow.subject, MessageRow.channel, MessageRow.ts)
        .where(
            MessageRow.team == team,
            MessageRow.subject.in_(subjects),
            MessageRow.slot == "card",
            MessageRow.ts.is_not(None),
        )
        .order_by(MessageRow.episode)
    )
    rows = (await session.execute(statement)).all()
    return {subjects[subject]: (channel, ts) for subject, channel, ts in rows if channel and ts}


async def subject_at(
    session: AsyncSession, team: str, channel: str, ts: str
) -> tuple[str, str] | None:
    """Return (subject, slot) of a message in Slack, or None where it is not ours."""
    statement = select(MessageRow.subject, MessageRow.slot).where(
        MessageRow.team == team, MessageRow.channel == channel, MessageRow.ts == ts
    )
    found = (await session.execute(statement)).first()
    return (found[0], found[1]) if found else None


async def forget(session: AsyncSession, team: str, channel: str, ts: str, wall: datetime) -> None:
    """A message was deleted in Slack: it is posted again."""
    await session.execute(
        update(MessageRow)
        .where(
            MessageRow.team == team,
            MessageRow.channel == channel,
            MessageRow.ts == ts,
            MessageRow.kind == "view",
        )
        .values(ts=None, state="dirty", not_before=wall, reposted=True)
    )


async def exists(session: AsyncSession, team: str, subject: str) -> bool:
    """Tell whether a subject has a message."""
    statement = (
        select(MessageRow.id).where(MessageRow.team == team, MessageRow.subject == subject).limit(1)
    )
    return (await session.execute(statement)).first() is not None


async def subjects(session: AsyncSession, team: str, prefix: str) -> list[str]:
    """Return the subjects with messages that begin with a text, in order."""
    statement = (
        select(MessageRow.subject)
        .where(MessageRow.team == team, col(MessageRow.subject).startswith(prefix, autoescape=True))
        .distinct()
    )
    return sorted((await session.execute(statement)).scalars())


async def value_of(session: AsyncSession, team: str, subject: str, slot: str) -> Shown | None:
    """Return what a message says, None where it is not there."""
    statement = select(MessageRow.value).where(
        MessageRow.team == team, MessageRow.subject == subject, MessageRow.slot == slot
    )
    found = (await session.execute(statement)).scalars().first()
    return None if found is None else from_plain(Shown, found)


async def target_of(session: AsyncSession, team: str, subject: str, slot: str) -> str:
    """Return where a message goes, empty where it is not there."""
    statement = select(MessageRow.target).where(
        MessageRow.team == team, MessageRow.subject == subject, MessageRow.slot == slot
    )
    return str((await session.execute(statement)).scalars().first() or "")
