"""What one person sees of the workspace, as plain data for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escbot.workspace import filling
from escbot.workspace.model import Channel, Message, Raw, View
from escbot.workspace.panel import waiting

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

RECENT = 300  # messages of one channel that are sent to the page
TRAFFIC = 120


def snapshot(workspace: Workspace, who: str) -> Raw:
    """Return everything that somebody sees."""
    state = workspace.state
    features = state.app.manifest.get("features", {}) if state.app else {}
    if state.app is not None:
        state.dm(who)
    stack = state.modals.get(who, [])
    home = state.homes.get(who)
    return {
        "as": who,
        "bot": workspace.bot,
        "team": state.team_name,
        "url": workspace.url,
        "users": [
            {
                "id": u.id,
                "name": u.name,
                "title": u.title,
                "bot": u.is_bot,
                "tz": u.tz,
                "guest": u.guest,
                "external": bool(u.team),
                "deleted": u.deleted,
            }
            for u in state.users.values()
        ],
        "channels": [
            _channel(workspace, channel, who)
            for channel in state.channels.values()
            if who in channel.members and (channel.user in (None, who))
        ],
        "modal": _view(workspace, stack[-1]) if stack else None,
        "home": _view(workspace, home) if home else None,
        "commands": features.get("slash_commands", []),
        "shortcuts": features.get("shortcuts", []),
        "clock": {
            "now": workspace.clock.now().timestamp(),
            "rate": workspace.clock.rate,
            "deadlines": workspace.next_deadline is not None,
        },
        "traffic": [
            {
                "number": r.number,
                "at": r.at.timestamp(),
                "direction": r.direction,
                "what": r.what,
                "ok": r.ok,
                "more": bool(r.detail or r.answer),
            }
            for r in state.traffic[-TRAFFIC:]
        ],
        "refusals": state.refusals[-10:],
        "faults": waiting(workspace),
        "tour": workspace.tour,
    }


def _channel(workspace: Workspace, channel: Channel, who: str) -> Raw:
    state = workspace.state
    hidden = [m for m in state.hidden if m.channel == channel.id and m.ephemeral_for == who]
    messages = sorted([*state.messages[channel.id][-RECENT:], *hidden], key=lambda m: float(m.ts))
    unread = state.unread.get((who, channel.id), 0)
    private = channel.user is not None or channel.direct
    others = channel.members - {who} if channel.direct else set()
    return {
        "id": channel.id,
        "name": channel.name,
        "private": channel.private,
        "shared": channel.shared,
        "archived": channel.archived,
        "topic": channel.topic,
        "people": sorted(channel.members),
        "pins": channel.pins,
        "bookmarks": channel.bookmarks,
        "direct": channel.user is not None,
        "with": next(iter(others), None),
        "members": len(channel.members),
        "unread": unread,
        "mentions": unread if private else _mentions(state.messages[channel.id], unread, who),
        "messages": [_message(message) for message in messages],
    }


def _mentions(messages: list[Message], unread: int, who: str) -> int:
    """Return how many of the unread messages name somebody."""
    roots = [m for m in messages if m.thread_ts in (None, m.ts) and m.user != who]
    called = (f"<@{who}>", "<!here>", "<!channel>", "<!everyone>")
    read = [f"{m.text}\n{m.words()}" for m in roots[len(roots) - unread :]] if unread else []
    return sum(any(call in text for call in called) for text in read)


def _message(message: Message) -> Raw:
    return {**message.api(), "ephemeral": message.ephemeral_for is not None}


def _view(workspace: Workspace, view: View) -> Raw:
    filling.complete(view)
    return {
        **view.body,
        "id": view.id,
        "hash": view.hash,
        "values": view.values,
        "errors": view.errors,
        "notice": view.notice,
    }
