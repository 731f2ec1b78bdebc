"""Socket Mode: two connections of one app, so that a refresh never leaves a gap.

The SDK closes the old socket before it opens the new one; while one does, the other listens.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

log = logging.getLogger(__name__)

CONNECTIONS = 2
CHECK_EVERY = 15.0  # seconds of machine time
CONNECT_WITHIN = 30.0


class Sockets:
    """Keeps the connections and replaces one that went deaf."""

    def __init__(self, app: AsyncApp, app_token: str, connections: int = CONNECTIONS) -> None:
        self._app = app
        self._token = app_token
        self._count = connections
        self._handlers: list[AsyncSocketModeHandler] = []
        self._watch: asyncio.Task[None] | None = None
        self._heard_at = time.monotonic()

    async def open(self) -> None:
        """Connect. Raises TimeoutError where Slack does not answer."""
        for _ in range(self._count):
            self._handlers.append(await self._connect())
        self._heard_at = time.monotonic()
        self._watch = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Disconnect."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        for handler in self._handlers:
            await handler.close_async()
        self._handlers.clear()

    async def deaf_for(self) -> float:
        """Return for how many seconds of machine time no connection has been alive."""
        if await self.connected():
            self._heard_at = time.monotonic()
        return time.monotonic() - self._heard_at

    async def connected(self) -> int:
        """Return how many connections are alive."""
        return sum([bool(await handler.client.is_connected()) for handler in self._handlers])

    async def _connect(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(self._app, self._token)
        async with asyncio.timeout(CONNECT_WITHIN):
            await handler.connect_async()
        return handler

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            for place, handler in enumerate(list(self._handlers)):
                if await handler.client.is_connected():
                    continue
                log.warning("a connection to Slack is lost and is opened again")
                try:
                    fresh = await self._connect()
                except (TimeoutError, OSError) as error:
                    log.error("Slack can't be reached: %s", error or "no answer")
                    continue
                with suppress(OSError):
                    await handler.close_async()
                self._handlers[place] = fresh
