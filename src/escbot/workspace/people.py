"""People to act as: everything a test or the page can do in somebody's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from escbot.workspace import filling
from escbot.workspace.model import Channel, File, Message, Raw, View, elements_of, texts_of
from escbot.workspace.shapes import encode, file_raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """What submitting did: errors by label, or the modal closed."""

    errors: dict[str, str]
    closed: bool


class OpenView:
    """A modal or App Home that somebody has before them."""

    def __init__(self, workspace: Workspace, view: View) -> None:
        self._w = workspace
        self.raw = view

    @property
    def title(self) -> str:
        """The modal's title."""
        return str(self.raw.body.get("title", {}).get("text", ""))

    def labels(self) -> list[str]:
        """Return the labels of the fields."""
        return [filling.label_of(block) for block in filling.inputs(self.raw)]

    def text(self) -> str:
        """Return everything that can be read."""
        return "\n".join(texts_of(self.raw.body.get("blocks", [])))

    def value(self, label: str) -> object:
        """Return what a field holds."""
        filling.complete(self.raw)
        block = filling.block_of(self.raw, label)
        state = self.raw.values[block["block_id"]][block["element"]["action_id"]]
        return next((value for key, value in state.items() if key != "type"), None)

    def fill(self, label: str, value: object) -> OpenView:
        """Fill a field by its label."""
        block = filling.block_of(self.raw, label)
        names = {user.name: user.id for user in self._w.state.users.values()}
        filling.set_value(self.raw, block, value, names)
        return self

    def choose(self, label: str, *texts: str) -> OpenView:
        """Choose one option, or several where the field takes several."""
        kind = filling.block_of(self.raw, label)["element"]["type"]
        many = kind in ("checkboxes", "multi_static_select")
        return self.fill(label, list(texts) if many else texts[0])

    async def pick(self, label: str, *texts: str) -> OpenView:
        """Choose, and let the app answer where the field tells it of each choice."""
        block = filling.block_of(self.raw, label)
        if block["element"]["type"] == "external_select":
            await self.suggest(label, texts[0])
        self.choose(label, *texts)
        if block.get("dispatch_action"):
            await self._w.interactions.dispatch(self.raw.user, self.raw, block)
        return self

    async def suggest(self, label: str, text: str) -> list[str]:
        """Type into a field with type-ahead; return the texts offered."""
        block = filling.block_of(self.raw, label)
        options = await self._w.interactions.suggest(self.raw.user, self.raw, block, text)
        return [option["text"]["text"] for option in options]

    async def submit(self) -> Outcome:
        """Submit; the outcome holds errors by label."""
        errors = await self._w.interactions.submit(self.raw.user, self.raw)
        by_id = {b.get("block_id"): filling.label_of(b) for b in filling.inputs(self.raw)}
        named = {by_id.get(id_, id_): text for id_, text in errors.items()}
        return Outcome(named, closed=self._w.state.view(self.raw.id) is None)

    async def click(self, text: str) -> bool:
        """Press a button by its text."""
        element = _button(self.raw.body.get("blocks", []), text)
        return await self._w.interactions.click(self.raw.user, element, message=None, view=self.raw)


