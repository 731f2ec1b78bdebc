"""What a person does, as the payload that Slack sends, and what the app's answer changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from escbot.workspace import filling
from escbot.workspace.model import Message, Raw, View, elements_of
from escbot.workspace.rules import message_problems, view_problems

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

NO_ANSWER = "We had some trouble connecting. Try again?"


class Interactions:
    """Sends interactions to the app and applies its answers."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state

    def _who(self, user: str) -> Raw:
        return {"id": user, "username": user, "name": user, "team_id": self._s.team_id}

    def _base(self, kind: str, user: str) -> Raw:
        return {
            "type": kind,
            "team": {"id": self._s.team_id, "domain": "demo"},
            "user": self._who(user),
            "api_app_id": "A01",
            "token": "none",
            "trigger_id": self._w.triggers.new(user),
            "is_enterprise_install": False,
            "enterprise": None,
        }

    def _address(self, user: str, channel: str, ts: str | None = None) -> str:
        return f"{self._w.url}/response/{self._w.triggers.address(user, channel, ts)}"

    async def slash(self, user: str, channel: str, command: str, text: str) -> bool:
        """Type a slash command; tell whether the app has it and answered."""
        features = self._s.app.manifest.get("features", {}) if self._s.app else {}
        if command not in [c["command"] for c in features.get("slash_commands", [])]:
            self.whisper(user, channel, f"{command} is not a valid command.")
            return False
        payload = {
            "command": command,
            "text": text,
            "user_id": user,
            "user_name": user,
            "channel_id": channel,
            "channel_name": self._s.channels[channel].name,
            "team_id": self._s.team_id,
            "team_domain": "demo",
            "api_app_id": "A01",
            "is_enterprise_install": "false",
            "response_url": self._address(user, channel),
            "trigger_id": self._w.triggers.new(user),
        }
        self._s.log("slack", f"{command} {text[:60]}", payload)
        answer = await self._w.sockets.send("slash_commands", payload)
        if answer is None:
            self.whisper(user, channel, f"{command} failed with the error “operation_timeout”")
            return False
        if answer.get("text") or answer.get("blocks"):
            self.respond(user, channel, None, answer)
        return True

    async def shortcut(self, user: str, callback: str, message: Message | None) -> bool:
        """Pick a shortcut, on a message or globally."""
        features = self._s.app.manifest.get("features", {}) if self._s.app else {}
        kind = "message" if message else "global"
        known = [s["callback_id"] for s in features.get("shortcuts", []) if s["type"] == kind]
        if callback not in known:
            raise KeyError(f"the app has no {kind} shortcut {callback}")
        payload = self._base("message_action" if message else "shortcut", user)
        payload |= {"callback_id": callback, "action_ts": f"{time.time():.6f}"}
        if message is not None:
            channel = self._s.channels[message.channel]
            payload |= {
                "message_ts": message.ts,
                "message": message.api(),
                "channel": {"id": channel.id, "name": channel.name},
                "response_url": self._address(user, channel.id, message.ts),
            }
        self._s.log("slack", f"shortcut {callback}", payload)
        return await self._w.sockets.send("interactive", payload) is not None

    async def click(
        self,
        user: str,
        element: Raw,
        *,
        message: Message | None,
        view: View | None,
        chosen: Raw | None = None,
    ) -> bool:
        """Press a button of a message or a view, or choose in one of its elements."""
        payload = self._base("block_actions", user)
        action = {**element, **(chosen or {}), "action_ts": f"{time.time():.6f}"}
        source = message.all_blocks() if message else view.body["blocks"] if view else []
        for block in source:
            if element in elements_of([block]):
                action["block_id"] = block.get("block_id", "")
        payload["actions"] = [action]
        if message is not None:
            channel = self._s.channels[message.channel]
            hidden = message.ephemeral_for is not None
            payload |= {
                "channel": {"id": channel.id, "name": channel.name},
                "container": {
                    "type": "message",
                    "message_ts": message.ts,
                    "channel_id": channel.id,
                    "is_ephemeral": hidden,
                    "thread_ts": message.thread_ts,
                },
                "response_url": self._address(user, channel.id, message.ts),
                "state": {"values": _values(action, chosen)},
            }
            if not hidden:
                payload["message"] = message.api()
        if view is not None:
            for id_, state in _values(action, chosen).items():
                view.values.setdefault(id_, {}).update(state)
            payload |= {
                "view": self._w.view_raw(view),
                "container": {"type": "view", "view_id": view.id},
            }
        self._s.log("slack", f"click {element.get('action_id')}", payload)
        answered = await self._w.sockets.send("interactive", payload) is not None
        if not answered and message is not None:
            self.whisper(user, message.channel, NO_ANSWER, message.thread_ts)
        return answered

    async def dispatch(self, user: str, view: View, block: Raw) -> bool:
        """Tell the app of a choice in an input that dispatches; tell whether it answered."""
        filling.complete(view)
        id_, element = str(block.get("block_id")), block["element"]
        state = view.values[id_][str(element["action_id"])]
        action = {
            **state,
            "action_id": element["action_id"],
            "block_id": id_,
            "action_ts": f"{time.time():.6f}",
        }
        payload = self._base("block_actions", user)
        payload |= {
            "actions": [action],
            "view": self._w.view_raw(view),
            "container": {"type": "view", "view_id": view.id},
        }
        self._s.log("slack", f"choose {id_}", payload)
        return await self._w.sockets.send("interactive", payload) is not None

    async def suggest(
        self, user: str, view: View | None, block: Raw, text: str, message: Message | None = None
    ) -> list[Raw]:
        """Type into an external select; return the app's options (docs.slack.dev: at most 100).

        `block` holds the select as its `element`.
        """
        element = block["element"]
        if len(text) < int(element.get("min_query_length", 3)):
            return []
        payload = self._base("block_suggestion", user)
        payload |= {
            "action_id": element["action_id"],
            "block_id": block.get("block_id"),
            "value": text,
        }
        if view is not None:
            payload |= {
                "view": self._w.view_raw(view),
                "container": {"type": "view", "view_id": view.id},
            }
        if message is not None:
            payload |= {
                "channel": {"id": message.channel},
                "message": message.api(),
                "container": {"type": "message", "message_ts": message.ts},
            }
        self._s.log("slack", f"suggest {block.get('block_id')}", payload)
        answer = await self._w.sockets.send("interactive", payload)
        options = list((answer or {}).get("options", []))
        if len(options) > 100:
            self._s.refusals.append("more than 100 options")
        for option in options:
            if not 1 <= len(option["text"]["text"]) <= 75 or not 1 <= len(option["value"]) <= 150:
                self._s.refusals.append("an option is too long")
        offered = {option["value"] for option in options}
        before = [one for one in element.get("known", []) if one["value"] not in offered]
        element["known"] = [*options, *before][:300]
        return options

    async def submit(self, user: str, view: View) -> dict[str, str]:
        """Submit a modal; return errors by block id, empty where it was taken."""
        filling.complete(view)
        view.errors = filling.errors(view)
        if view.errors:
            self._s.changed()
            return view.errors
        payload = self._base("view_submission", user)
        payload |= {"view": self._w.view_raw(view), "response_urls": []}
        self._s.log("slack", f"submit {view.body.get('callback_id')}", payload)
        answer = await self._w.sockets.send("interactive", payload)
        if answer is None:
            view.notice = NO_ANSWER
            self._s.changed()
            return {"": NO_ANSWER}
        return self._answered(user, view, answer)

    def _answered(self, user: str, view: View, answer: Raw) -> dict[str, str]:
        stack = self._s.modals.get(user, [])
        action = answer.get("response_action")
        if action == "errors":
            blocks = {block.get("block_id") for block in filling.inputs(view)}
            unknown = set(answer.get("errors", {})) - blocks
            if unknown:
                self._s.refusals.append(f"errors for fields that are not there: {unknown}")
            view.errors = dict(answer.get("errors", {}))
        elif action in ("update", "push"):
            found = view_problems(answer.get("view"))
            if found:
                self._s.refusals.append(f"view_submission answer: {found}")
            elif action == "update":
                self._w.replace_view(view, answer["view"])
            else:
                made = View(self._s.id("V"), user, answer["view"], self._s.id("h"), view.root_id)
                stack.append(made)
        elif action == "clear":
            self._s.modals[user] = []
        elif view in stack:
            stack.remove(view)
        self._s.changed()
        return view.errors

    def close(self, user: str) -> None:
        """Close the open modal."""
        stack = self._s.modals.get(user, [])
        if stack:
            stack.pop()
        self._s.changed()

    def whisper(self, user: str, channel: str, text: str, thread: str | None = None) -> None:
        """Show something to one person, as Slack itself does."""
        made = Message(channel, self._s.ts(), "USLACKBOT", text, thread_ts=thread)
        made.ephemeral_for = user
        self._s.add(made)

    def respond(self, user: str, channel: str, ts: str | None, body: Raw) -> str | None:
        """Take what an app sends to a response_url; return an error code or None."""
        blocks = body.get("blocks") or []
        attachments = body.get("attachments") or []
        found = message_problems(blocks, attachments, refused=self._w.refuse_blocks)
        if found:
            self._s.refusals.append(f"response_url: {found}")
            return "invalid_blocks"
        original = self._s.find(channel, ts) if ts else None
        if body.get("delete_original") and original is not None:
            if original in self._s.hidden:
                self._s.hidden.remove(original)
            self._s.changed()
            return None
        if body.get("replace_original") and original is not None:
            original.text, original.blocks = str(body.get("text") or ""), blocks
            self._s.changed()
            return None
        made = Message(
            channel,
            self._s.ts(),
            self._w.bot,
            str(body.get("text") or ""),
            blocks=blocks,
            is_bot=True,
            thread_ts=original.thread_ts if original else None,
        )
        if body.get("response_type") != "in_channel":
            made.ephemeral_for = user
        self._s.add(made)
        return None


def _values(action: Raw, chosen: Raw | None) -> dict[str, dict[str, Raw]]:
    """Return what an element outside an input adds to `state.values`; a button adds nothing."""
    if chosen is None or "type" not in chosen:
        return {}
    return {str(action.get("block_id", "")): {str(action.get("action_id")): chosen}}
