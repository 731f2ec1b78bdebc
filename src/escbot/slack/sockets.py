"""Socket Mode: two connections of one app, so that a refresh never leaves a gap.

The SDK closes the old socket before it opens the new one; while one does, the other listens.
All seconds are machine time by a counter that never jumps.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from aiohttp import ClientError, WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from escbot.slack.payloads import frame

log = logging.getLogger(__name__)

CONNECTIONS = 2
CONNECT_WITHIN = 30.0
GOODBYE_WITHIN = 2.0  # the other end's answer; the SDK would wait for ten
PING_EVERY = 10.0
SILENT_AFTER = 40.0  # without a frame or an answered ping a connection is dead
OLD_AFTER = 6 * 3600.0  # Slack refreshes a connection every few hours; one it forgot is replaced
ECHO_WITHIN = 60.0  # seconds; our own posts come back as events; where they don't, nobody's do
BRIEFEST = {PING_EVERY: 3.0, SILENT_AFTER: 12.0, ECHO_WITHIN: 12.0}  # on a busy machine
GHOSTS_FOR = 600.0  # Slack counts a connection that is gone for a while


class Line:
    """One connection and what was last heard on it."""

    def __init__(self, handler: AsyncSocketModeHandler, hear: Callable[[str], None]) -> None:
        self.handler = handler
        self.opened_at = self.heard_at = time.monotonic()
        self.counted = 0  # connections of the app, as Slack said when this one opened
        self._hear = hear
        self._pong: float | None = None
        self._busy = 0  # requests that are being answered
        handler.client.on_message_listeners.append(self._message)
        handler.client.socket_mode_request_listeners[:] = [self._answer]

    async def _message(self, message: WSMessage) -> None:
        self.heard_at = time.monotonic()
        found = frame(message.data)
        if found.kind == "hello":
            self.opened_at, self.counted = self.heard_at, found.connections
        self._hear("own" if found.own else found.kind)

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self._busy += 1
        try:
            await self.handler.handle(cast(SocketModeClient, client), request)
        finally:
            self._busy -= 1

    async def is_up(self, silent: float) -> bool:
        """Tell whether it is open and something was heard on it lately."""
        pong = self.handler.client.last_ping_pong_time
        if pong != self._pong:
            self._pong, self.heard_at = pong, time.monotonic()
        return bool(await self.handler.client.is_connected()) and self.quiet < silent

    async def close(self) -> None:
        """Answer what came, say goodbye and close; a mute peer is not waited for any longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_WITHIN):
                # The SDK's queue tells nobody when it becomes empty.
                while self._busy or not self.handler.client.message_queue.empty():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_WITHIN):
                await self.handler.close_async()
                return
        await self.handler.close_async()  # what is left of it: the goodbye was said

    @property
    def quiet(self) -> float:
        """Seconds since something was heard on it."""
        return time.monotonic() - self.heard_at

    @property
    def age(self) -> float:
        """Seconds since it was opened."""
        return time.monotonic() - self.opened_at


