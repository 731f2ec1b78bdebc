"""Events: which the app hears of, and Slack's envelope around them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from escbot.workspace.model import Channel, Message, Raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace


class Events:
    """Sends what the app subscribed to, has the scope for, and may see."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state
        self._limited = 0  # the last minute of which the app was told

    def send(self, name: str, event: Raw, channel: Channel | None = None) -> bool:
        """Send an event by the name in the manifest; tell whether the app hears of it.

        An event of a `channel` reaches only an app whose bot is in it.
        """
        if not self._w.listening or name not in self._w.manifest.events:
            return False
        if channel is not None and self._w.bot not in channel.members:
            return False
        event.setdefault("event_ts", self._s.ts())
        if self._w.limits.take_event():
            self._w.delivery.event(self._body(event, channel))
        else:
            self._s.log("slack", f"event {name} left out: too many in an hour", event, ok=False)
            self._say_limited()
        return True

    def _say_limited(self) -> None:
        """Tell the app, once for each minute, that events are left out; they never come later."""
        minute = int(self._w.clock.now().timestamp()) // 60 * 60
        if minute == self._limited:
            return
        self._limited = minute
        app = self._s.app
        self._w.delivery.event(
            {
                "token": app.verification_token if app else "",
                "type": "app_rate_limited",
                "team_id": self._s.team_id,
                "minute_rate_limited": minute,
                "api_app_id": "A01",
            }
        )

    def _body(self, event: Raw, channel: Channel | None) -> Raw:
        team = self._s.team_id
        app = self._s.app
        about = {"et": event["type"], "tid": team, "aid": "A01"}
        if channel is not None:
            about["cid"] = channel.id
        context = base64.urlsafe_b64encode(json.dumps(about).encode()).decode().rstrip("=")
        return {
            "token": app.verification_token if app else "",
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": "A01",
            "event": event,
            "type": "event_callback",
            "event_id": self._s.id("Ev"),
            "event_time": int(self._w.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": self._w.bot,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.shared),
            "event_context": f"4-{context}",
        }

    def said(self, message: Message) -> None:
        """Tell of a message that somebody wrote, and of the mention in it."""
        channel = self._s.channels[message.channel]
        about = {
            **self._w.message_raw(message),
            "channel": channel.id,
            "event_ts": message.ts,
        }
        subscription = "message.im" if channel.kind == "im" else f"message.{channel.kind}s"
        self.send(subscription, {**about, "channel_type": channel.kind}, channel)
        called = f"<@{self._w.bot}>" in message.text and message.user != self._w.bot
        if called and channel.kind != "im":
            self.send("app_mention", {**about, "type": "app_mention"}, channel)

    def changed(self, message: Message, before: Raw) -> None:
        """Tell of an edited message."""
        after = self._w.message_raw(message)
        self._about("message_changed", message, {"message": after, "previous_message": before})

    def deleted(self, message: Message) -> None:
        """Tell of a deleted message that left nothing behind."""
        before = self._w.message_raw(message)
        more = {"deleted_ts": message.ts, "previous_message": before}
        self._about("message_deleted", message, more)

    def _about(self, subtype: str, message: Message, more: Raw) -> None:
        channel = self._s.channels[message.channel]
        ts = self._s.ts()
        event: Raw = {
            "type": "message",
            "subtype": subtype,
            "channel": channel.id,
            "ts": ts,
            "event_ts": ts,
            "hidden": True,
            "channel_type": channel.kind,
            **more,
        }
        subscription = "message.im" if channel.kind == "im" else f"message.{channel.kind}s"
        self.send(subscription, event, channel)

    def reacted(self, name: str, message: Message, user: str, reaction: str) -> None:
        """Tell of a reaction that was added or removed."""
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {
            "type": name,
            "user": user,
            "reaction": reaction,
            "item": item,
            "item_user": message.user,
        }
        self.send(name, event, self._s.channels[message.channel])

    def member(self, name: str, channel: Channel, user: str, inviter: str = "") -> None:
        """Tell that somebody came into a channel or left it."""
        event: Raw = {
            "type": name,
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.private else "C",
            "team": self._s.users[user].team or self._s.team_id,
        }
        if inviter:
            event["inviter"] = inviter
        self.send(name, event, channel)

    def about_channel(self, what: str, channel: Channel, user: str) -> None:
        """Tell that a channel was archived, renamed, deleted and so on."""
        name = f"{'group' if channel.private else 'channel'}_{what}"
        shown: object = channel.id
        if what in ("created", "rename"):
            shown = {"id": channel.id, "name": channel.name, "created": channel.created}
        self.send(name, {"type": name, "channel": shown, "user": user})

    def about_user(self, name: str, user: str) -> None:
        """Tell that somebody joined the workspace, or that their record changed."""
        shown = self._w.user_raw(self._s.users[user])
        stamp = int(self._w.clock.now().timestamp())
        self.send(name, {"type": name, "user": shown, "cache_ts": stamp})
