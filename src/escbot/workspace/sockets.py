"""Socket Mode: the app's WebSockets, their envelopes and acknowledgements, and their refresh."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from escbot.workspace.delivery import ACK_WITHIN, Delivered
from escbot.workspace.model import Raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

MOST = 10  # sockets of one app
LIFE = 18_060.0  # seconds of machine time until a socket is refreshed
WARNING = 10.0  # seconds of machine time between the warning and the refresh
# What an app may put into an acknowledgement (docs.slack.dev: Socket Mode).
ANSWERED = ("slash_commands", "view_submission", "block_suggestion")


@dataclass(eq=False, slots=True)
class Line:
    """One open socket."""

    socket: web.WebSocketResponse
    request: web.Request
    frozen: bool = False  # half-open: nothing is read from it and nothing arrives on it
    mute: bool = False  # it answers pings, but nothing arrives on it

    def cut(self, text: str, after: int) -> None:
        """Send only the first bytes of a frame, then break the connection."""
        transport = self.request.transport
        if transport is not None:
            transport.write(_frame(text)[:after])
            transport.close()


class Sockets:
    """The open sockets of the app."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._open: list[Line] = []
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Raw]] = {}
        self._thaw = asyncio.Event()
        self.life = LIFE

    @property
    def count(self) -> int:
        """Return how many sockets are open."""
        return len(self._open)

    def new_address(self) -> str:
        """Return an address for one socket."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return f"{self._w.url.replace('http', 'ws', 1)}/socket?ticket={ticket}&app_id=A01"

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Take one socket of the app."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        line = Line(socket, request)
        if len(self._open) >= MOST:
            await self._goodbye(line, "too_many_websockets")
            return socket
        self._open.append(line)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "connection_info": {"app_id": "A01"},
                "debug_info": {
                    "host": "applink-local",
                    "build_number": 1,
                    "approximate_connection_time": int(self.life),
                },
            }
        )
        self._w.state.log("app", f"socket opened, {len(self._open)} are open")
        refresh = asyncio.create_task(self._refresh(line))
        try:
            async for message in socket:
                if line.frozen:
                    await self._thaw.wait()
                if message.type == WSMsgType.TEXT:
                    self._ack(message.data)
        finally:
            refresh.cancel()
            self._forget(line)
            self._w.state.log("app", "socket closed")
        return socket

    def _forget(self, line: Line) -> None:
        if line in self._open:
            self._open.remove(line)

    async def _refresh(self, line: Line) -> None:
        """Warn a socket after its life and close it a little later, as Slack does."""
        await asyncio.sleep(max(self.life - WARNING, 0) / self._w.pace)
        await self._say(line, {"type": "disconnect", "reason": "warning", **_DEBUG})
        await asyncio.sleep(WARNING / self._w.pace)
        await self._goodbye(line, "refresh_requested")

    async def _goodbye(self, line: Line, reason: str) -> None:
        if reason:
            self._w.state.log("slack", f"disconnect: {reason}")
            await self._say(line, {"type": "disconnect", "reason": reason, **_DEBUG})
        self._forget(line)
        await line.socket.close()

    async def _say(self, line: Line, message: Raw) -> None:
        with contextlib.suppress(ConnectionError):
            await line.socket.send_json(message)

    def _ack(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = self._acks.get(str(answer.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload") or {})

    async def deliver(self, kind: str, payload: Raw, *, retry: int, reason: str) -> Delivered:
        """Send one envelope to any one socket and wait for its acknowledgement."""
        if not self._open:
            self._w.state.log("slack", f"{kind}: nobody listens", ok=False)
            return Delivered(None, "connection_failed")
        what = str(payload.get("type") if kind == "interactive" else kind)
        envelope: Raw = {
            "envelope_id": secrets.token_hex(16),
            "payload": payload,
            "type": kind,
            "accepts_response_payload": what in ANSWERED,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        waiting: asyncio.Future[Raw] = asyncio.get_running_loop().create_future()
        self._acks[envelope["envelope_id"]] = waiting
        try:
            await self._transmit(kind, envelope)
            answer = await asyncio.wait_for(waiting, ACK_WITHIN * self._w.patience)
        except (TimeoutError, ConnectionError):
            self._w.state.log("slack", f"{kind}: not acknowledged", ok=False)
            return Delivered(None, "timeout")
        finally:
            self._acks.pop(envelope["envelope_id"], None)
        self._w.state.log("app", f"acknowledged {kind}", answer=answer)
        return Delivered(answer if what in ANSWERED else {})

    async def _transmit(self, kind: str, envelope: Raw) -> None:
        # Which socket gets it is not the app's business (docs.slack.dev: Socket Mode).
        line = random.choice(self._open)  # noqa: S311
        cut = self._w.faults.take_envelope("cut", kind)
        if cut is None:
            if not (line.frozen or line.mute):
                await line.socket.send_json(envelope)
            return
        self._forget(line)
        line.cut(json.dumps(envelope), int(cut.seconds))
        raise ConnectionError("cut on purpose")

    async def refresh(self) -> None:
        """Refresh every open socket now: the warning first, then the end."""
        lines = list(self._open)
        for line in lines:
            await self._say(line, {"type": "disconnect", "reason": "warning", **_DEBUG})
        await asyncio.sleep(WARNING / self._w.pace)
        for line in lines:
            if line in self._open:
                await self._goodbye(line, "refresh_requested")

    def freeze(self) -> None:
        """Make every open socket half-open, as a network does that drops packets silently."""
        for line in self._open:
            line.frozen = True
            if line.request.transport is not None:
                line.request.transport.pause_reading()

    def mute(self) -> None:
        """Let nothing arrive on the open sockets, though they answer every ping."""
        for line in self._open:
            line.mute = True

    def end_ghosts(self) -> None:
        """Forget the half-open sockets, as Slack does after a while."""
        self._thaw.set()
        for line in [line for line in self._open if line.frozen]:
            self._forget(line)
            if line.request.transport is not None:
                line.request.transport.abort()

    async def close_all(self, reason: str = "") -> None:
        """Close every socket; with a reason, say goodbye first."""
        for line in list(self._open):
            await self._goodbye(line, reason)


_DEBUG: Raw = {"debug_info": {"host": "applink-local"}}


def _frame(text: str) -> bytes:
    """Return the bytes of one unmasked text frame (RFC 6455)."""
    body = text.encode()
    size = len(body)
    if size < 126:
        head = bytes([0x81, size])
    elif size < 65536:
        head = bytes([0x81, 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x81, 127]) + size.to_bytes(8, "big")
    return head + body
