"""What passes between the bot and the workspace, as lines for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from escbot.workspace.state import Record
from escbot.workspace.workspace import Workspace

LONGEST = 110
_MENTION = re.compile(r"<@(\w+)>")
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_LINK = re.compile(r"<[^|>]+\|([^>]*)>")
COLOURS = {"event": "cyan", "posts": "green", "edits": "dim", "refused": "red"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: an event from Slack, a message, or a call that was refused."""

    kind: Literal["event", "posts", "edits", "refused"]
    text: str


class Transcript:
    """Reads the traffic from where it was read last."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._seen = 0

    def news(self) -> list[Line]:
        """Return what happened since the last time."""
        fresh = [record for record in self._w.traffic if record.number > self._seen]
        if fresh:
            self._seen = fresh[-1].number
        return [line for record in fresh if (line := self._line(record)) is not None]

    def _line(self, record: Record) -> Line | None:
        if record.direction == "slack":
            return self._event(record)
        if not record.ok:
            return Line("refused", f"{record.what} was refused")
        if record.what not in ("chat.postMessage", "chat.postEphemeral", "chat.update"):
            return None
        text = readable(str(record.detail.get("text") or ""), self._w)
        where = self._place(record)
        if record.what == "chat.update":
            return Line("edits", f"escbot edits {where}: {text}")
        return Line("posts", f"escbot {where}: {text}")

    def _event(self, record: Record) -> Line | None:
        """Return what somebody did, or what went wrong; what the bot did itself is no news."""
        detail = record.detail
        user = detail.get("user_id") or detail.get("user") or ""
        id_ = str(user.get("id") if isinstance(user, dict) else user)
        if id_ == self._w.bot:
            return None
        person = self._w.state.users.get(id_)
        if not record.ok:
            return Line("refused", record.what)
        return Line("event", f"{person.name}: {record.what}") if person else None

    def _place(self, record: Record) -> str:
        id_ = str(record.detail.get("channel") or "")
        channel = self._w.state.channels.get(id_)
        user = channel.user if channel is not None else id_
        person = self._w.state.users.get(str(record.detail.get("user") or user or ""))
        if person is not None:
            return f"to {person.name}"
        name = f"in #{channel.name}" if channel is not None else "somewhere"
        return f"{name}, in the thread" if record.detail.get("thread_ts") else name


def readable(text: str, workspace: Workspace) -> str:
    """Return a message's text in one line, with names in the place of Slack's codes."""

    def name(match: re.Match[str]) -> str:
        user = workspace.state.users.get(match[1])
        return f"@{user.name}" if user is not None else match[0]

    plain = _LINK.sub(r"\1", _DATE.sub(r"\1", _MENTION.sub(name, text)))
    plain = " ".join(plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
