"""The chat port over Slack's Web API. It never repeats a call by itself: delivery decides that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core.views import Chart
from escbot.services.ports import (
    Body,
    ChatDown,
    ChatError,
    ChatGone,
    ChatLimited,
    ChatRefused,
    ChatUncertain,
    Posted,
)
from escbot.slack.ids import METADATA
from escbot.slack.newer import REFUSALS, NewerBlocks
from escbot.slack.pictures import can_draw, png

log = logging.getLogger(__name__)

# Slack's error codes and what they mean here (docs.slack.dev: chat.postMessage, chat.update).
_GONE = {
    "message_not_found": "message",
    "cant_update_message": "message",
    "edit_window_closed": "message",
    "thread_not_found": "thread",
    "channel_not_found": "channel",
    "is_archived": "channel",
    "is_inactive": "channel",
    "not_in_channel": "channel",
    "user_not_found": "user",
    "user_disabled": "user",
    "cannot_dm_bot": "user",
    "user_not_in_channel": "user",
}
# Without a token nothing can be done; what waits is kept until there is one.
NO_TOKEN = frozenset(
    {
        "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
        "org_login_required", "ekm_access_denied", "app_uninstalled",
    }
)  # fmt: skip
# Slack's methods by the names that the port has for them.
_VERBS = {
    "chat.postMessage": "post",
    "chat.update": "update",
    "chat.postEphemeral": "ephemeral",
    "chat.delete": "delete",
    "conversations.open": "open_dm",
    "conversations.list": "channel_id",
}
_UNCERTAIN = ("internal_error", "fatal_error", "request_timeout", "service_unavailable")
_PAGE = 200
UPLOAD_WITHIN = 30.0  # seconds for the bytes of one picture
_PAGES = 50
_FORM = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}


class Gateway:
    """Slack as delivery sees it. `base` is the workspace's address, from `auth.test`."""

    def __init__(self, client: AsyncWebClient, base: str, newer: NewerBlocks | None = None) -> None:
        self._client = client
        self._base = base.rstrip("/")
        self.posted: Callable[[], None] = lambda: None  # called after a post to a channel
        self._newer = newer or NewerBlocks()

    async def post(self, channel: str, body: Body, *, thread_ts: str | None, key: str) -> Posted:
        """Post a message that carries `key`; raises a ChatError.

        Newer kinds of blocks that the workspace refuses are replaced by classic ones, and not
        tried again; charts then follow as pictures in the thread, once and without a promise.
        """
        chosen = self._chosen(body)
        try:
            posted = await self._post(channel, chosen, thread_ts=thread_ts, key=key)
        except ChatRefused as refused:
            if not self._gives_up(chosen, refused):
                raise
            chosen = self._chosen(body)
            posted = await self._post(channel, chosen, thread_ts=thread_ts, key=key)
        if body.charts and chosen.blocks is not body.blocks:
            await self._pictures(posted.channel, thread_ts or posted.ts, body.charts)
        return posted

    def _chosen(self, body: Body) -> Body:
        """Return the body with the blocks that this workspace takes."""
        kinds = {str(block.get("type")) for block in body.blocks}
        if body.classic and not all(self._newer.may(kind) for kind in kinds):
            return replace(body, blocks=body.classic, classic=[])
        return body

    def _gives_up(self, body: Body, refused: ChatRefused) -> bool:
        """Remember what was refused; False where there is nothing else to try."""
        if refused.code not in REFUSALS or not body.classic:
            return False
        plain = {str(block.get("type")) for block in body.classic}
        kinds = {str(block.get("type")) for block in body.blocks} - plain
        log.warning("Slack does not take %s here; plain blocks are used", ", ".join(sorted(kinds)))
        for kind in kinds:
            self._newer.refuse(kind)
        return bool(kinds)

    async def _pictures(self, channel: str, thread_ts: str, charts: Sequence[Chart]) -> None:
        if not can_draw():
            return
        try:
            for chart in charts:
                drawn = await asyncio.to_thread(png, chart)
                await self._upload(channel, thread_ts, chart.title, drawn)
        except (SlackApiError, SlackClientError, ClientError, TimeoutError, OSError) as error:
            log.info("the charts could not be sent as pictures: %s", error)

    async def _upload(self, channel: str, thread_ts: str, title: str, data: bytes) -> None:
        place = await self._client.files_getUploadURLExternal(
            filename="chart.png", length=len(data), alt_txt=title
        )
        async with (
            ClientSession(timeout=ClientTimeout(total=UPLOAD_WITHIN)) as session,
            session.post(str(place["upload_url"]), data=data) as answer,
        ):
            answer.raise_for_status()
        await self._client.files_completeUploadExternal(
            files=[{"id": str(place["file_id"]), "title": title}],
            channel_id=channel,
            thread_ts=thread_ts,
        )

    async def _post(self, channel: str, body: Body, *, thread_ts: str | None, key: str) -> Posted:
        arguments = {
            **_FORM,
            "channel": channel,
            "text": body.text,
            "blocks": body.blocks or None,
            "attachments": body.attachments or None,
            "thread_ts": thread_ts,
            "metadata": {"event_type": METADATA, "event_payload": {"key": key}},
        }
        answer = await _call("chat.postMessage", self._client.chat_postMessage, arguments)
        posted = Posted(str(answer["channel"]), str(answer["ts"]))
        if not posted.channel.startswith("D"):
            self.posted()
        return posted

    async def update(self, channel: str, ts: str, body: Body) -> None:
        """Edit a message of ours; raises a ChatError."""
        chosen = self._chosen(body)
        try:
            await self._update(channel, ts, chosen)
        except ChatRefused as refused:
            if not self._gives_up(chosen, refused):
                raise
            await self._update(channel, ts, self._chosen(body))

    async def _update(self, channel: str, ts: str, body: Body) -> None:
        arguments = {
            "channel": channel,
            "ts": ts,
            "text": body.text,
            "blocks": body.blocks,
            "attachments": body.attachments,
            "parse": "none",
            "link_names": False,
        }
        await _call("chat.update", self._client.chat_update, arguments)

    async def ephemeral(
        self, channel: str, user: str, body: Body, *, thread_ts: str | None
    ) -> None:
        """Show something to one person; raises a ChatError."""
        arguments = {
            "channel": channel,
            "user": user,
            "text": body.text,
            "blocks": body.blocks or None,
            "attachments": body.attachments or None,
            "thread_ts": thread_ts,
        }
        await _call("chat.postEphemeral", self._client.chat_postEphemeral, arguments)

    async def open_dm(self, user: str) -> str:
        """Return the channel of the direct messages with somebody; raises a ChatError."""
        answer = await _call("conversations.open", self._client.conversations_open, {"users": user})
        return str(answer["channel"]["id"])

    async def find(
        self, channel: str, keys: Collection[str], *, since: datetime, thread_ts: str | None
    ) -> Mapping[str, Sequence[Posted]]:
        """Look for messages by their keys, in one reading; raises a ChatError."""
        arguments: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "limit": _PAGE,
            "oldest": f"{since.timestamp():.6f}",
        }
        call: Callable[..., Awaitable[Any]] = self._client.conversations_history
        method = "conversations.history"
        if thread_ts is not None:
            arguments["ts"] = thread_ts
            method, call = "conversations.replies", self._client.conversations_replies
        found: dict[str, list[Posted]] = {}
        for _ in range(_PAGES):
            answer = await _call(method, call, arguments)
            for message in answer.get("messages", []):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") in keys:
                    found.setdefault(payload["key"], []).append(Posted(channel, str(message["ts"])))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            arguments["cursor"] = cursor
        return {key: sorted(copies, key=lambda one: one.ts) for key, copies in found.items()}

    async def delete(self, channel: str, ts: str) -> None:
        """Remove a message of ours; raises a ChatError."""
        await _call("chat.delete", self._client.chat_delete, {"channel": channel, "ts": ts})

    async def channel_id(self, name: str) -> str | None:
        """Return the id of a channel by name, None where the bot can't see it."""
        arguments: dict[str, Any] = {
            "types": "public_channel,private_channel",
            "exclude_archived": True,
            "limit": _PAGE,
        }
        for _ in range(_PAGES):
            answer = await _call("conversations.list", self._client.conversations_list, arguments)
            for channel in answer.get("channels", []):
                if channel.get("name") == name:
                    return str(channel["id"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            arguments["cursor"] = cursor
        return None

    def permalink(self, channel: str, ts: str) -> str:
        """Return a link to a message."""
        return f"{self._base}/archives/{channel}/p{ts.replace('.', '')}"


async def _call(method: str, call: Callable[..., Awaitable[Any]], arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - Slack's own answers
    try:
        return await call(**{key: value for key, value in arguments.items() if value is not None})
    except SlackApiError as error:
        raise _meaning(method, error) from error
    except (TimeoutError, ClientError, ConnectionError) as error:
        # The request may have arrived; a connection that was never made can't have done anything.
        text = f"{method}: {error or type(error).__name__}"
        refused = "Cannot connect" in str(error)
        raise (ChatDown(text) if refused else ChatUncertain(text)) from error
    except SlackClientError as error:
        raise ChatUncertain(f"{method}: {error}") from error


def _meaning(method: str, error: SlackApiError) -> ChatError:
    answer = error.response
    status = getattr(answer, "status_code", 200)
    data = getattr(answer, "data", answer)  # a text where a proxy or a fault answered
    code = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        headers = {key.lower(): value for key, value in (answer.headers or {}).items()}
        return ChatLimited(float(headers.get("retry-after", 1)), _VERBS.get(method, method))
    if status >= 500 or code in _UNCERTAIN:
        return ChatUncertain(f"{method}: {code or status}")
    if code in NO_TOKEN:
        return ChatDown(f"{method}: {code}")
    if code in _GONE:
        return ChatGone(_GONE[code], code)
    return ChatRefused(code or f"HTTP {status}")
