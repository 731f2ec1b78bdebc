"""The workspace's contents and what changes them. Nothing here talks to a network."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from escbot.workspace.clock import Clock
from escbot.workspace.model import (
    SLACKBOT,
    TOMBSTONE,
    App,
    Channel,
    File,
    Message,
    Raw,
    User,
    UserGroup,
    View,
)

BURIED = "This message was deleted."


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the traffic between app and workspace."""

    at: datetime
    direction: str  # "app" asked the workspace, "slack" sent to the app
    what: str
    detail: Raw = field(default_factory=dict)
    ok: bool = True
    answer: Raw = field(default_factory=dict)  # what the other side said to it
    number: int = 0  # counts the lines, from 1


class State:
    """Users, channels, messages, views; every change calls `changed`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.team_id = "T01"
        self.team_name = "Demo"
        self.domain = "demo"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = {}
        self.hidden: list[Message] = []  # ephemeral messages
        self._by_ts: dict[tuple[str, str], Message] = {}
        self._replies: dict[tuple[str, str], list[Message]] = {}
        self.modals: dict[str, list[View]] = {}  # user -> stack
        self.homes: dict[str, View] = {}
        self.app: App | None = None
        self.files: dict[str, File] = {}
        self.uploads: dict[str, str] = {}  # secret of an upload's address -> file
        self.groups: dict[str, UserGroup] = {}
        self.traffic: list[Record] = []
        self.refusals: list[str] = []
        self.unread: dict[tuple[str, str], int] = {}
        self.changed: Callable[[], None] = lambda: None
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._lines = 0

    def id(self, prefix: str) -> str:
        """Return a new id."""
        return f"{prefix}{next(self._numbers):04d}{secrets.token_hex(3).upper()}"

    def hash(self) -> str:
        """Return a new hash of a view, as Slack writes one."""
        return f"{int(self.clock.now().timestamp())}.{secrets.token_hex(4)}"

    def upload_secret(self, file: str) -> str:
        """Return the secret part of a file's upload address."""
        secret = secrets.token_urlsafe(18)
        self.uploads[secret] = file
        return secret

    def ts(self) -> str:
        """Return a message's timestamp: the simulated moment, never the same twice."""
        micros = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(micros, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def log(
        self,
        direction: str,
        what: str,
        detail: Raw | None = None,
        *,
        ok: bool = True,
        answer: Raw | None = None,
    ) -> None:
        """Note what passed between app and workspace, and what was answered."""
        self._lines += 1
        record = Record(
            self.clock.now(), direction, what, detail or {}, ok, answer or {}, self._lines
        )
        self.traffic.append(record)
        if len(self.traffic) > 2000:
            del self.traffic[:500]
        self.changed()

    def channel(self, name: str) -> Channel:
        """Return a channel by id or name, with or without #. Raises KeyError."""
        if name in self.channels:
            return self.channels[name]
        wanted = name.removeprefix("#")
        for channel in self.channels.values():
            if channel.name == wanted and channel.user is None:
                return channel
        raise KeyError(f"there is no channel {name}")

    def dm(self, user: str) -> Channel:
        """Return the direct messages between the app and a person."""
        for channel in self.channels.values():
            if channel.user == user:
                return channel
        bot = self.app.bot_user_id if self.app else ""
        made = Channel(self.id("D"), f"dm-{user}", {user, bot}, private=True, user=user)
        made.created = int(self.clock.now().timestamp())
        self.channels[made.id] = made
        self.messages[made.id] = []
        return made

    def direct(self, one: str, other: str) -> Channel:
        """Return the direct messages of two people; the app sees nothing of them."""
        for channel in self.channels.values():
            if channel.direct and channel.members == {one, other}:
                return channel
        made = Channel(self.id("D"), f"dm-{one}-{other}", {one, other}, private=True, direct=True)
        self.channels[made.id] = made
        self.messages[made.id] = []
        return made

    def add(self, message: Message) -> Message:
        """Add a message. A reply in a channel's thread doesn't make the channel unread."""
        if message.ephemeral_for is not None:
            self.hidden.append(message)
        else:
            place = self.channels[message.channel]
            self.messages[message.channel].append(message)
            self._by_ts[message.channel, message.ts] = message
            reply = message.thread_ts not in (None, message.ts)
            if reply and message.thread_ts:
                self._replies.setdefault((message.channel, message.thread_ts), []).append(message)
            if not reply or place.user or place.direct:
                for user in place.members - {message.user}:
                    key = (user, message.channel)
                    self.unread[key] = self.unread.get(key, 0) + 1
        self.changed()
        return message

    def bury(self, message: Message) -> Message:
        """Put a tombstone in the place of a message that has replies, and return it."""
        stone = Message(message.channel, message.ts, SLACKBOT, BURIED, subtype=TOMBSTONE)
        said = self.messages[message.channel]
        said[said.index(message)] = stone
        self._by_ts[message.channel, message.ts] = stone
        self._unpin(message)
        self.changed()
        return stone

    def remove(self, message: Message) -> None:
        """Remove a message, with its pin."""
        self.messages[message.channel].remove(message)
        self._by_ts.pop((message.channel, message.ts), None)
        replies = self._replies.get((message.channel, message.thread_ts or ""), [])
        if message in replies:
            replies.remove(message)
        self._unpin(message)
        self.changed()

    def _unpin(self, message: Message) -> None:
        pins = self.channels[message.channel].pins
        if message.ts in pins:
            pins.remove(message.ts)

    def meets(self, user: User) -> bool:
        """Tell whether somebody from outside shares a channel with the app's bot."""
        bot = self.app.bot_user_id if self.app else ""
        return any({user.id, bot} <= channel.members for channel in self.channels.values())

    def find(self, channel: str, ts: str) -> Message | None:
        """Return a message, ephemeral ones too."""
        found = self._by_ts.get((channel, ts))
        if found is not None:
            return found
        return next((m for m in self.hidden if m.channel == channel and m.ts == ts), None)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return a root and its replies."""
        root = self._by_ts.get((channel, ts))
        return [*([root] if root else []), *self._replies.get((channel, ts), [])]

    def view(self, id_: str) -> View | None:
        """Return an open modal or a home by its id."""
        for stack in self.modals.values():
            for view in stack:
                if id_ == view.id:
                    return view
        return next((home for home in self.homes.values() if home.id == id_), None)
