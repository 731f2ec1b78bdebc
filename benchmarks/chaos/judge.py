"""Workspace and database compared: what was lost, what happened twice, what is stuck."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from benchmarks.chaos.crowd import Crowd
from escbot.core import events as e
from escbot.core.roster import Roster
from escbot.insights.numbers import percentile
from escbot.services.desk import rebuild
from escbot.services.library import Library
from escbot.services.policyfile import compile_policy
from escbot.store import cases, policies
from escbot.store.database import Database
from escbot.store.tables import DeadlineRow, MessageRow
from escbot.workspace.workspace import Workspace

OVERDUE = timedelta(seconds=10)


async def judge(
    database: Database, workspace: Workspace, crowd: Crowd, now: datetime
) -> dict[str, Any]:
    """Return the counts; all but `escalations` and `late_p99_s` should be zero."""
    async with database.session() as session:
        numbers = await cases.numbers(session)
        histories = {one: await cases.events(session, *one) for one in numbers}
        saved = {one: await cases.peek(session, *one) for one in numbers}
        overdue = (
            await session.execute(select(DeadlineRow).where(DeadlineRow.due_at < now - OVERDUE))
        ).scalars().all()  # fmt: skip
        rows = (await session.execute(select(MessageRow))).scalars().all()
        stored = await policies.listed(session)
        texts = [await policies.source(session, one.version) for one in stored]
    happened = [record for history in histories.values() for record in history]
    opened = Counter(r.event.summary for r in happened if isinstance(r.event, e.Opened))
    resolved = Counter(r.event.summary for r in happened if isinstance(r.event, e.Resolved))
    lost = [s for s in crowd.opened if not opened[s]] + [
        s for s in crowd.resolved if not resolved[s]
    ]
    twice = [s for s, times in (opened + resolved).items() if times > 1]
    late: list[float] = []
    double_deadlines = 0
    for history in histories.values():
        seen: Counter[object] = Counter()
        for record in history:
            event = record.event
            if isinstance(event, e.Warned):
                seen["warned", event.clock, event.share, event.due_at] += 1
            elif isinstance(event, e.Breached | e.UpdateMissed):
                seen[type(event).__name__, getattr(event, "clock", ""), event.due_at] += 1
            if isinstance(event, e.Warned | e.Breached | e.UpdateMissed):
                late.append((record.at - event.due_at).total_seconds())
        double_deadlines += sum(times - 1 for times in seen.values())
    return {
        "escalations": len(numbers),
        "lost_commands": len(lost),
        "double_commands": len(twice),
        "lost_deadlines": len(overdue),
        "double_deadlines": double_deadlines,
        **_messages(rows, workspace),
        "late_p99_s": round(percentile(sorted(late), 0.99) or 0.0, 3),
        "deadlines": len(late),
        "differing_states": _differing(histories, saved, texts, now),
    }


def _messages(rows: Any, workspace: Workspace) -> dict[str, int]:
    posted: Counter[str] = Counter()
    for messages in workspace.state.messages.values():
        for message in messages:
            key = (message.metadata or {}).get("event_payload", {}).get("key")
            if key:
                posted[key] += 1
    sent = [row for row in rows if row.state == "sent" and row.ts is not None]
    known = {row.key for row in rows}
    return {
        "messages": sum(posted.values()),
        "missing_messages": sum(1 for row in sent if not posted[row.key]),
        "double_messages": sum(times - 1 for times in posted.values()),
        "unknown_messages": sum(times for key, times in posted.items() if key not in known),
        "stuck": sum(1 for row in rows if row.state in ("dirty", "sending", "uncertain", "failed")),
    }


def _differing(histories: Any, saved: Any, texts: Any, now: datetime) -> int:
    library: Library | None = None
    for text, feeds in texts:
        policy = compile_policy(text, name="stored", now=now, feeds=feeds)
        if library is None:
            library = Library(policy, Roster())
        library.learn(policy)
    if library is None:
        return 0
    return sum(
        rebuild(history, library, team=team, number=number) != saved[team, number]
        for (team, number), history in histories.items()
    )
