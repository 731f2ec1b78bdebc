"""Simulated people who open, take, reply, wait and resolve; and a workspace that misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import random

from escbot.workspace.model import Message
from escbot.workspace.workspace import Workspace

AGENTS = ("U01", "U02", "U03")
SPECIALISTS = ("U04", "U05", "U06", "U07", "U11")
KINDS = ("System down", "System down", "Major function broken")
AREAS = ("Payments", "Login", "Integrations")


class Crowd:
    """What was promised: summaries and solutions whose forms Slack closed."""

    def __init__(self, workspace: Workspace, chance: random.Random) -> None:
        self._w = workspace
        self._chance = chance
        self._number = 0
        self.opened: list[str] = []
        self.resolved: list[str] = []
        self.faults: dict[str, int] = {}

    async def work(self, until: asyncio.Event, most: int) -> None:
        """Do one thing after the other until told to stop; at most so many cases."""
        while not until.is_set():
            deed = self._chance.choice((self._open, self._take, self._take, self._reply,
                                        self._resolve, self._resolve, self._react))  # fmt: skip
            if deed == self._open and self._number >= most:
                deed = self._resolve
            with contextlib.suppress(KeyError):  # the button is gone: somebody was faster
                await deed()
            await asyncio.sleep(self._chance.uniform(0.05, 0.3))

    async def _open(self) -> None:
        who = self._w.person(self._chance.choice(AGENTS))
        if who.view() is None and not await who.slash("/escalate", channel="general"):
            return
        if who.view() is None:
            return
        self._number += 1
        summary = f"problem {self._number}"
        form = who.form()
        if form.title != "Escalate":
            self._w.interactions.close(who.id)
            return
        form.fill("Customer", self._chance.choice(("Globex", "Acme", "Initech")))
        form.fill("What is happening?", summary)
        form.choose("Kind of problem", self._chance.choice(KINDS)).choose("Impact", "One user")
        form.choose("Area", self._chance.choice(AREAS))
        if await self._submitted(form.submit):
            self.opened.append(summary)
        else:
            self._w.interactions.close(who.id)

    async def _submitted(self, submit: object) -> bool:
        """Submit as an impatient person does: again, while the bot doesn't answer."""
        for _ in range(20):
            outcome = await submit()  # type: ignore[operator]
            if outcome.closed:
                return True
            if "" not in outcome.errors:
                return False  # a refusal: nothing was promised
            await asyncio.sleep(0.3)
        return False

    def _card(self) -> Message | None:
        cards = [m for m in self._w.messages("escalations") if "ESC-" in m.words()]
        return self._chance.choice(cards) if cards else None

    async def _take(self) -> None:
        card = self._card()
        if card is not None and "Acknowledge" in card.buttons():
            await self._w.person(self._chance.choice(SPECIALISTS)).click(card, "Acknowledge")

    async def _reply(self) -> None:
        card = self._card()
        if card is not None:
            who = self._w.person(self._chance.choice(SPECIALISTS))
            await who.say("escalations", "Looking at it", card.ts)

    async def _react(self) -> None:
        card = self._card()
        if card is not None:
            await self._w.person(self._chance.choice(SPECIALISTS)).react(card, "eyes")

    async def _resolve(self) -> None:
        cards = [m for m in self._w.messages("escalations") if "Resolve" in m.buttons()]
        if not cards:
            return
        card = self._chance.choice(cards)
        who = self._w.person("U08")
        self._w.interactions.close(who.id)
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
        faults = self._w.faults
        methods = ("chat.postMessage", "chat.update", "conversations.open")
        while not until.is_set():
            await asyncio.sleep(self._chance.uniform(0.2, 1.2))
            kind = self._chance.choice(("drop", "error", "limited", "delay", "double", "close"))
            method = self._chance.choice(methods)
            if kind == "drop":
                faults.drop_reply(method)
            elif kind == "error":
                faults.error(method, "internal_error")
            elif kind == "limited":
                faults.limited(method, 1.0)
            elif kind == "delay":
                faults.delay(self._chance.choice(("views.open", method)), 0.4)
            elif kind == "double":
                faults.duplicate_next_envelope()
            else:
                await self._w.sockets.close_all()
            self.faults[kind] = self.faults.get(kind, 0) + 1
