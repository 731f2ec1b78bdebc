"""The app is removed from the workspace, or its tokens are revoked."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from escbot.slack import payloads
from escbot.slack.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Add the listeners of what ends an installation."""

    async def lost(body: dict[str, Any]) -> None:
        services.lost(payloads.event_type(body))

    app.event("app_uninstalled")(lost)
    app.event("tokens_revoked")(lost)
