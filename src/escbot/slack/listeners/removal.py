"""Slack tells of itself: the app was removed, its tokens revoked, or it had too many events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from escbot.slack import payloads
from escbot.slack.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Add the listeners of what Slack says about the app."""

    async def lost(body: dict[str, Any]) -> None:
        services.lost(payloads.event_type(body))

    app.event("app_uninstalled")(lost)
    app.event("tokens_revoked")(lost)

    async def capped(
        body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if body.get("type") != payloads.CAPPED:  # it is no event: no listener would match it
            return await next_()
        services.capped()
        return BoltResponse(status=200, body="")

    app.use(capped)
