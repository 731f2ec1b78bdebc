"""What the services need from outside, as Protocols. Slack and HTTP are behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from escbot.core.views import Chart, Shown

Blocks = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Body:
    """A painted message: `text` is the fallback that notifications and screen readers use.

    `classic` stands in for the blocks where the chat doesn't take their newer kinds; the charts
    are then drawn as pictures, where that is possible.
    """

    text: str
    blocks: Blocks = field(default_factory=list)
    attachments: Blocks = field(default_factory=list)
    classic: Blocks = field(default_factory=list)
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is in the chat."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What painting a message needs besides its value.

    `link` leads to the case's thread; `named` says that the message is not in it and must name
    the case.
    """

    link: str | None = None
    named: bool = False


class ChatError(Exception):
    """The chat did not do what was asked; subclasses say what that means."""


class ChatUncertain(ChatError):
    """The answer was lost: the message may be there or not."""


class ChatLimited(ChatError):
    """Too fast. `retry_after` is seconds of machine time, for this method and workspace.

    `method` is the name of Chat's own method, or the chat's where one of Chat's uses several.
    """

    def __init__(self, retry_after: float, method: str) -> None:
        super().__init__(f"{method} is limited for {retry_after} s")
        self.retry_after = retry_after
        self.method = method


class ChatGone(ChatError):
    """What was addressed is no longer there: `message`, `thread`, `channel` or `user`."""

    def __init__(self, what: str, code: str = "") -> None:
        super().__init__(f"the {what} is gone ({code})" if code else f"the {what} is gone")
        self.what = what
        self.code = code


class ChatRefused(ChatError):
    """The chat will not take this message, now or later; `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ChatDown(ChatError):
    """Nothing was done; try again later."""


class Chat(Protocol):
    """The chat as delivery sees it. Every method may raise a ChatError."""

    async def post(self, channel: str, body: Body, *, thread_ts: str | None, key: str) -> Posted:
        """Post a message that carries `key` in its metadata."""
        ...

    async def update(self, channel: str, ts: str, body: Body) -> None:
        """Edit a message of ours."""
        ...

    async def ephemeral(
        self, channel: str, user: str, body: Body, *, thread_ts: str | None
    ) -> None:
        """Show something to one person; it can't be looked up afterwards."""
        ...

    async def open_dm(self, user: str) -> str:
        """Return the channel of the direct messages with somebody."""
        ...

    async def find(
        self, channel: str, keys: Collection[str], *, since: datetime, thread_ts: str | None
    ) -> Mapping[str, Sequence[Posted]]:
        """Look for messages by their keys; each one's copies stand oldest first."""
        ...

    async def delete(self, channel: str, ts: str) -> None:
        """Remove a message of ours."""
        ...

    async def channel_id(self, name: str) -> str | None:
        """Return the id of a channel by its name, None where the bot can't see it."""
        ...

    def permalink(self, channel: str, ts: str) -> str:
        """Return a link to a message."""
        ...


class Painter(Protocol):
    """Values → messages."""

    def paint(self, value: Shown, setting: Setting) -> Body:
        """Paint one value."""
        ...


class NoFeed(Exception):
    """A calendar feed can't be read, and was never read before; the message says why."""


@dataclass(frozen=True, slots=True)
class FeedText:
    """A calendar feed. `trouble` says why it is an old one; `read_at` is aware UTC."""

    text: str
    read_at: datetime
    trouble: str | None = None


class Feed(Protocol):
    """Calendars from outside."""

    def read(self, address: str, now: datetime) -> FeedText:
        """Return a feed's text, from the cache where it can't be reached. Raises NoFeed."""
        ...
