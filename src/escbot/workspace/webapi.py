"""The Web API: Slack's methods, arguments and error codes, as far as a bot needs them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from escbot.workspace.model import Channel, Message, Raw, View
from escbot.workspace.rules import problems, view_problems

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

Answer = dict[str, Any]
# method -> the scope without which Slack refuses it
SCOPES: Mapping[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "conversations.open": ("im:write",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "reactions.add": ("reactions:write",),
}


class ApiError(Exception):
    """A call that Slack refuses, with its code."""

    def __init__(self, code: str, **more: Any) -> None:  # noqa: ANN401 - Slack's own fields
        super().__init__(code)
        self.code = code
        self.more = more


class WebApi:
    """Answers the app's calls."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state

    async def call(self, method: str, arguments: Raw) -> Answer:
        """Do one method. Raises ApiError."""
        handle = self._methods().get(method)
        if handle is None:
            raise ApiError("unknown_method")
        needed = SCOPES.get(method)
        granted = self._scopes()
        if needed and not set(needed) & granted:
            raise ApiError(
                "missing_scope", needed=",".join(needed), provided=",".join(sorted(granted))
            )
        return await handle(arguments)

    def _scopes(self) -> set[str]:
        manifest = self._s.app.manifest if self._s.app else {}
        return set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))

    def _methods(self) -> Mapping[str, Callable[[Raw], Awaitable[Answer]]]:
        return {
            "api.test": self._test,
            "auth.test": self._auth,
            "apps.connections.open": self._connections,
            "team.info": self._team,
            "bots.info": self._bot,
            "users.info": self._user,
            "users.list": self._users,
            "conversations.list": self._channels,
            "conversations.info": self._channel_info,
            "conversations.open": self._open,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.members": self._members,
            "conversations.join": self._join,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._ephemeral,
            "chat.getPermalink": self._permalink,
            "views.open": self._views_open,
            "views.push": self._views_push,
            "views.update": self._views_update,
            "views.publish": self._views_publish,
            "reactions.add": self._react,
        }

    @property
    def _bot_id(self) -> str:
        return self._s.app.bot_user_id if self._s.app else ""

    async def _test(self, a: Raw) -> Answer:
        return {}

    async def _auth(self, a: Raw) -> Answer:
        return {
            "url": f"{self._w.url}/",
            "team": self._s.team_name,
            "user": "escbot",
            "team_id": self._s.team_id,
            "user_id": self._bot_id,
            "bot_id": "B01",
            "is_enterprise_install": False,
        }

    async def _connections(self, a: Raw) -> Answer:
        return {"url": self._w.sockets.new_address()}

    async def _team(self, a: Raw) -> Answer:
        return {"team": {"id": self._s.team_id, "name": self._s.team_name, "domain": "demo"}}

    async def _bot(self, a: Raw) -> Answer:
        return {"bot": {"id": "B01", "app_id": "A01", "user_id": self._bot_id, "name": "escbot"}}

    async def _user(self, a: Raw) -> Answer:
        user = self._s.users.get(str(a.get("user")))
        if user is None:
            raise ApiError("user_not_found")
        return {"user": self._w.user_raw(user)}

    async def _users(self, a: Raw) -> Answer:
        return {"members": [self._w.user_raw(user) for user in self._s.users.values()]}

    def _channel(self, a: Raw) -> Channel:
        name = str(a.get("channel") or "")
        try:
            channel = self._s.channel(name)
        except KeyError:
            if name in self._s.users:
                return self._s.dm(name)
            raise ApiError("channel_not_found") from None
        if channel.private and self._bot_id not in channel.members:
            raise ApiError("channel_not_found")
        return channel

    def _channel_raw(self, channel: Channel) -> Raw:
        return {
            "id": channel.id,
            "name": channel.name,
            "is_channel": channel.user is None,
            "is_private": channel.private,
            "is_im": channel.user is not None,
            "is_archived": channel.archived,
            "is_member": self._bot_id in channel.members,
        }

    async def _channels(self, a: Raw) -> Answer:
        archived = str(a.get("exclude_archived", "")).lower() in ("true", "1")
        found = [
            self._channel_raw(channel)
            for channel in self._s.channels.values()
            if channel.user is None
            and (not channel.private or self._bot_id in channel.members)
            and not (archived and channel.archived)
        ]
        return {"channels": found, "response_metadata": {"next_cursor": ""}}

    async def _channel_info(self, a: Raw) -> Answer:
        return {"channel": self._channel_raw(self._channel(a))}

    async def _open(self, a: Raw) -> Answer:
        user = self._s.users.get(str(a.get("users") or "").split(",")[0])
        if user is None:
            raise ApiError("user_not_found")
        if user.deleted:
            raise ApiError("user_disabled")
        return {"channel": {"id": self._s.dm(user.id).id}}

    async def _members(self, a: Raw) -> Answer:
        return {"members": sorted(self._channel(a).members)}

    async def _join(self, a: Raw) -> Answer:
        channel = self._channel(a)
        channel.members.add(self._bot_id)
        return {"channel": self._channel_raw(channel)}

    async def _history(self, a: Raw) -> Answer:
        channel = self._reading(a)
        found = [m for m in self._s.messages[channel.id] if m.thread_ts in (None, m.ts)]
        return self._messages(found, a, newest_first=True)

    async def _replies(self, a: Raw) -> Answer:
        channel = self._reading(a)
        found = self._s.thread(channel.id, str(a.get("ts")))
        if not found:
            raise ApiError("thread_not_found")
        return self._messages(found, a, newest_first=False)

    def _reading(self, a: Raw) -> Channel:
        channel = self._channel(a)
        if self._bot_id not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def _messages(self, found: list[Message], a: Raw, *, newest_first: bool) -> Answer:
        oldest = float(a.get("oldest") or 0)
        known = [m for m in found if float(m.ts) > oldest]
        if newest_first:
            known.reverse()
        metadata = str(a.get("include_all_metadata", "")).lower() in ("true", "1")
        raws = []
        for message in known[: int(a.get("limit") or 100)]:
            raw = message.api()
            if metadata and message.metadata:
                raw["metadata"] = message.metadata
            raws.append(raw)
        return {"messages": raws, "has_more": False, "response_metadata": {"next_cursor": ""}}

    # Messages

    def _content(self, a: Raw) -> Raw:
        blocks = _json(a.get("blocks")) or []
        attachments = _json(a.get("attachments")) or []
        text = str(a.get("text") or "")
        found = problems(blocks, most=50, where="message")
        for item in attachments:
            found += problems(item.get("blocks", []), most=50, where="message")
        if found:
            raise ApiError("invalid_blocks", response_metadata={"messages": found})
        if not text and not blocks and not attachments:
            raise ApiError("no_text")
        if len(text) > 40_000:
            text = text[:40_000]
        return {"text": text, "blocks": blocks, "attachments": attachments}

    async def _post(self, a: Raw) -> Answer:
        channel = self._channel(a)
        if channel.archived:
            raise ApiError("is_archived")
        public = not channel.private and "chat:write.public" in self._scopes()
        if self._bot_id not in channel.members and not public:
            raise ApiError("not_in_channel")
        thread = a.get("thread_ts")
        if thread and self._s.find(channel.id, str(thread)) is None:
            raise ApiError("thread_not_found")
        metadata = _json(a.get("metadata"))
        message = Message(
            channel=channel.id,
            ts=self._s.ts(),
            user=self._bot_id,
            thread_ts=str(thread) if thread else None,
            metadata=metadata,
            is_bot=True,
            **self._content(a),
        )
        self._s.add(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.api()}

    async def _update(self, a: Raw) -> Answer:
        channel = self._channel(a)
        message = self._s.find(channel.id, str(a.get("ts")))
        if message is None or message.ephemeral_for is not None:
            raise ApiError("message_not_found")
        if message.user != self._bot_id:
            raise ApiError("cant_update_message")
        keep = "attachments" not in a
        content = self._content(
            {**a, "attachments": message.attachments if keep else a.get("attachments")}
        )
        message.text = content["text"]
        message.blocks = content["blocks"]
        message.attachments = content["attachments"]
        message.edited = not message.blocks and not message.attachments
        self._s.changed()
        return {
            "channel": channel.id,
            "ts": message.ts,
            "text": message.text,
            "message": message.api(),
        }

    async def _delete(self, a: Raw) -> Answer:
        channel = self._channel(a)
        message = self._s.find(channel.id, str(a.get("ts")))
        if message is None:
            raise ApiError("message_not_found")
        self._s.messages[channel.id].remove(message)
        self._s.changed()
        return {"channel": channel.id, "ts": message.ts}

    async def _ephemeral(self, a: Raw) -> Answer:
        channel = self._channel(a)
        user = str(a.get("user"))
        if user not in channel.members:
            raise ApiError("user_not_in_channel")
        thread = a.get("thread_ts")
        message = Message(
            channel=channel.id,
            ts=self._s.ts(),
            user=self._bot_id,
            thread_ts=str(thread) if thread else None,
            is_bot=True,
            ephemeral_for=user,
            **self._content(a),
        )
        self._s.add(message)
        return {"message_ts": message.ts}

    async def _permalink(self, a: Raw) -> Answer:
        channel = self._channel(a)
        ts = str(a.get("message_ts"))
        if self._s.find(channel.id, ts) is None:
            raise ApiError("message_not_found")
        return {"permalink": self._w.permalink(channel.id, ts), "channel": channel.id}

    async def _react(self, a: Raw) -> Answer:
        message = self._s.find(self._channel(a).id, str(a.get("timestamp")))
        if message is None:
            raise ApiError("message_not_found")
        users = message.reactions.setdefault(str(a.get("name")), [])
        if self._bot_id in users:
            raise ApiError("already_reacted")
        users.append(self._bot_id)
        self._s.changed()
        return {}

    # Views

    def _view_body(self, a: Raw) -> Raw:
        body = _json(a.get("view"))
        found = view_problems(body)
        if found or not isinstance(body, dict):
            raise ApiError("invalid_arguments", response_metadata={"messages": found})
        return body

    async def _views_open(self, a: Raw) -> Answer:
        body = self._view_body(a)
        user = self._w.triggers.use(str(a.get("trigger_id")))
        view = self._new_view(user, body)
        self._s.modals[user] = [view]
        self._s.changed()
        return {"view": self._w.view_raw(view)}

    async def _views_push(self, a: Raw) -> Answer:
        body = self._view_body(a)
        user = self._w.triggers.use(str(a.get("trigger_id")))
        stack = self._s.modals.setdefault(user, [])
        if len(stack) >= 3:
            raise ApiError("push_limit_reached")
        view = self._new_view(user, body)
        stack.append(view)
        self._s.changed()
        return {"view": self._w.view_raw(view)}

    def _new_view(self, user: str, body: Raw) -> View:
        id_ = self._s.id("V")
        return View(id_, user, body, hash=self._s.id("h"), root_id=id_)

    async def _views_update(self, a: Raw) -> Answer:
        body = self._view_body(a)
        view = self._s.view(str(a.get("view_id") or ""))
        if view is None:
            raise ApiError("not_found")
        if a.get("hash") and a["hash"] != view.hash:
            raise ApiError("hash_conflict")
        self._w.replace_view(view, body)
        return {"view": self._w.view_raw(view)}

    async def _views_publish(self, a: Raw) -> Answer:
        body = self._view_body(a)
        user = str(a.get("user_id"))
        if user not in self._s.users:
            raise ApiError("user_not_found")
        known = self._s.homes.get(user)
        if known is not None and a.get("hash") and a["hash"] != known.hash:
            raise ApiError("hash_conflict")
        view = self._new_view(user, body)
        self._s.homes[user] = view
        self._s.changed()
        return {"view": self._w.view_raw(view)}


def _json(value: object) -> Any:  # noqa: ANN401 - whatever the app sent
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError("invalid_json") from None
    return value
