"""reactions, pins and bookmarks."""

from __future__ import annotations

import re

from escbot.workspace.api.errors import ApiError
from escbot.workspace.api.group import Group, required
from escbot.workspace.model import Message, Raw

EMOJI = re.compile(r"^[a-z0-9_+'-]+(::skin-tone-[2-6])?$")
MOST_BOOKMARKS = 100


class Marks(Group):
    """What is stuck to messages and channels."""

    def _emoji(self, a: Raw) -> str:
        required(a, "name")
        name = str(a["name"]).strip(":")
        if not EMOJI.match(name):
            raise ApiError("invalid_name")
        return name

    def _marked(self, a: Raw) -> Message:
        required(a, "channel", "timestamp")
        message = self.message(a, "timestamp")
        channel = self._s.channels[message.channel]
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        if channel.archived:
            raise ApiError("is_archived")
        return message

    async def react(self, a: Raw) -> Raw:
        """reactions.add."""
        name, message = self._emoji(a), self._marked(a)
        users = message.reactions.setdefault(name, [])
        if self.bot in users:
            raise ApiError("already_reacted")
        users.append(self.bot)
        self._s.changed()
        return {}

    async def unreact(self, a: Raw) -> Raw:
        """reactions.remove."""
        name, message = self._emoji(a), self._marked(a)
        users = message.reactions.get(name, [])
        if self.bot not in users:
            raise ApiError("no_reaction")
        users.remove(self.bot)
        if not users:
            del message.reactions[name]
        self._s.changed()
        return {}

    async def reactions(self, a: Raw) -> Raw:
        """reactions.get."""
        message = self._marked(a)
        return {
            "type": "message",
            "channel": message.channel,
            "message": self._w.message_raw(message),
        }

    async def pin(self, a: Raw) -> Raw:
        """pins.add."""
        message = self._marked(a)
        pins = self._s.channels[message.channel].pins
        if message.ts in pins:
            raise ApiError("already_pinned")
        pins.append(message.ts)
        self._s.changed()
        return {}

    async def unpin(self, a: Raw) -> Raw:
        """pins.remove."""
        message = self._marked(a)
        pins = self._s.channels[message.channel].pins
        if message.ts not in pins:
            raise ApiError("no_pin")
        pins.remove(message.ts)
        self._s.changed()
        return {}

    async def pins(self, a: Raw) -> Raw:
        """pins.list."""
        channel = self.channel(a)
        found = [self._s.find(channel.id, ts) for ts in channel.pins]
        return {
            "items": [
                {
                    "type": "message",
                    "created": int(float(message.ts)),
                    "created_by": self.bot,
                    "channel": channel.id,
                    "message": self._w.message_raw(message),
                }
                for message in found
                if message is not None
            ]
        }

    async def bookmark(self, a: Raw) -> Raw:
        """bookmarks.add."""
        required(a, "channel_id", "title", "type")
        channel = self.channel(a, "channel_id")
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        if a["type"] != "link":
            raise ApiError("invalid_bookmark_type")
        if not str(a.get("link") or "").startswith(("http://", "https://")):
            raise ApiError("invalid_link")
        if len(channel.bookmarks) >= MOST_BOOKMARKS:
            raise ApiError("too_many_bookmarks")
        now = int(self._w.clock.now().timestamp())
        made = {
            "id": self._s.id("Bk"),
            "channel_id": channel.id,
            "title": str(a["title"]),
            "link": str(a["link"]),
            "emoji": a.get("emoji") or "",
            "icon_url": None,
            "type": "link",
            "entity_id": None,
            "date_created": now,
            "date_updated": now,
            "rank": "U",
            "last_updated_by_user_id": self.bot,
            "last_updated_by_team_id": self._s.team_id,
            "shortcut_id": None,
            "app_id": None,
        }
        channel.bookmarks.append(made)
        self._s.changed()
        return {"bookmark": made}

    def _bookmark(self, a: Raw) -> tuple[list[Raw], Raw]:
        required(a, "channel_id", "bookmark_id")
        bookmarks = self.channel(a, "channel_id").bookmarks
        for found in bookmarks:
            if found["id"] == a["bookmark_id"]:
                return bookmarks, found
        raise ApiError("bookmark_not_found")

    async def edit_bookmark(self, a: Raw) -> Raw:
        """bookmarks.edit."""
        _, found = self._bookmark(a)
        found |= {key: str(a[key]) for key in ("title", "link", "emoji") if a.get(key)}
        found["date_updated"] = int(self._w.clock.now().timestamp())
        self._s.changed()
        return {"bookmark": found}

    async def remove_bookmark(self, a: Raw) -> Raw:
        """bookmarks.remove."""
        bookmarks, found = self._bookmark(a)
        bookmarks.remove(found)
        self._s.changed()
        return {}

    async def bookmarks(self, a: Raw) -> Raw:
        """bookmarks.list."""
        required(a, "channel_id")
        return {"bookmarks": list(self.channel(a, "channel_id").bookmarks)}
