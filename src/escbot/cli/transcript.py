"""What passes between the bot and the workspace, as lines for people."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rich.console import Console
from rich.emoji import Emoji
from rich.text import Text

from escbot.workspace.model import Raw
from escbot.workspace.state import Record
from escbot.workspace.workspace import Workspace

LONGEST = 150
WIDEST = 100  # columns
_MENTION = re.compile(r"<@(\w+)>")
_DATE = re.compile(r"<!date\^(\d+)[^|>]*\|[^>]*>")
_LINK = re.compile(r"<[^|>]+\|([^>]*)>")
_CASE = re.compile(r"ESC-\d+")
_BOLD = re.compile(r"\*([^*\n]+)\*")
COLOURS = {
    "step": "bold",
    "note": "italic",
    "seen": "green",
    "posts": "blue",
    "edits": "dim",
    "refused": "red",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: what a person did, a message, or a call that was refused."""

    kind: Literal["step", "posts", "edits", "refused"]
    text: str
    at: datetime


class Paper:
    """Writes lines for a terminal, wrapped, with each minute of the simulated clock once."""

    def __init__(self, workspace: Workspace, console: Console) -> None:
        self._w = workspace
        self._console = console
        self._last = ""
        self.lines: list[str] = []

    def write(self, text: str, kind: str = "step", at: datetime | None = None) -> None:
        """Write one thing that happened, now or at `at`; what passes stands a little further in."""
        now = f"{at or self._w.clock.now():%a %H:%M}"
        begin = " " * len(now) if now == self._last else now
        self._last = now
        inside = "  " if kind in ("step", "note", "seen") else "    "
        width = min(self._console.width, WIDEST)
        room = max(width - len(now) - len(inside) - 4, 20)  # an emoji takes two columns
        for line in textwrap.wrap(text, room, subsequent_indent="  ") or [""]:
            self.lines.append(f"{begin}{inside}{line}")
            shown = Text.assemble((begin, "dim"), inside, (line, COLOURS[kind]))
            self._console.print(shown, soft_wrap=True)
            begin = " " * len(now)


class Transcript:
    """Reads the traffic from where it was read last."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._seen = 0
        self._shown: dict[tuple[str, str], str] = {}  # (channel, ts) -> what the line said of it

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
            return Line("refused", f"{record.what} was refused", record.at)
        if record.what not in ("chat.postMessage", "chat.postEphemeral", "chat.update"):
            return None
        text = readable(str(record.detail.get("text") or ""), self._w)
        ts = str(record.detail.get("ts") or record.answer.get("ts") or "")
        place = (str(record.detail.get("channel") or ""), ts)
        same = ts and self._shown.get(place) == text
        self._shown[place] = text
        where = self._place(record)
        if where.startswith("in the thread of "):
            text = text.replace(f"{where.rpartition(' ')[2]}: ", "", 1)  # said already
        if record.what == "chat.update":
            # An edit below the first words says nothing here; the page shows it.
            return None if same else Line("edits", f"escbot edits {where}: {text}", record.at)
        return Line("posts", f"escbot {where}: {text}", record.at)

    def _event(self, record: Record) -> Line | None:
        """Return what somebody did, or what went wrong; what the bot did itself is no news."""
        detail = record.detail
        user = detail.get("user_id") or detail.get("user") or ""
        id_ = str(user.get("id") if isinstance(user, dict) else user)
        if id_ == self._w.bot:
            return None
        if not record.ok:
            return Line("refused", record.what, record.at)
        person, did = self._w.state.users.get(id_), self._did(detail)
        return Line("step", f"{person.name} {did}", record.at) if person and did else None

    def _did(self, detail: Raw) -> str | None:
        """Return what somebody did, as one would say it; None for what is only on the way to it."""
        match detail:
            case {"command": command}:
                typed = readable(str(detail.get("text") or ""), self._w)
                return f"types {command} {typed}".rstrip()
            case {"type": "message_action" | "shortcut", "callback_id": callback}:
                names = {s["callback_id"]: s["name"] for s in self._w.manifest.shortcuts}
                return f"picks {names.get(callback, callback)}"
            case {"type": "block_actions", "actions": [{"type": "button", "text": {"text": text}}]}:
                channel, message = detail.get("channel") or {}, detail.get("message") or {}
                case_ = self._case(str(channel.get("id")), str(message.get("ts")))
                return f"presses {text}" + (f" on {case_}" if case_ else "")
            case {"type": "view_submission", "view": {"title": {"text": title}}}:
                return f"sends the form {title}"
            case {"type": "message", "text": text} if not detail.get("subtype"):
                return f"{self._where(detail)}: {readable(str(text), self._w)}"
            case {"type": "reaction_added", "reaction": name, "item": item}:
                case_ = self._case(str(item.get("channel")), str(item.get("ts")))
                return Emoji.replace(f"reacts with :{name}:") + (f" to {case_}" if case_ else "")
            case {"type": "app_home_opened"}:
                return "opens the Home"
        return None

    def _place(self, record: Record) -> str:
        id_ = str(record.detail.get("channel") or "")
        channel = self._w.state.channels.get(id_)
        user = channel.user if channel is not None else id_
        person = self._w.state.users.get(str(record.detail.get("user") or user or ""))
        if person is not None:
            return f"to {person.name}"
        return self._where(record.detail)

    def _where(self, detail: Raw) -> str:
        """Return the channel of a message, or the case in whose thread it stands."""
        id_, ts = str(detail.get("channel") or ""), str(detail.get("ts") or "")
        channel = self._w.state.channels.get(id_)
        message = self._w.state.find(id_, ts)
        thread = detail.get("thread_ts") or (message.thread_ts if message is not None else None)
        case_ = self._case(id_, str(thread)) if thread else None
        if case_ is not None:
            return f"in the thread of {case_}"
        if channel is None:
            return "somewhere"
        return "to escbot" if channel.kind == "im" else f"in #{channel.name}"

    def _case(self, channel: str, ts: str) -> str | None:
        """Return the case that a message is about, by its own words or by those of its thread."""
        message = self._w.state.find(channel, ts)
        for one in (message, self._w.state.find(channel, (message and message.thread_ts) or "")):
            found = _CASE.search(one.words()) if one is not None else None
            if found is not None:
                return found[0]
        return None


def readable(text: str, workspace: Workspace) -> str:
    """Return a message's text in one line: names and times instead of Slack's codes, no marks."""

    def name(match: re.Match[str]) -> str:
        user = workspace.state.users.get(match[1])
        return f"@{user.name}" if user is not None else match[0]

    def moment(match: re.Match[str]) -> str:
        now = workspace.clock.now()
        at = datetime.fromtimestamp(int(match[1]), now.tzinfo or UTC)
        return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%a %H:%M}"

    plain = _LINK.sub(r"\1", _DATE.sub(moment, _MENTION.sub(name, text)))
    plain = Emoji.replace(_BOLD.sub(r"\1", plain.replace("```", " ")))
    plain = " ".join(plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())
    return textwrap.shorten(plain, LONGEST, placeholder=" …")
