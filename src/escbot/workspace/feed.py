"""Sends each open page what its person sees: everything once, then only what changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from escbot.workspace.model import Raw
from escbot.workspace.snapshot import snapshot

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

TOGETHER = 0.02  # seconds in which changes that belong together become one
CALM = 0.1  # seconds between two updates of a page


class Feed:
    """The open pages."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._open: set[Watcher] = set()

    def wake(self) -> None:
        """Something changed."""
        for watcher in self._open:
            watcher.changed.set()

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Take one page."""
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        who = request.query.get("as", "")
        if who not in self._w.state.users:
            who = next(iter(self._w.state.users))
        watcher = Watcher(self._w, socket, who)
        self._open.add(watcher)
        sending = asyncio.create_task(watcher.run())
        try:
            async for _ in socket:
                pass
        finally:
            self._open.discard(watcher)
            sending.cancel()
        return socket

    async def close(self, app: web.Application) -> None:
        """Close all pages."""
        for watcher in list(self._open):
            await watcher.socket.close()


class Watcher:
    """One page. A slow one keeps nobody else waiting, and no change is lost on the way to it."""

    def __init__(self, workspace: Workspace, socket: web.WebSocketResponse, who: str) -> None:
        self._w = workspace
        self._who = who
        self._sent: dict[str, str] | None = None
        self.socket = socket
        self.changed = asyncio.Event()

    async def run(self) -> None:
        """Send what there is to see, and each change of it, until the page is gone."""
        with contextlib.suppress(ConnectionError):
            while True:
                self.changed.clear()
                update = self._update()
                if update:
                    await self.socket.send_str(update)
                    await asyncio.sleep(CALM)
                await self.changed.wait()
                await asyncio.sleep(TOGETHER)

    def _update(self) -> str:
        """Return what differs from what was sent, empty where nothing does."""
        before = self._sent
        now = {path: _text(part) for path, part in parts(snapshot(self._w, self._who)).items()}
        self._sent = now
        if before is None:
            return _update(now, [], fresh=True)
        changed = {path: text for path, text in now.items() if before.get(path) != text}
        gone = [path for path in before if path not in now]
        return _update(changed, gone) if changed or gone else ""


def parts(seen: Raw) -> dict[str, Any]:
    """Return what somebody sees as parts that are sent on their own, by their paths."""
    found: dict[str, Any] = {}
    for key, value in seen.items():
        if key == "channels":
            found["order"] = [channel["id"] for channel in value]
            for channel in value:
                id_ = channel["id"]
                found[f"channels/{id_}"] = {k: v for k, v in channel.items() if k != "messages"}
                found |= {f"messages/{id_}/{one['ts']}": one for one in channel["messages"]}
        elif key == "traffic":
            found |= {f"traffic/{line['number']}": line for line in value}
        else:
            found[key] = value
    return found


def _text(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":"))


def _update(changed: Mapping[str, str], gone: list[str], *, fresh: bool = False) -> str:
    inside = ",".join(f"{_text(path)}:{text}" for path, text in changed.items())
    return f'{{"fresh":{_text(fresh)},"parts":{{{inside}}},"gone":{_text(gone)}}}'
