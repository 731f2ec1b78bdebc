"""A desk, a ticker and delivery around a database, a clock that is moved, and a chat in memory."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escbot.core.policy import Policy
from escbot.core.views import Shown
from escbot.services.delivery import Delivery, Pace
from escbot.services.desk import Desk
from escbot.services.library import Library
from escbot.services.ports import Body, ChatError, ChatGone, Posted, Setting
from escbot.services.templates import compose
from escbot.services.ticker import Ticker
from escbot.services.work import Services
from escbot.store.database import Database
from tests.make import NOW, a_policy, a_roster


@dataclass
class Sheet:
    """A message as the chat holds it."""

    channel: str
    ts: str
    thread_ts: str | None
    text: str
    key: str
    edits: int = 0


@dataclass
class MemoryChat:
    """A chat that keeps what it was given and fails as it is told to."""

    sheets: list[Sheet] = field(default_factory=list)
    faults: list[tuple[str, ChatError, bool]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    reads: int = 0  # of a channel's history
    hide: int = 0  # so many reads find nothing, as a search that lags behind
    _ts: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def fail(self, method: str, error: ChatError, *, after: bool = False) -> None:
        """Let the next call of a method fail, before or after it did its work."""
        self.faults.append((method, error, after))

    def _fault(self, method: str, *, after: bool) -> None:
        for fault in self.faults:
            if fault[0] == method and fault[2] == after:
                self.faults.remove(fault)
                raise fault[1]

    async def post(self, channel: str, body: Body, *, thread_ts: str | None, key: str) -> Posted:
        self._fault("post", after=False)
        sheet = Sheet(channel, f"{next(self._ts)}.0", thread_ts, body.text, key)
        self.sheets.append(sheet)
        self._fault("post", after=True)
        return Posted(channel, sheet.ts)

    async def update(self, channel: str, ts: str, body: Body) -> None:
        self._fault("update", after=False)
        for sheet in self.sheets:
            if (sheet.channel, sheet.ts) == (channel, ts):
                sheet.text, sheet.edits = body.text, sheet.edits + 1
                return
        raise ChatGone("message")

    async def ephemeral(
        self, channel: str, user: str, body: Body, *, thread_ts: str | None
    ) -> None:
        self.seen.append(body.text)

    async def open_dm(self, user: str) -> str:
        return f"D{user}"

    async def find(
        self, channel: str, keys: Collection[str], *, since: datetime, thread_ts: str | None
    ) -> Mapping[str, Sequence[Posted]]:
        self.reads += 1
        self._fault("find", after=False)
        found: dict[str, list[Posted]] = {}
        for sheet in self.sheets:
            hidden = self.hide > 0
            if sheet.channel == channel and sheet.key in keys and not hidden:
                found.setdefault(sheet.key, []).append(Posted(channel, sheet.ts))
        self.hide = max(self.hide - 1, 0)
        return found

    async def delete(self, channel: str, ts: str) -> None:
        self.sheets = [s for s in self.sheets if (s.channel, s.ts) != (channel, ts)]

    async def channel_id(self, name: str) -> str | None:
        return f"C-{name}"

    def permalink(self, channel: str, ts: str) -> str:
        return f"https://chat.example/{channel}/{ts}"


class NamePainter:
    """Paints a value as its class and code, which is enough to tell messages apart."""

    def paint(self, value: Shown, setting: Setting) -> Body:
        return Body(f"{type(value).__name__} {getattr(value, 'code', '')} {value!r}")


class Office:
    """Everything that works together, with `now` and `wall` moved by hand."""

    def __init__(
        self, database: Database, pace: Pace | None = None, policy: Policy | None = None
    ) -> None:
        self.now = NOW
        self.wall = NOW
        self.database = database
        self.library = Library(policy or a_policy(), a_roster())
        self.chat = MemoryChat()
        keys = itertools.count(1)
        self.desk = Desk(
            Services(
                database,
                self.library,
                clock=lambda: self.now,
                wall=lambda: self.wall,
                new_key=lambda: f"k{next(keys)}",
                compose=compose,
            )
        )
        self.ticker = Ticker(database, self.desk, clock=lambda: self.now, wall=lambda: self.wall)
        self.delivery = Delivery(
            database,
            self.desk,
            self.library,
            self.chat,
            NamePainter(),
            clock=lambda: self.now,
            wall=lambda: self.wall,
            worker="w1",
            new_key=lambda: f"k{next(keys)}",
            pace=pace,
        )

    async def deliver(self, seconds: float = 60) -> None:
        """Let delivery work for some machine time."""
        for _ in range(int(seconds)):
            await self.delivery.deliver_once()
            await self.delivery.drain()
            self.wall += timedelta(seconds=1)

    async def wait(self, **time: float) -> None:
        """Let domain time pass and do what falls due."""
        self.now += timedelta(**time)
        self.wall += timedelta(seconds=60)
        while await self.ticker.tick_once():
            pass

    def texts(self, start: str) -> list[str]:
        """Return the texts in the chat that begin so."""
        return [sheet.text for sheet in self.chat.sheets if sheet.text.startswith(start)]
