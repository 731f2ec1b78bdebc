"""chat: posting, editing, removing, and what only one person sees."""

from __future__ import annotations

import re
from collections.abc import Mapping

from escbot.workspace.api.errors import ApiError, as_errors
from escbot.workspace.api.group import Group, parsed, required, true
from escbot.workspace.model import Channel, Message, Raw
from escbot.workspace.rules.blocks import message_problems, refused_types
from escbot.workspace.shapes import with_ids

LONGEST = 40_000  # characters of a text; more is cut off
MOST_ATTACHMENTS = 100
EVENT_TYPE = re.compile(r"^[A-Za-z0-9_-]+$")


class Chat(Group):
    """Messages."""

    def _content(self, a: Raw, warnings: list[str]) -> Raw:
        blocks, attachments = parsed(a.get("blocks")) or [], parsed(a.get("attachments")) or []
        text = str(a.get("text") or "")
        if not isinstance(blocks, list):
            raise ApiError("invalid_blocks_format")
        if not isinstance(attachments, list):
            raise ApiError("invalid_attachments")
        if len(attachments) > MOST_ATTACHMENTS:
            raise ApiError("too_many_attachments")
        self._check(blocks, attachments)
        if not text and not blocks and not attachments:
            raise ApiError("no_text")
        if len(text) > LONGEST:
            text = text[:LONGEST]
            warnings.append("message_truncated")
        for item in attachments:
            item["blocks"] = with_ids(item.get("blocks") or [])
        return {"text": text, "blocks": with_ids(blocks), "attachments": attachments}

    def _check(self, blocks: list[Raw], attachments: list[Raw]) -> None:
        refused = self._w.refuse_blocks
        found = message_problems(blocks, attachments, refused=refused)
        if found:
            asked_for = bool(refused_types(blocks, attachments) & set(refused))
            raise ApiError(
                "invalid_blocks",
                expected=asked_for,
                errors=found,
                response_metadata={"messages": as_errors(found)},
            )

    def _metadata(self, a: Raw, warnings: list[str]) -> Raw | None:
        """Return the metadata; a wrong name only gets a warning and is ignored, as at Slack."""
        try:
            data = parsed(a.get("metadata"))
        except ApiError:
            raise ApiError("invalid_metadata_format") from None
        if not data:
            return None
        if not isinstance(data, dict) or not isinstance(data.get("event_payload"), dict):
            raise ApiError("invalid_metadata_format")
        if not EVENT_TYPE.match(str(data.get("event_type") or "")) or not _flat(
            data["event_payload"]
        ):
            warnings.append("invalid_metadata_schema")
            return None
        return {"event_type": data["event_type"], "event_payload": data["event_payload"]}

    def _thread(self, a: Raw, channel: Channel) -> str | None:
        thread = a.get("thread_ts")
        if not thread:
            return None
        root = self._s.find(channel.id, str(thread))
        if root is None or root.buried or root.thread_ts not in (None, root.ts):
            raise ApiError("thread_not_found")
        return str(thread)

    def _writable(self, a: Raw) -> Channel:
        required(a, "channel")
        channel = self.channel(a)
        if channel.archived:
            raise ApiError("is_archived")
        public = not channel.private and "chat:write.public" in self._w.scopes
        if self.bot not in channel.members and not public:
            raise ApiError("not_in_channel")
        if channel.user is not None and not self._w.manifest.messages_tab:
            raise ApiError("messages_tab_disabled")
        return channel

    async def post(self, a: Raw) -> Raw:
        """chat.postMessage."""
        channel = self._writable(a)
        warnings: list[str] = []
        message = Message(
            channel=channel.id,
            ts="",
            user=self.bot,
            thread_ts=self._thread(a, channel),
            metadata=self._metadata(a, warnings),
            is_bot=True,
            **self._content(a, warnings),
        )
        message.ts = self._s.ts()
        if message.thread_ts and true(a.get("reply_broadcast")):
            message.subtype = "thread_broadcast"
        self._s.add(message)
        self._w.events.said(message)
        return {
            "channel": channel.id,
            "ts": message.ts,
            "message": self._w.message_raw(message, metadata=True),
            **_warned(warnings),
        }

    async def update(self, a: Raw) -> Raw:
        """chat.update: a text without blocks removes the blocks; other parts left out stay."""
        required(a, "channel", "ts")
        channel = self.channel(a)
        message = self._s.find(channel.id, str(a.get("ts")))
        if message is None or message.ephemeral_for is not None:
            raise ApiError("message_not_found")
        if message.user != self.bot:
            raise ApiError("cant_update_message")
        if channel.archived:
            raise ApiError("is_inactive")
        warnings: list[str] = []
        given = dict(a)
        if "attachments" not in a:
            given["attachments"] = message.attachments
        if "blocks" not in a and "text" not in a:
            given |= {"blocks": message.blocks, "text": message.text}
        if "text" not in a:
            given["text"] = message.text
        content = self._content(given, warnings)
        before = self._w.message_raw(message)
        if "metadata" in a:
            message.metadata = self._metadata(a, warnings)
        message.text, message.blocks = content["text"], content["blocks"]
        message.attachments = content["attachments"]
        message.edited = not message.blocks and not message.attachments
        self._s.changed()
        self._w.events.changed(message, before)
        return {
            "channel": channel.id,
            "ts": message.ts,
            "text": message.text,
            "message": self._w.message_raw(message, metadata=True),
            **_warned(warnings),
        }

    async def delete(self, a: Raw) -> Raw:
        """chat.delete: only its own messages."""
        required(a, "channel", "ts")
        message = self.message(a, "ts")
        if message.user != self.bot:
            raise ApiError("cant_delete_message")
        self._w.delete(message)
        return {"channel": message.channel, "ts": message.ts}

    async def ephemeral(self, a: Raw) -> Raw:
        """chat.postEphemeral: shown to one person, kept nowhere."""
        required(a, "channel", "user")
        channel = self.channel(a)
        if channel.archived:
            raise ApiError("is_archived")
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        user = str(a.get("user"))
        if user not in channel.members or self._s.users[user].deleted:
            raise ApiError("user_not_in_channel")
        warnings: list[str] = []
        message = Message(
            channel=channel.id,
            ts=self._s.ts(),
            user=self.bot,
            thread_ts=str(a["thread_ts"]) if a.get("thread_ts") else None,
            is_bot=True,
            ephemeral_for=user,
            **self._content(a, warnings),
        )
        self._s.add(message)
        return {"message_ts": message.ts, **_warned(warnings)}

    async def permalink(self, a: Raw) -> Raw:
        """chat.getPermalink."""
        message = self.message(a, "message_ts")
        link = self._w.permalink(message.channel, message.ts)
        if message.thread_ts and message.thread_ts != message.ts:
            link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
        return {"permalink": link, "channel": message.channel}


def _flat(payload: Mapping[str, object]) -> bool:
    """Tell whether a payload has the only shape that Slack keeps: values, or flat objects."""

    def plain(value: object) -> bool:
        return isinstance(value, str | int | float | bool)

    def flat(value: object) -> bool:
        return isinstance(value, dict) and all(plain(item) for item in value.values())

    return all(
        plain(value)
        or flat(value)
        or (isinstance(value, list) and all(plain(item) or flat(item) for item in value))
        for value in payload.values()
    )


def _warned(warnings: list[str]) -> Raw:
    if not warnings:
        return {}
    return {"warning": ",".join(warnings), "response_metadata": {"warnings": warnings}}
