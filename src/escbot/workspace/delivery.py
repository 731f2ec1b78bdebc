"""Delivery as Slack does it: three seconds to acknowledge, events again, nothing else twice."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from escbot.workspace.model import Raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

ACK_WITHIN = 3.0  # seconds of machine time
RETRIES = (0.5, 60.0, 300.0)  # seconds of machine time before each further delivery
HELD_AT_MOST = 2.0  # an envelope that is held back goes out after so long even alone


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one delivery: the app's answer, or why there is none."""

    answer: Raw | None
    reason: str = ""  # Slack's retry reason
    again: bool = True  # the app may forbid further tries (x-slack-no-retry)


class Delivery:
    """Brings envelopes to the app, by sockets or by HTTP as its manifest says."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[asyncio.Event] = []
        self.outstanding = 0

    async def send(self, kind: str, payload: Raw, *, retry: int = 0, reason: str = "") -> Delivered:
        """Deliver once; faults that wait for an envelope happen here."""
        faults = self._w.faults
        late = faults.take_envelope("late", kind)
        if late is not None:
            await asyncio.sleep(late.seconds)
        if faults.take_envelope("hold", kind) is not None:
            await self._hold()
        elif self._held:
            self._held.pop(0).set()
        deliver = self._w.sockets.deliver if self._w.manifest.socket_mode else self._w.http.deliver
        if faults.take_envelope("duplicate", kind) is not None:
            first, second = await asyncio.gather(
                deliver(kind, payload, retry=retry, reason=reason),
                deliver(kind, payload, retry=retry, reason=reason),
            )
            found = first if first.answer is not None else second
        else:
            found = await deliver(kind, payload, retry=retry, reason=reason)
        if found.answer is not None and faults.take_envelope("lose", kind) is not None:
            self._w.state.log("slack", f"{kind}: acknowledgement lost", ok=False)
            return Delivered(None, "http_timeout")
        return found

    async def _hold(self) -> None:
        """Wait until another envelope has gone out."""
        waiting = asyncio.Event()
        self._held.append(waiting)
        try:
            await asyncio.wait_for(waiting.wait(), HELD_AT_MOST)
            # The other one is on its way; this one follows it.
            await asyncio.sleep(0.05)
        except TimeoutError:
            if waiting in self._held:  # another one may have let it go in the same moment
                self._held.remove(waiting)

    async def interact(self, kind: str, payload: Raw) -> Raw | None:
        """Deliver an interaction: once, never again; return the answer, None without one."""
        return (await self.send(kind, payload)).answer

    def event(self, body: Raw) -> None:
        """Deliver an event to the app, with Slack's retries, without waiting."""
        task = asyncio.create_task(self._deliver(body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, body: Raw) -> None:
        self.outstanding += 1
        try:
            event = body.get("event", body)
            self._w.state.log("slack", f"event {event.get('type')}", event)
            found = await self.send("events_api", body)
        finally:
            self.outstanding -= 1
        for attempt, pause in enumerate(RETRIES, 1):
            if found.answer is not None or not found.again:
                return
            await asyncio.sleep(pause / self._w.pace)
            found = await self.send("events_api", body, retry=attempt, reason=found.reason)

    async def stop(self) -> None:
        """Stop delivering."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
