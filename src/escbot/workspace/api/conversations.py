"""conversations: channels, direct messages, and what was written in them."""

from __future__ import annotations

import re

from escbot.workspace.api.errors import ApiError
from escbot.workspace.api.group import Group, listed, page, required, true
from escbot.workspace.model import Channel, Message, Raw

READ_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
FEWEST = 15  # messages in one reading of an app that is sold outside of the Marketplace
NAME = re.compile(r"^[^\sA-Z.,!?@#:;'\"()\[\]{}<>/\\|]{1,80}$")


class Conversations(Group):
    """Channels."""

    async def channels(self, a: Raw) -> Raw:
        """conversations.list."""
        kinds = listed(a.get("types") or "public_channel")
        for kind in kinds:
            if kind not in READ_SCOPES:
                raise ApiError("invalid_types")
            self.need(READ_SCOPES[kind])
        without = true(a.get("exclude_archived"))
        found = [
            self._w.channel_raw(channel)
            for channel in self._s.channels.values()
            if channel.listed_as in kinds
            and (not channel.private or self.bot in channel.members)
            and not (without and channel.archived)
        ]
        shown, cursor = page(found, a)
        return {"channels": shown, "response_metadata": {"next_cursor": cursor}}

    async def info(self, a: Raw) -> Raw:
        """conversations.info."""
        channel = self.channel(a, scope="read")
        raw = self._w.channel_raw(channel)
        if true(a.get("include_num_members")):
            raw["num_members"] = len(channel.members)
        return {"channel": raw}

    async def members(self, a: Raw) -> Raw:
        """conversations.members."""
        shown, cursor = page(sorted(self.channel(a, scope="read").members), a)
        return {"members": shown, "response_metadata": {"next_cursor": cursor}}

    async def open(self, a: Raw) -> Raw:
        """conversations.open: the direct messages with one person."""
        users = listed(a.get("users"))
        if not users:
            raise ApiError("users_list_not_supplied")
        if len(users) > 1:
            self.need("mpim:write")
            raise ApiError("not_enough_users")
        self.need("im:write")
        user = self.user(users[0])
        if user.deleted:
            raise ApiError("user_disabled")
        if user.is_bot:
            raise ApiError("cannot_dm_bot")
        if user.team:
            raise ApiError("user_not_found")  # apps have no direct messages with people outside
        before = len(self._s.channels)
        channel = self._s.dm(user.id)
        already = {"no_op": True, "already_open": True} if len(self._s.channels) == before else {}
        shown = self._w.channel_raw(channel) if true(a.get("return_im")) else {"id": channel.id}
        return {"channel": shown, **already}

    async def history(self, a: Raw) -> Raw:
        """conversations.history: roots, newest first."""
        channel = self.channel(a, scope="history")
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        found = [
            message
            for message in self._s.messages[channel.id]
            if message.thread_ts in (None, message.ts)
        ]
        return self._read(a, found[::-1], channel, newest_first=True)

    async def replies(self, a: Raw) -> Raw:
        """conversations.replies: a root and what was answered, oldest first."""
        channel = self.channel(a, scope="history")
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        found = self._s.thread(channel.id, str(a.get("ts")))
        if not found:
            raise ApiError("thread_not_found")
        return self._read(a, found, channel, newest_first=False)

    def _read(
        self, a: Raw, messages: list[Message], channel: Channel, *, newest_first: bool
    ) -> Raw:
        oldest = float(a.get("oldest") or 0)
        latest = float(a.get("latest") or 0) or float("inf")
        inclusive = true(a.get("inclusive"))

        def within(ts: str) -> bool:
            at = float(ts)
            return oldest < at < latest or (inclusive and at in (oldest, latest))

        # A thread's root is always in its replies.
        root = None if newest_first else messages[0]
        found = [message for message in messages if message is root or within(message.ts)]
        if self._w.limits.distributed:
            a = {**a, "limit": min(int(a.get("limit") or FEWEST), FEWEST)}
        shown, cursor = page(found, a, usual=100 if newest_first else 1000)
        with_data = true(a.get("include_all_metadata"))
        answer: Raw = {
            "messages": [self._w.message_raw(message, metadata=with_data) for message in shown],
            "has_more": bool(cursor),
            "response_metadata": {"next_cursor": cursor},
        }
        if newest_first:
            answer |= {
                "pin_count": len(channel.pins),
                "channel_actions_ts": None,
                "channel_actions_count": 0,
            }
        return answer

    async def join(self, a: Raw) -> Raw:
        """conversations.join."""
        channel = self.channel(a)
        if channel.private:
            raise ApiError("method_not_supported_for_channel_type")
        if channel.archived:
            raise ApiError("is_archived")
        if self.bot in channel.members:
            warning = "already_in_channel"
            return {
                "channel": self._w.channel_raw(channel),
                "warning": warning,
                "response_metadata": {"warnings": [warning]},
            }
        self._w.join(self.bot, channel.id)
        return {"channel": self._w.channel_raw(channel)}

    def _managed(self, a: Raw, also: str = "") -> Channel:
        """Return a channel that the bot may change; `also` is the end of a narrower scope."""
        channel = self.channel(a)
        if channel.user is not None:
            raise ApiError("method_not_supported_for_channel_type")
        narrow = [f"{channel.kind}s:write.{also}"] if also else []
        self.need("groups:write" if channel.private else "channels:manage", *narrow)
        return channel

    async def create(self, a: Raw) -> Raw:
        """conversations.create."""
        private = true(a.get("is_private"))
        self.need("groups:write" if private else "channels:manage")
        name = str(a.get("name") or "")
        if not name:
            raise ApiError("invalid_name_required")
        if len(name) > 80:
            raise ApiError("invalid_name_maxlength")
        if not NAME.match(name):
            raise ApiError("invalid_name_specials")
        if any(channel.name == name for channel in self._s.channels.values()):
            raise ApiError("name_taken")
        channel = Channel(self._s.id("C"), name, {self.bot}, private)
        channel.creator = self.bot
        channel.created = int(self._w.clock.now().timestamp())
        self._s.channels[channel.id] = channel
        self._s.messages[channel.id] = []
        self._s.changed()
        return {"channel": self._w.channel_raw(channel)}

    async def archive(self, a: Raw) -> Raw:
        """conversations.archive."""
        channel = self._managed(a)
        if channel.archived:
            raise ApiError("already_archived")
        self._w.archive(channel.id, self.bot)
        return {}

    async def invite(self, a: Raw) -> Raw:
        """conversations.invite."""
        channel = self._managed(a, "invites")
        users = listed(a.get("users"))
        if not users:
            raise ApiError("no_user")
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        if channel.archived:
            raise ApiError("is_archived")
        people = [self.user(user) for user in users]
        for person in people:
            if person.id == self.bot:
                raise ApiError("cant_invite_self")
            if person.deleted:
                raise ApiError("user_is_restricted" if person.guest else "cant_invite")
            if person.guest == "single":
                raise ApiError("ura_max_channels")
            if person.id in channel.members:
                raise ApiError("already_in_channel")
        for person in people:
            self._w.join(person.id, channel.id, self.bot)
        return {"channel": self._w.channel_raw(channel)}

    async def kick(self, a: Raw) -> Raw:
        """conversations.kick."""
        channel = self._managed(a)
        user = self.user(a.get("user"))
        if user.id == self.bot:
            raise ApiError("cant_kick_self")
        if user.id not in channel.members:
            raise ApiError("not_in_channel")
        self._w.leave(user.id, channel.id)
        return {"errors": {}}

    async def leave(self, a: Raw) -> Raw:
        """conversations.leave."""
        channel = self._managed(a)
        if self.bot not in channel.members:
            return {"not_in_channel": True}
        self._w.leave(self.bot, channel.id)
        return {}

    async def rename(self, a: Raw) -> Raw:
        """conversations.rename."""
        channel = self._managed(a)
        name = str(a.get("name") or "")
        if not NAME.match(name):
            raise ApiError("invalid_name_specials" if name else "invalid_name_required")
        if any(other.name == name for other in self._s.channels.values()):
            raise ApiError("name_taken")
        channel.name = name
        self._w.events.about_channel("rename", channel, self.bot)
        self._s.changed()
        return {"channel": self._w.channel_raw(channel)}

    async def topic(self, a: Raw) -> Raw:
        """conversations.setTopic."""
        required(a, "topic")
        channel = self._managed(a, "topic")
        if len(str(a["topic"])) > 250:
            raise ApiError("too_long")
        channel.topic = str(a["topic"])
        self._s.changed()
        return {"channel": self._w.channel_raw(channel)}

    async def purpose(self, a: Raw) -> Raw:
        """conversations.setPurpose."""
        required(a, "purpose")
        channel = self._managed(a, "topic")
        if len(str(a["purpose"])) > 250:
            raise ApiError("too_long")
        channel.purpose = str(a["purpose"])
        self._s.changed()
        return {"channel": self._w.channel_raw(channel)}
