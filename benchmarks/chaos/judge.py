"""Workspace and database compared: what was lost, what happened twice, what is stuck."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, text

from benchmarks.chaos.crowd import Crowd
from escbot.core import events as e
from escbot.core.clocks import deadlines as deadlines_of
from escbot.core.codec import from_plain, tagged
from escbot.core.policy import Policy
from escbot.core.thread import views
from escbot.core.views import Shown
from escbot.insights.numbers import percentile
from escbot.services.library import Library
from escbot.services.policyfile import compile_policy
from escbot.services.ports import Setting
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.services.work import rebuild
from escbot.slack.painter import paint
from escbot.store import cases, policies
from escbot.store.database import Database
from escbot.store.messages import digest_of
from escbot.store.tables import DeadlineRow, MessageRow
from escbot.workspace.model import Message
from escbot.workspace.workspace import Workspace

log = logging.getLogger(__name__)
WAITS = ("dirty", "sending", "uncertain", "failed")
OVERDUE = timedelta(seconds=10)


async def judge(
    database: Database, workspace: Workspace, crowd: Crowd, now: datetime
) -> dict[str, Any]:
    """Return the counts; all but the first and those of size should be zero."""
    async with database.session() as session:
        if not database.is_sqlite:  # one moment for all that is read
            await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        numbers = await cases.numbers(session)
        histories = {one: await cases.events(session, *one) for one in numbers}
        saved = {one: await cases.peek(session, *one) for one in numbers}
        deadlines = (await session.execute(select(DeadlineRow))).scalars().all()
        rows = (await session.execute(select(MessageRow))).scalars().all()
        stored = await policies.listed(session)
        sources = [await policies.source(session, one.version) for one in stored]
    library = _library(sources, now)
    happened = [record for history in histories.values() for record in history]
    opened = Counter(r.event.summary for r in happened if isinstance(r.event, e.Opened))
    resolved = Counter(r.event.summary for r in happened if isinstance(r.event, e.Resolved))
    lost = [s for s in crowd.opened if not opened[s]] + [
        s for s in crowd.resolved if not resolved[s]
    ]
    for summary in lost:
        log.warning("%s was acknowledged and is not in the database", summary)
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
        "lost_deadlines": _lost_deadlines(deadlines, saved, library, now),
        "double_deadlines": double_deadlines,
        **_messages(rows, workspace, now),
        "unshown_views": _unshown(rows, saved, library),
        "stale_messages": _stale(rows, workspace, library),
        "late_p99_s": round(percentile(sorted(late), 0.99) or 0.0, 3),
        "deadlines": len(late),
        "differing_states": _differing(histories, saved, library),
    }


async def waiting(database: Database, now: datetime) -> int:
    """Return how much is still to be done: messages to send, deadlines to handle.

    Cheap, unlike the judgement: who waits for the program must not take its time away.
    """
    due = or_(MessageRow.after.is_(None), MessageRow.after <= now)
    open_ = or_(MessageRow.state.in_(WAITS), MessageRow.recheck_at.is_not(None))
    unsent = select(func.count()).where(open_, due)
    overdue = select(func.count()).where(DeadlineRow.due_at < now)
    async with database.session() as session:
        messages = (await session.execute(unsent)).scalar_one()
        return int(messages + (await session.execute(overdue)).scalar_one())


def _messages(rows: Any, workspace: Workspace, now: datetime) -> dict[str, int]:
    everything = [m for room in workspace.state.messages.values() for m in room]
    posted = Counter(key for message in everything if (key := _key(message)))
    sent = [row for row in rows if row.state == "sent" and row.ts is not None]
    waits = [row for row in rows if row.state in WAITS]
    known = {row.key: row for row in rows}
    for key, times in posted.items():
        if times > 1:
            log.warning("%s times: %s", times, known.get(key))
            log.warning("they are: %s", [m for m in everything if _key(m) == key])
    return {
        "messages": sum(posted.values()),
        "missing_messages": sum(1 for row in sent if not posted[row.key]),
        "double_messages": sum(times - 1 for times in posted.values()),
        "unknown_messages": sum(times for key, times in posted.items() if key not in known),
        "stuck": sum(1 for row in waits if row.after is None or row.after <= now),
    }


def _key(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("key", ""))


def _library(texts: Any, now: datetime) -> Library:
    found: list[Policy] = [
        compile_policy(text, name="stored", now=now, feeds=feeds) for text, feeds in texts
    ]
    roster = compile_roster(default_roster_text(), name="roster", policy=found[0])
    library = Library(found[0], roster)
    for policy in found:
        library.learn(policy)
    return library


def _lost_deadlines(rows: Any, saved: Any, library: Library, now: datetime) -> int:
    """Count what is long due, and what the states name but no row holds (or another moment)."""
    overdue = [row for row in rows if row.due_at < now - OVERDUE]
    armed = {(row.team, row.case, row.kind): row.due_at for row in rows}
    lost = 0
    for (team, number), case in saved.items():
        for deadline in deadlines_of(case, library.at(case.policy)):
            lost += armed.get((team, number, deadline.kind)) != deadline.due_at
    return len(overdue) + lost


def _unshown(rows: Any, saved: Any, library: Library) -> int:
    """Count views that the states ask for and no row holds, or a row with another value."""
    digests = {(row.team, row.subject, row.slot, row.episode): row.digest for row in rows}
    missing = 0
    for (team, number), case in saved.items():
        for view in views(case, library.at(case.policy), library.roster):
            place = (team, f"case:{number}", view.slot, view.episode)
            missing += digests.get(place) != digest_of(tagged(view.value))
    return missing


def _stale(rows: Any, workspace: Workspace, library: Library) -> int:
    """Count messages that show something else than their rows say."""
    roots = {
        row.subject: workspace.permalink(row.channel, row.ts)
        for row in sorted(rows, key=lambda row: row.episode)
        if row.slot == "card" and row.ts
    }
    stale = 0
    for row in rows:
        message = workspace.state.find(row.channel or "", row.ts or "")
        if row.state != "sent" or row.kind != "view" or message is None:
            continue
        setting = Setting(roots.get(row.subject), named=row.target != "thread")
        body = paint(from_plain(Shown, row.value), setting, library.roster)
        shown = _bare([message.text, message.blocks, message.attachments])
        if shown != _bare([body.text, body.blocks, body.attachments]):
            stale += 1
            log.warning("%s %s shows %s instead of %s", row.subject, row.slot, shown, body)
    return stale


def _bare(value: Any) -> Any:
    """Leave out the ids that Slack gives to blocks without one."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if key != "block_id"}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def _differing(histories: Any, saved: Any, library: Library) -> int:
    return sum(
        rebuild(history, library, team=team, number=number) != saved[team, number]
        for (team, number), history in histories.items()
    )