class Sockets:
    """Keeps the connections and replaces one that went deaf."""

    def __init__(
        self, app: AsyncApp, app_token: str, connections: int = CONNECTIONS, *, pace: float = 1.0
    ) -> None:
        self._app = app
        self._token = app_token
        self._count = connections
        self._pace = pace
        self._lines: list[Line] = []
        self._up_at = time.monotonic()
        self._posted_at: float | None = None  # our oldest post whose echo is awaited
        self._echoes = False  # our own posts were seen to come back
        self._ghosts_since: float | None = None
        self._attempt: asyncio.Timeout | None = None  # to connect, under way
        self._leaving = False
        self.others = 0  # connections that other replicas hold

    async def open(self) -> None:
        """Connect. Raises TimeoutError where Slack does not answer."""
        for _ in range(self._count):
            self._lines.append(await self._connect())
        self._up_at = time.monotonic()

    def leave(self) -> None:
        """Connect no more: the program is about to stop, and an attempt under way ends now."""
        self._leaving = True
        if self._attempt is not None:
            self._attempt.reschedule(asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Disconnect, all at once."""
        await asyncio.gather(*(line.close() for line in self._lines))
        self._lines.clear()

    def posted(self) -> None:
        """We posted where we listen: the event of it must come back."""
        if self._posted_at is None:
            self._posted_at = time.monotonic()

    def expect_no_echo(self) -> None:
        """Slack leaves events out: that our posts don't come back says nothing."""
        self._echoes, self._posted_at = False, None

    def know_of(self, others: int) -> None:
        """Other replicas hold so many connections of this app."""
        self.others = others

    def deaf_for(self) -> float:
        """Return for how many seconds nothing could be heard, 0 while something can."""
        now = time.monotonic()
        if self._lines:
            self._up_at = max(self._up_at, *(line.heard_at for line in self._lines))
        silent = now - self._up_at
        waited = now - self._posted_at if self._echoes and self._posted_at is not None else 0.0
        return max(silent if silent > self._seconds(SILENT_AFTER) else 0.0, waited)

    async def connected(self) -> int:
        """Return how many connections are alive."""
        silent = self._seconds(SILENT_AFTER)
        return sum([await line.is_up(silent) for line in self._lines])

    def troubles(self) -> list[str]:
        """Return what is wrong, with what to do."""
        since = self._ghosts_since
        if since is None or time.monotonic() - since < self._seconds(GHOSTS_FOR):
            return []
        counted = max(line.counted for line in self._lines)
        return [
            f"Slack counts {counted} connections of this app and more than escbot holds: clicks "
            "get lost in them; end other programs that use this app's token"
        ]

    async def look(self) -> int:
        """Replace what is dead, too old, or deaf though it seems alive; return how many."""
        replaced = 0
        silent, old = self._seconds(SILENT_AFTER), self._seconds(OLD_AFTER)
        mute = self._is_mute()
        for place, line in enumerate(list(self._lines)):
            if self._leaving:
                break
            if await line.is_up(silent) and line.age < old and not mute:
                continue
            log.warning("a connection to Slack is %s and is opened again", _fault(line, mute, old))
            replaced += await self._replace(place)
        if mute and replaced:
            self._posted_at = None  # the next post tells whether that helped
        self._count_ghosts()
        return replaced

    async def _replace(self, place: int) -> int:
        try:
            fresh = await self._connect()
        except (TimeoutError, OSError, ClientError, SlackClientError) as error:
            log.error("Slack can't be reached: %s", error or "no answer")
            return 0
        old, self._lines[place] = self._lines[place], fresh
        with suppress(OSError, ClientError):
            await old.close()
        return 1

    def _is_mute(self) -> bool:
        if not self._echoes or self._posted_at is None:
            return False
        return time.monotonic() - self._posted_at > self._seconds(ECHO_WITHIN)

    def _hear(self, kind: str) -> None:
        if kind == "own":
            self._echoes = True
        if kind not in ("hello", "disconnect", ""):
            self._posted_at = None

    def _count_ghosts(self) -> None:
        """Slack says how many connections the app has; more than we know of are ghosts."""
        counted = max((line.counted for line in self._lines), default=0)
        if counted <= self._known():
            self._ghosts_since = None
        elif self._ghosts_since is None:
            self._ghosts_since = time.monotonic()
            log.warning("Slack counts %s connections, we know of %s", counted, self._known())

    def _known(self) -> int:
        return self._count + self.others

    async def _connect(self) -> Line:
        handler = AsyncSocketModeHandler(
            self._app, self._token, ping_interval=self._seconds(PING_EVERY)
        )
        line = Line(handler, self._hear)
        try:
            async with asyncio.timeout(CONNECT_WITHIN) as self._attempt:
                await handler.connect_async()
        except BaseException:
            await handler.close_async()
            raise
        finally:
            self._attempt = None
        return line

    def _seconds(self, at_pace_one: float) -> float:
        return max(at_pace_one / self._pace, min(BRIEFEST.get(at_pace_one, 0.0), at_pace_one))


def _fault(line: Line, mute: bool, old: float) -> str:
    if mute:
        return "deaf"
    return "old" if line.age >= old else "lost"
