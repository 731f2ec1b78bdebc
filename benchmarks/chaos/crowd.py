"""Simulated people who open, take, reply, wait and resolve; and a workspace that misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable

from escbot.workspace.model import Message
from escbot.workspace.workspace import Workspace

# Each works with an own agent, so that two never fill the same form.
CROWD = (("U01", ("U04", "U05")), ("U02", ("U06", "U07")), ("U03", ("U05", "U11")))
LEAD = "U08"
MOST_OPEN = 60  # cases; then they are resolved before new ones are opened
RECENT = 30  # cards that somebody still looks at
KINDS = ("System down", "System down", "Major function broken")
AREAS = ("Payments", "Login", "Integrations")
METHODS = (
    "chat.postMessage", "chat.postMessage", "chat.update", "conversations.open",
    "conversations.history", "conversations.replies",
)  # fmt: skip
FAULTS = (
    "reply dropped", "refused", "error", "error, but done", "429", "500", "time-out, then done",
    "done, then time-out", "slow views.open", "twice", "out of order", "late", "event again",
    "socket cut", "socket closed",
)  # fmt: skip
HANGS = 2.5  # seconds; longer than the program waits for one call at this pace


class Crowd:
    """What was promised: summaries and solutions whose forms Slack closed."""

    def __init__(self, workspace: Workspace, chance: random.Random) -> None:
        self._w = workspace
        self._chance = chance
        self._number = 0
        self._lead = asyncio.Lock()  # one form at a time before the lead who resolves
        self.opened: list[str] = []
        self.resolved: list[str] = []
        self.faults: dict[str, int] = {}

    async def work(self, until: asyncio.Event, agent: str, specialists: tuple[str, ...]) -> None:
        """Do one thing after the other until told to stop."""
        while not until.is_set():
            deed = self._chance.choice(
                (self._open, self._take, self._take, self._reply, self._resolve, self._react)
            )
            if len(self.opened) - len(self.resolved) >= MOST_OPEN and deed == self._open:
                deed = self._resolve
            who = agent if deed == self._open else self._chance.choice(specialists)
            with contextlib.suppress(KeyError):  # the button is gone: somebody was faster
                await deed(who)
            await asyncio.sleep(self._chance.uniform(0.02, 0.15))

    async def go_home(self, patience: float) -> None:
        """Resolve what is open, so that nothing falls due any more; stop when nothing moves."""
        end = time.monotonic() + patience
        while time.monotonic() < end and len(self.resolved) < len(self.opened):
            done = len(self.resolved)
            with contextlib.suppress(KeyError):
                await self._resolve("")
            if len(self.resolved) > done:
                end = time.monotonic() + patience
            await asyncio.sleep(0.02)

    async def _open(self, agent: str) -> None:
        who = self._w.person(agent)
        if who.view() is None and not await who.slash("/escalate", channel="general"):
            return
        if who.view() is None:
            return
        self._number += 1
        summary = f"problem {self._number}"
        form = who.form()
        if form.title != "Escalate":
            await self._w.interactions.close(who.id, every=True)
            return
        form.fill("Customer", self._chance.choice(("Globex", "Acme", "Initech")))
        form.fill("What is happening?", summary)
        form.choose("Kind of problem", self._chance.choice(KINDS)).choose("Impact", "One user")
        form.choose("Area", self._chance.choice(AREAS))
        if await self._submitted(form.submit):
            self.opened.append(summary)
        else:
            await self._w.interactions.close(who.id, every=True)

    async def _submitted(self, submit: object) -> bool:
        """Submit as an impatient person does: again, while the bot doesn't answer."""
        for _ in range(20):
            outcome = await submit()  # type: ignore[operator]
            if outcome.closed and not outcome.errors:
                return True
            if outcome.closed or "" not in outcome.errors:
                return False  # another form came late and took its place, or it was refused
            await asyncio.sleep(0.3)
        return False

    def _card(self) -> Message | None:
        cards = [m for m in self._w.messages("escalations") if "ESC-" in m.words()]
        return self._chance.choice(cards[-RECENT:]) if cards else None

    def _open_cards(self) -> list[Message]:
        return [m for m in self._w.messages("escalations") if "Resolve" in m.buttons()]

    async def _take(self, who: str) -> None:
        card = self._card()
        if card is not None and "Acknowledge" in card.buttons():
            await self._w.person(who).click(card, "Acknowledge")

    async def _reply(self, who: str) -> None:
        card = self._card()
        if card is not None:
            await self._w.person(who).say("escalations", "Looking at it", card.ts)

    async def _react(self, who: str) -> None:
        card = self._card()
        if card is not None:
            await self._w.person(who).react(card, "eyes")

    async def _resolve(self, who: str) -> None:
        async with self._lead:
            cards = self._open_cards()
            if cards:
                await self._resolve_as_lead(self._chance.choice(cards))

    async def _resolve_as_lead(self, card: Message) -> None:
        who = self._w.person(LEAD)
        await self._w.interactions.close(who.id, every=True)
        await who.click(card, "Resolve")
        view = who.view()
        if view is None or not view.title.startswith("Resolve"):
            return
        solution = f"solved {len(self.resolved)} {self._chance.random():.9f}"
        view.fill("What solved it?", solution)
        view.choose("Root cause", "Operations › Configuration")
        if await self._submitted(view.submit):
            self.resolved.append(solution)

    async def misbehave(self, until: asyncio.Event) -> None:
        """Let the workspace fail in all the ways that Slack does."""
        while not until.is_set():
            await asyncio.sleep(self._chance.uniform(0.1, 0.6))
            kind = self._chance.choice(tuple(FAULTS))
            await self._fault(kind, self._chance.choice(METHODS))
            self.faults[kind] = self.faults.get(kind, 0) + 1

    async def _fault(self, kind: str, method: str) -> None:
        faults, chance = self._w.faults, self._chance
        faulty: dict[str, Callable[[], None]] = {
            "reply dropped": lambda: faults.drop_reply(method),
            "refused": lambda: faults.refuse(method),
            "error": lambda: faults.error(method, "internal_error"),
            "error, but done": lambda: faults.broken(method),
            "429": lambda: faults.limited(method, chance.uniform(0.05, 0.3)),
            "500": lambda: faults.status(method, 500),
            "time-out, then done": lambda: faults.delay(method, HANGS),
            "done, then time-out": lambda: faults.hang(method, HANGS),
            "slow views.open": lambda: faults.delay("views.open", 0.4),
            "twice": faults.duplicate_next_envelope,
            "out of order": faults.hold_next_envelope,
            "late": lambda: faults.delay_next_envelope(chance.uniform(0.05, 0.4)),
            "event again": lambda: faults.lose_next_ack("events_api"),
            "socket cut": lambda: faults.cut_next_envelope(chance.randint(1, 400)),
        }
        if kind == "socket closed":
            await self._w.sockets.close_all()
        else:
            faulty[kind]()
