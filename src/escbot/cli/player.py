"""Plays a story in the local workspace, at the demo's clock or as fast as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from escbot.cli.storyfile import Play, Step
from escbot.workspace.model import Message
from escbot.workspace.people import Person
from escbot.workspace.workspace import Workspace

WITHIN = 20.0  # seconds of machine time until something must be seen
LABELS = {
    "customer": "Customer",
    "summary": "What is happening?",
    "kind": "Kind of problem",
    "impact": "Impact",
    "area": "Area",
    "tried": "What have you tried?",
    "also": "Also true",
    "reason": "Your reason, if none of these fits",
}
CHOSEN = ("kind", "impact", "area", "also")


class Unmet(Exception):
    """Something that the story promises was not seen; the message says what, and its line."""


@dataclass
class Player:
    """One performance. `say` gets a line for each step; `pause` is machine time between them."""

    workspace: Workspace
    play: Play
    say: Callable[[str], None]
    headless: bool = True
    pause: float = 0.0
    shots: Callable[[str], object] | None = None
    played: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Play every step. Raises Unmet, and KeyError for a person or button that isn't there."""
        for step in self.play.steps:
            if step.note:
                self.say(f"— {step.note}")
            try:
                await getattr(self, f"_{step.verb}")(step)
            except KeyError as error:
                raise Unmet(f"line {step.line}: {error.args[0]}") from error
            self.played.append(step.verb)
            if self.pause:
                await asyncio.sleep(self.pause)

    def _who(self, step: Step) -> Person:
        for user in self.workspace.state.users.values():
            if step.person in (user.id, user.name):
                return self.workspace.person(user.id)
        raise KeyError(f"there is nobody called {step.person or '(nobody)'}")

    async def _card(self, step: Step) -> Message:
        def cards() -> list[Message]:
            name = f"*ESC-{step.on}*"
            return [m for m in self.workspace.messages("escalations") if name in m.words()]

        await self._until(lambda: bool(cards()), step, f"ESC-{step.on} in #escalations")
        return cards()[-1]

    async def _until(self, seen: Callable[[], bool], step: Step, what: str) -> None:
        try:
            await self.workspace.until(seen, timeout=WITHIN)
        except AssertionError as error:
            raise Unmet(f"line {step.line}: {what} was not seen") from error

    async def _say(self, step: Step) -> None:
        await self._who(step).say(step.place, str(step.value))
        self.say(f"{step.person} in #{step.place}: {step.value}")

    async def _escalate(self, step: Step) -> None:
        who = self._who(step)
        await who.slash("/escalate", channel=step.place)
        form = who.form()
        for key, value in step.value.items():
            if key in CHOSEN:
                texts = value if isinstance(value, list) else [value]
                await form.pick(LABELS[key], *texts)
            else:
                form.fill(LABELS[key], value)
        outcome = await form.submit()
        if outcome.errors:
            raise Unmet(f"line {step.line}: the form says {outcome.errors}")
        self.say(f"{step.person} escalates for {step.value.get('customer')}")

    async def _click(self, step: Step) -> None:
        card = await self._card(step)
        button = str(step.value)
        await self._until(lambda: button in card.buttons(), step, f"the button {button}")
        await self._who(step).click(card, button)
        self.say(f"{step.person} presses {button} on ESC-{step.on}")

    async def _fill(self, step: Step) -> None:
        """Fill the open form and submit it; `{press: text}` presses a button in it first."""
        who = self._who(step)
        for label, value in step.value.items():
            form = who.form()
            if label == "press":
                await form.click(str(value))
            elif label in form.labels():
                try:
                    form.choose(label, str(value))
                except (KeyError, TypeError):
                    form.fill(label, value)
            else:
                form.fill(label, value)
        outcome = await who.form().submit()
        if outcome.errors:
            raise Unmet(f"line {step.line}: the form says {outcome.errors}")
        self.say(f"{step.person} sends the form")

    async def _reply(self, step: Step) -> None:
        card = await self._card(step)
        await self._who(step).say("escalations", str(step.value), card.ts)
        self.say(f"{step.person} replies to ESC-{step.on}: {step.value}")

    async def _react(self, step: Step) -> None:
        await self._who(step).react(await self._card(step), str(step.value))
        self.say(f"{step.person} reacts to ESC-{step.on} with :{step.value}:")

    async def _slash(self, step: Step) -> None:
        await self._who(step).slash("/escalate", str(step.value), channel=step.place)
        self.say(f"{step.person} types /escalate {step.value}")

    async def _wait(self, step: Step) -> None:
        amount: timedelta = step.value
        self.say(f"{amount} pass")
        clock = self.workspace.clock
        if self.headless:
            await self.workspace.settle(0.3)
            await clock.advance(amount)
            await self.workspace.settle(0.8)
            return
        end = clock.now() + amount
        while clock.now() < end:  # noqa: ASYNC110 - the watcher may change the clock's speed
            await asyncio.sleep(0.2)

    async def _expect(self, step: Step) -> None:
        wanted = step.value
        texts = wanted.get("says", [])
        texts = texts if isinstance(texts, list) else [texts]
        read, where = await self._place(step)
        for text in texts:
            await self._until(lambda text=text: text in read(), step, f"“{text}” in {where}")  # type: ignore[misc]
        if "not" in wanted and str(wanted["not"]) in read():
            raise Unmet(f"line {step.line}: “{wanted['not']}” stands in {where}")
        self.say(f"seen in {where}: {', '.join(texts)}")

    async def _place(self, step: Step) -> tuple[Callable[[], str], str]:
        """Return what reads the place that an expectation names, and the place's name."""
        wanted = step.value
        if "direct" in wanted or "only_you" in wanted:
            name = str(wanted.get("direct") or wanted.get("only_you"))
            who = self._who(Step("", None, name, 1, "", "", step.line))
            read = who.direct if "direct" in wanted else who.ephemeral
            return (lambda: "\n".join(m.words() for m in read())), f"{name}'s messages"
        if "channel" in wanted:
            channel = str(wanted["channel"])
            return (
                lambda: "\n".join(m.words() for m in self.workspace.messages(channel)),
                f"#{channel}",
            )
        number = int(wanted.get("thread") or wanted.get("card") or 1)
        card = await self._card(Step("", None, "", number, "", "", step.line))
        if "thread" in wanted:
            return (
                lambda: "\n".join(m.words() for m in self.workspace.thread("escalations", card.ts)),
                f"the thread of ESC-{number}",
            )
        return card.words, f"the card of ESC-{number}"
