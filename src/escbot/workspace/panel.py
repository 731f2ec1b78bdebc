"""What the page can do beside acting as somebody: faults, traffic, deadlines, small repairs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from escbot.workspace.faults import ENVELOPES, KINDS
from escbot.workspace.model import Message, Raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

Verb = Callable[[str, Raw], Awaitable[Raw]]


class Panel:
    """The verbs of the page's tools. Each raises KeyError or ValueError for a wrong request."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state

    def verbs(self) -> dict[str, Verb]:
        """Return the verbs by name."""
        return {
            "traffic": self._traffic,
            "fault": self._fault,
            "deadline": self._deadline,
            "direct": self._direct,
            "dismiss": self._dismiss,
            "unreact": self._unreact,
            "delete": self._delete,
            "edit": self._edit,
        }

    async def _traffic(self, who: str, body: Raw) -> Raw:
        """Return one line of the traffic in full."""
        number = int(body["number"])
        for record in self._s.traffic:
            if record.number == number:
                return {"detail": record.detail, "answer": record.answer}
        raise KeyError("this line is no longer kept")

    async def _fault(self, who: str, body: Raw) -> Raw:
        """Let one fault wait for its call, or take all of them back (`clear`)."""
        faults = self._w.faults
        kind = str(body.get("kind"))
        if kind == "clear":
            faults.clear()
        elif kind == "disconnect":
            await self._w.sockets.close_all("refresh_requested")
        elif kind == "refresh":
            await self._w.sockets.refresh()
        elif kind in ENVELOPES:
            faults.envelope(
                kind,
                seconds=max(float(body.get("seconds") or 0), 0),
                times=min(max(int(body.get("times") or 1), 1), 100),
                only=str(body.get("only") or ""),
            )
        elif kind in KINDS:
            faults.wait(
                kind,
                str(body["method"]),
                code=str(body.get("code") or "internal_error"),
                seconds=min(max(float(body.get("seconds") or 2), 0), 60),
                times=min(max(int(body.get("times") or 1), 1), 100),
            )
        else:
            raise KeyError(f"there is no fault {kind}")
        return {"faults": waiting(self._w)}

    async def _deadline(self, who: str, body: Raw) -> Raw:
        """Move the clock to the next moment at which the app has something to do."""
        found = await self._w.next_deadline() if self._w.next_deadline else None
        now = self._w.clock.now()
        if found is None:
            return {"moved": False, "now": now.timestamp()}
        await self._w.clock.advance(max(found - now, timedelta(0)))
        return {"moved": True, "now": self._w.clock.now().timestamp()}

    async def _direct(self, who: str, body: Raw) -> Raw:
        """Open the direct messages with somebody."""
        other = self._s.users[str(body["user"])]
        if other.is_bot or other.id == who:
            raise KeyError("write to another person")
        return {"channel": self._s.direct(who, other.id).id}

    async def _dismiss(self, who: str, body: Raw) -> Raw:
        """Put an ephemeral message away."""
        message = self._message(body)
        if message.ephemeral_for != who:
            raise KeyError("only what is visible to you alone can be put away")
        self._s.hidden.remove(message)
        return {}

    async def _unreact(self, who: str, body: Raw) -> Raw:
        await self._w.person(who).unreact(self._message(body), str(body["name"]))
        return {}

    async def _delete(self, who: str, body: Raw) -> Raw:
        await self._w.person(who).delete(self._message(body))
        return {}

    async def _edit(self, who: str, body: Raw) -> Raw:
        await self._w.person(who).edit(self._message(body), str(body["text"]))
        return {}

    def _message(self, body: Raw) -> Message:
        found = self._s.find(str(body["channel"]), str(body["ts"]))
        if found is None:
            raise KeyError("there is no such message")
        return found


def waiting(workspace: Workspace) -> list[Raw]:
    """Return the faults that still wait for their call."""
    faults = workspace.faults
    found: list[Raw] = [{"method": method, **asdict(fault)} for method, fault in faults.waiting()]
    found += [
        {"method": "the next envelope", **asdict(fault)} for fault in faults.waiting_envelopes()
    ]
    return found
