"""Socket Mode: the app's WebSockets, envelopes and acknowledgements, and the retries of events."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from escbot.workspace.model import Raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

MOST = 10  # sockets of one app
ACK_WITHIN = 3.0  # seconds of machine time
RETRIES = (0.5, 60.0, 300.0)  # seconds of machine time before each further delivery


class Sockets:
    """The open sockets of the app."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Raw]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.outstanding = 0

    @property
    def count(self) -> int:
        """Return how many sockets are open."""
        return len(self._open)

    def new_address(self) -> str:
        """Return an address for one socket."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return f"{self._w.url.replace('http', 'ws', 1)}/socket?ticket={ticket}"

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Take one socket of the app."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self._open) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._open.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "connection_info": {"app_id": "A01"},
                "debug_info": {"host": "local", "approximate_connection_time": 18060},
            }
        )
        self._w.state.log("app", "socket opened")
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._ack(message.data)
        finally:
            if socket in self._open:
                self._open.remove(socket)
            self._w.state.log("app", "socket closed")
        return socket

    def _ack(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = self._acks.get(str(answer.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload") or {})

    async def send(self, kind: str, payload: Raw, *, retry: int = 0) -> Raw | None:
        """Send one envelope to any one socket; return the acknowledgement, None without one."""
        if self._w.http.wanted:
            return await self._w.http.send(kind, payload, retry=retry)
        if not self._open:
            self._w.state.log("slack", f"{kind}: nobody listens", ok=False)
            return None
        envelope: Raw = {
            "envelope_id": secrets.token_hex(16),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope["retry_attempt"] = retry
            envelope["retry_reason"] = "timeout" if retry else ""
        waiting: asyncio.Future[Raw] = asyncio.get_running_loop().create_future()
        self._acks[envelope["envelope_id"]] = waiting
        times = 1
        if self._w.faults.duplicates:
            self._w.faults.duplicates -= 1
            times = 2
        try:
            for _ in range(times):
                # Which socket gets it is not the app's business (docs.slack.dev: Socket Mode).
                await random.choice(self._open).send_json(envelope)  # noqa: S311
            answer = await asyncio.wait_for(waiting, ACK_WITHIN)
            self._w.state.log("app", f"acknowledged {kind}", answer=answer)
            return answer
        except (TimeoutError, ConnectionError):
            self._w.state.log("slack", f"{kind}: not acknowledged", ok=False)
            return None
        finally:
            self._acks.pop(envelope["envelope_id"], None)

    def event(self, body: Raw) -> None:
        """Deliver an event to the app, with Slack's retries, without waiting."""
        task = asyncio.create_task(self._deliver(body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, body: Raw) -> None:
        self.outstanding += 1
        try:
            self._w.state.log("slack", f"event {body['event'].get('type')}", body["event"])
            if await self.send("events_api", body) is not None:
                return
        finally:
            self.outstanding -= 1
        for attempt, pause in enumerate(RETRIES, 1):
            await asyncio.sleep(pause / self._w.pace)
            if await self.send("events_api", body, retry=attempt) is not None:
                return

    async def close_all(self, reason: str = "") -> None:
        """Close every socket; with a reason, say goodbye first."""
        for socket in list(self._open):
            if reason:
                await socket.send_json({"type": "disconnect", "reason": reason})
            await socket.close()

    async def stop(self) -> None:
        """Close everything and stop delivering."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close_all()
