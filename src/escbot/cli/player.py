"""Plays a story in the local workspace, at the demo's clock or as fast as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from escbot.cli.recording import Camera, Place
from escbot.cli.storyfile import Play, Step
from escbot.cli.transcript import readable
from escbot.core.durations import format_duration
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
    """One performance. `say` gets a line for each step; `pause` is machine time between them.

    A wait takes `stretch` times as much of the clock where somebody watches.
    """

    workspace: Workspace
    play: Play
    say: Callable[[str], None]
    headless: bool = True
    pause: float = 0.0
    stretch: float = 1.0
    camera: Camera | None = None
    played: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Play every step. Raises Unmet where something is not there."""
        for step in self.play.steps:
            if step.note:
                self.say(f"— {step.note}")
            try:
                await getattr(self, f"_{step.verb}")(step)
            except (KeyError, AssertionError) as error:
                raise Unmet(f"line {step.line}: {error.args[0]}") from error
            if self.camera is not None and step.verb != "expect":
                self.camera.turned_away()
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
        if self.workspace.bot not in self.workspace.state.channel(step.place).members:
            self.say(f"{step.person} in #{step.place}: {step.value}")  # Slack tells the bot nothing

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

    async def _click(self, step: Step) -> None:
        """Press a button on the card, in its thread, in a channel, or in the person's messages."""
        await self._card(step)
        who, button = self._who(step), str(step.value)
        found: list[Message] = []

        def there() -> bool:
            found[:] = [one for one in self._near(step, who) if button in one.buttons()]
            return bool(found)

        await self._until(there, step, f"the button {button}")
        await who.click(found[0], button)

    def _near(self, step: Step, who: Person) -> list[Message]:
        """Return the messages about a case, the card first, then the newest of each place."""
        name = f"ESC-{step.on}"
        w = self.workspace
        cards = [m for m in w.messages("escalations") if f"*{name}*" in m.words()][-1:]
        replies = w.thread("escalations", cards[0].ts)[1:] if cards else []
        others = [*w.messages("planning"), *w.messages("esc-managers"), *who.direct()]
        about = [message for message in others if name in message.words()]
        return [*cards, *reversed(replies), *reversed(about)]

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

    async def _reply(self, step: Step) -> None:
        card = await self._card(step)
        await self._who(step).say("escalations", str(step.value), card.ts)

    async def _react(self, step: Step) -> None:
        await self._who(step).react(await self._card(step), str(step.value))

    async def _slash(self, step: Step) -> None:
        await self._who(step).slash("/escalate", str(step.value), channel=step.place)

    async def _wait(self, step: Step) -> None:
        amount: timedelta = step.value
        clock = self.workspace.clock
        if self.headless:
            await self.workspace.settle(0.3)
        self.say(f"… {format_duration(amount)} later")
        if self.headless:
            await clock.advance(amount)
            await self.workspace.settle(0.8)
            return
        end = clock.now() + amount * self.stretch
        while clock.now() < end:  # noqa: ASYNC110 - the watcher may change the clock's speed
            await asyncio.sleep(0.2)

    async def _expect(self, step: Step) -> None:
        wanted = step.value
        texts = wanted.get("says", [])
        texts = texts if isinstance(texts, list) else [texts]
        read, place = await self._place(step)
        where = _where(place)
        for text in texts:
            await self._until(lambda text=text: text in read(), step, f"“{text}” in {where}")  # type: ignore[misc]
        if "not" in wanted and str(wanted["not"]) in read():
            raise Unmet(f"line {step.line}: “{wanted['not']}” stands in {where}")
        seen = [readable(text, self.workspace) for text in texts]
        seen += [f"not {wanted['not']}"] if "not" in wanted else []
        self.say(f"✓ {where}: {' · '.join(seen)}")
        if self.camera is not None:
            await self.camera.shoot(place)

    async def _place(self, step: Step) -> tuple[Callable[[], str], Place]:
        """Return what reads the place that an expectation names, and the place."""
        wanted, w = step.value, self.workspace
        if "direct" in wanted or "only_you" in wanted:
            kind = "direct" if "direct" in wanted else "only_you"
            name = str(wanted[kind])
            who = self._who(Step("", None, name, 1, "", "", step.line))
            read = who.direct if kind == "direct" else who.ephemeral
            shown = name if kind == "direct" else "general"
            return (lambda: "\n".join(m.words() for m in read())), Place(kind, shown, who.id)
        first = next(iter(w.state.users))
        if "channel" in wanted:
            channel = str(wanted["channel"])
            return (
                lambda: "\n".join(m.words() for m in w.messages(channel)),
                Place("channel", channel, first),
            )
        kind = "thread" if "thread" in wanted else "card"
        number = int(wanted.get(kind) or 1)
        card = await self._card(Step("", None, "", number, "", "", step.line))
        place = Place(kind, "escalations", first, number)
        if kind == "thread":
            return (lambda: "\n".join(m.words() for m in w.thread("escalations", card.ts))), place
        return card.words, place


def _where(place: Place) -> str:
    """Return a place as people name it."""
    if place.kind in ("card", "thread"):
        return f"the {place.kind} of ESC-{place.case}"
    if place.kind == "channel":
        return f"#{place.name}"
    return f"{place.name}'s messages" if place.kind == "direct" else "only they see"