class Person:
    """Somebody of the workspace."""

    def __init__(self, workspace: Workspace, id_: str) -> None:
        self._w = workspace
        self.id = id_

    async def say(
        self, channel: str, text: str, thread: str | None = None, *, encoded: bool = False
    ) -> Message:
        """Write a message; `encoded` tells that the client made Slack's codes of it already."""
        place = self._place(channel)
        text = text if encoded else encode(text)
        message = Message(place.id, self._w.state.ts(), self.id, text, thread_ts=thread)
        return self._said(message)

    async def upload(
        self, channel: str, name: str, content: bytes, text: str = "", thread: str | None = None
    ) -> Message:
        """Share a file, with a few words."""
        place, state = self._place(channel), self._w.state
        file = File(state.id("F"), name, len(content), self.id, content=content)
        file.complete, file.channels = True, [place.id]
        file.created = int(self._w.clock.now().timestamp())
        state.files[file.id] = file
        message = Message(place.id, state.ts(), self.id, text, thread_ts=thread)
        message.files, message.subtype = [file_raw(self._w, file)], "file_share"
        return self._said(message)

    def _place(self, channel: str) -> Channel:
        """Return a channel that this person may write in. Raises PermissionError."""
        place = self._w.state.channel(channel)
        user = self._w.state.users[self.id]
        if user.deleted:
            raise PermissionError(f"{user.name} is deactivated")
        if place.archived:
            raise PermissionError(f"#{place.name} is archived")
        if self.id not in place.members:
            raise PermissionError(f"{user.name} is not in #{place.name}")
        return place

    def _said(self, message: Message) -> Message:
        message.team = self._w.state.users[self.id].team
        self._w.state.add(message)
        self._w.events.said(message)
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Change what this person wrote."""
        if message.user != self.id:
            raise PermissionError("people edit only what they wrote")
        before = self._w.message_raw(message)
        message.text, message.edited = text, True
        self._w.state.changed()
        self._w.events.changed(message, before)

    async def slash(self, command: str, text: str = "", channel: str = "general") -> bool:
        """Type a slash command."""
        place = self._w.state.channel(channel)
        return await self._w.interactions.slash(self.id, place.id, command, text)

    async def shortcut(self, callback: str, message: Message | None = None) -> bool:
        """Pick a shortcut, on a message or globally."""
        return await self._w.interactions.shortcut(self.id, callback, message)

    async def click(self, message: Message, text: str) -> bool:
        """Press a button by its text."""
        element = _button(message.all_blocks(), text)
        return await self._w.interactions.click(self.id, element, message=message, view=None)

    async def react(self, message: Message, name: str) -> None:
        """Add a reaction."""
        users = message.reactions.setdefault(name, [])
        if self.id in users:
            return
        users.append(self.id)
        self._w.state.changed()
        self._w.events.reacted("reaction_added", message, self.id, name)

    async def unreact(self, message: Message, name: str) -> None:
        """Take a reaction back."""
        users = message.reactions.get(name, [])
        if self.id not in users:
            return
        users.remove(self.id)
        if not users:
            del message.reactions[name]
        self._w.state.changed()
        self._w.events.reacted("reaction_removed", message, self.id, name)

    async def delete(self, message: Message) -> None:
        """Delete a message, as an admin may."""
        self._w.delete(message)

    async def home(self) -> None:
        """Open the App Home."""
        event: Raw = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self._w.state.dm(self.id).id,
            "tab": "home",
        }
        view = self._w.state.homes.get(self.id)
        if view is not None:
            event["view"] = self._w.view_raw(view)
        self._w.events.send("app_home_opened", event)

    def home_view(self) -> OpenView | None:
        """Return the App Home as it is shown."""
        view = self._w.state.homes.get(self.id)
        return None if view is None else OpenView(self._w, view)

    def view(self) -> OpenView | None:
        """Return the open modal."""
        stack = self._w.state.modals.get(self.id, [])
        return OpenView(self._w, stack[-1]) if stack else None

    def form(self) -> OpenView:
        """Return the open modal. Raises AssertionError where none is open."""
        view = self.view()
        if view is None:
            raise AssertionError(f"{self.id} has no form open")
        return view

    def direct(self) -> list[Message]:
        """Return the direct messages with the app."""
        return self._w.state.messages[self._w.state.dm(self.id).id]

    def ephemeral(self) -> list[Message]:
        """Return what only this person sees."""
        return [m for m in self._w.state.hidden if m.ephemeral_for == self.id]


def _button(blocks: list[Raw], text: str) -> Raw:
    for element in elements_of(blocks):
        words = element.get("text", {})
        shown = words.get("text") if isinstance(words, dict) else None
        if element.get("type") == "button" and text in (shown, element.get("action_id")):
            return element
    known = [e["text"]["text"] for e in elements_of(blocks) if e.get("type") == "button"]
    raise KeyError(f"there is no button {text!r}; there are: {', '.join(known) or 'none'}")
