"""People of other workspaces in channels shared with them (Slack Connect): they see no case.

Only the customer's question how it went is theirs to answer; its button names the case itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from escbot.slack import ids, payloads
from escbot.slack.listeners.answers import privately, quietly
from escbot.words.refusals import OUTSIDE

Middleware = Callable[..., Awaitable[BoltResponse]]


def keep_out(home: str) -> Middleware:
    """Return a middleware that lets only people of the workspace `home` through."""

    async def guard(
        body: dict[str, Any],
        next_: Callable[[], Awaitable[BoltResponse]],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> BoltResponse:
        if payloads.actors_team(body) in (None, home) or _rates(body):
            return await next_()
        if body.get("type") == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        if payloads.event_type(body) == "app_mention":
            said = payloads.said(body)
            thread = said.thread_ts or None
            await quietly(client, said.channel, said.user, OUTSIDE, thread_ts=thread)
        elif body.get("response_url"):
            await privately(respond, OUTSIDE)
        return BoltResponse(status=200, body="")

    return guard


def _rates(body: dict[str, Any]) -> bool:
    """Tell whether somebody says how satisfied they are."""
    ratings = (ids.RATING, ids.RATING_GOOD, ids.RATING_BAD)
    return body.get("type") == "block_actions" and payloads.click(body).action in ratings
