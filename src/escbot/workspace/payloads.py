"""The payloads of interactions, field by field as Slack sends them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from escbot.workspace.model import Channel, Message, Raw, View, elements_of

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

# What an action carries of its element, beside what was chosen.
OF_BUTTON = ("type", "action_id", "text", "value", "style", "confirm", "url")
OF_CHOICE = ("type", "action_id", "placeholder", "confirm")


class Payloads:
    """Builds payloads. Each has a new trigger."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state

    def base(self, kind: str, user: str) -> Raw:
        """Return what every interaction carries."""
        person, app = self._s.users[user], self._s.app
        team = person.team or self._s.team_id
        return {
            "type": kind,
            "team": {"id": team, "domain": self._s.domain},
            "user": {
                "id": user,
                "username": person.handle(),
                "name": person.handle(),
                "team_id": team,
            },
            "api_app_id": "A01",
            "token": app.verification_token if app else "",
            "trigger_id": self._w.triggers.new(user),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def address(self, user: str, channel: str, ts: str | None = None) -> str:
        """Return a response_url."""
        return f"{self._w.url}/response/{self._w.triggers.address(user, channel, ts)}"

    def slash(self, user: str, channel: Channel, command: str, text: str) -> Raw:
        """Return the form of a slash command."""
        person, app = self._s.users[user], self._s.app
        return {
            "token": app.verification_token if app else "",
            "team_id": self._s.team_id,
            "team_domain": self._s.domain,
            "channel_id": channel.id,
            "channel_name": shown_name(channel),
            "user_id": user,
            "user_name": person.handle(),
            "command": command,
            "text": text,
            "api_app_id": "A01",
            "is_enterprise_install": "false",
            "response_url": self.address(user, channel.id),
            "trigger_id": self._w.triggers.new(user),
        }

    def shortcut(self, user: str, callback: str, message: Message | None) -> Raw:
        """Return a shortcut, on a message or globally."""
        payload = self.base("message_action" if message else "shortcut", user)
        payload |= {"callback_id": callback, "action_ts": stamp()}
        if message is not None:
            channel = self._s.channels[message.channel]
            payload |= {
                "message_ts": message.ts,
                "message": self._w.message_raw(message),
                "channel": {"id": channel.id, "name": shown_name(channel)},
                "response_url": self.address(user, channel.id, message.ts),
            }
        return payload

    def action(
        self,
        user: str,
        element: Raw,
        block_id: str,
        chosen: Raw | None,
        *,
        message: Message | None,
        view: View | None,
    ) -> Raw:
        """Return a click or a choice."""
        payload = self.base("block_actions", user)
        fields = OF_BUTTON if element.get("type") == "button" else OF_CHOICE
        kept = {key: element[key] for key in fields if key in element}
        action = {**kept, "block_id": block_id, **(chosen or {}), "action_ts": stamp()}
        payload["actions"] = [action]
        if message is not None:
            payload |= self._on_message(user, element, message)
            payload["state"] = {"values": values(action, chosen)}
        if view is not None:
            payload |= self._on_view(view)
        return payload

    def _on_message(self, user: str, element: Raw, message: Message) -> Raw:
        channel = self._s.channels[message.channel]
        hidden = message.ephemeral_for is not None
        container: Raw = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": hidden,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        for place, item in enumerate(message.attachments, 1):
            if element in elements_of(item.get("blocks") or []):
                container |= {
                    "type": "message_attachment",
                    "attachment_id": place,
                    "is_app_unfurl": False,
                }
        found: Raw = {
            "container": container,
            "channel": {"id": channel.id, "name": shown_name(channel)},
            "response_url": self.address(user, channel.id, message.ts),
        }
        if not hidden:
            found["message"] = self._w.message_raw(message, metadata=True)
        return found

    def _on_view(self, view: View) -> Raw:
        return {
            "view": self._w.view_raw(view),
            "container": {"type": "view", "view_id": view.id},
        }

    def suggestion(
        self, user: str, block: Raw, text: str, *, message: Message | None, view: View | None
    ) -> Raw:
        """Return what is asked while somebody types into an external select."""
        element = block["element"]
        payload = self.base("block_suggestion", user)
        payload |= {
            "action_id": element["action_id"],
            "block_id": block.get("block_id"),
            "value": text,
        }
        if view is not None:
            payload |= self._on_view(view)
        if message is not None:
            payload |= self._on_message(user, element, message)
            payload.pop("response_url")
        return payload

    def submission(self, user: str, view: View) -> Raw:
        """Return a submission; conversation selects may bring a response_url of their own."""
        payload = self.base("view_submission", user)
        payload["view"] = self._w.view_raw(view)
        payload["response_urls"] = [
            {
                "response_url": self.address(user, chosen),
                "channel_id": chosen,
                "action_id": element["action_id"],
                "block_id": block["block_id"],
            }
            for block in view.body["blocks"]
            for element in elements_of([block])
            if element.get("response_url_enabled")
            and (chosen := _conversation(view, block, element))
        ]
        return payload

    def closed(self, user: str, view: View, *, cleared: bool) -> Raw:
        """Return that somebody closed a modal."""
        payload = self.base("view_closed", user)
        payload.pop("trigger_id")
        return {**payload, "view": self._w.view_raw(view), "is_cleared": cleared}


def _conversation(view: View, block: Raw, element: Raw) -> str:
    state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
    return str(state.get("selected_conversation") or state.get("selected_channel") or "")


def values(action: Raw, chosen: Raw | None) -> dict[str, dict[str, Raw]]:
    """Return what an element outside an input adds to `state.values`; a button adds nothing."""
    if chosen is None or "type" not in chosen:
        return {}
    return {str(action.get("block_id", "")): {str(action.get("action_id")): chosen}}


def shown_name(channel: Channel) -> str:
    """Return the name by which payloads call a channel; private ones aren't named."""
    names = {"im": "directmessage", "group": "privategroup"}
    return names.get(channel.kind, channel.name)


def stamp() -> str:
    """Return the machine's moment as Slack writes it into actions."""
    return f"{time.time():.6f}"
