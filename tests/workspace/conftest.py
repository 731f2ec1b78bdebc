"""A workspace with one installed app, and a real Bolt app connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.workspace import Workspace

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SCOPES = (
    "app_mentions:read", "bookmarks:write", "channels:history", "channels:join", "channels:manage",
    "channels:read", "chat:write", "commands", "files:write", "groups:history", "groups:read",
    "im:history", "im:read", "im:write", "pins:write", "reactions:read", "reactions:write",
    "team:read", "users:read", "users:read.email",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "app_mention", "channel_archive", "channel_deleted",
    "member_joined_channel", "message.channels", "message.groups", "message.im",
    "reaction_added", "reaction_removed",
)  # fmt: skip


def a_manifest(**changes: Any) -> dict[str, Any]:
    """Return a manifest; `scopes`, `events` and `url` (HTTP mode) may differ."""
    url = changes.get("url")
    events: dict[str, Any] = {"bot_events": list(changes.get("events", EVENTS))}
    interactivity: dict[str, Any] = {"is_enabled": True}
    command = {"command": "/ask", "description": "Ask"}
    if url:
        events["request_url"] = interactivity["request_url"] = command["url"] = url
    return {
        "display_information": {"name": "asker"},
        "features": {
            "bot_user": {"display_name": "asker"},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "slash_commands": [command],
            "shortcuts": [
                {"name": "Ask about", "type": "message", "callback_id": "ask_about"},
                {"name": "Ask", "type": "global", "callback_id": "ask_all"},
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(changes.get("scopes", SCOPES))}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "socket_mode_enabled": url is None,
        },
    }


def a_workspace(manifest: dict[str, Any] | None = None, **options: Any) -> Workspace:
    """Return a workspace with Ann, Bob and #general, the app installed and invited."""
    workspace = Workspace(start=START, **options)
    workspace.clock.pause()
    workspace.add_user("U01", "Ann")
    workspace.add_user("U02", "Bob")
    workspace.add_channel("general")
    workspace.install(manifest or a_manifest())
    workspace.invite_app("general")
    return workspace


def a_client(workspace: Workspace) -> AsyncWebClient:
    """Return the real client with the app's token, without retries of its own."""
    app = workspace.state.app
    assert app is not None
    return AsyncWebClient(token=app.bot_token, base_url=workspace.api_url, retry_handlers=[])


def a_bolt_app(workspace: Workspace) -> AsyncApp:
    """Return a real Bolt app that answers within the request."""
    app = workspace.state.app
    assert app is not None
    return AsyncApp(client=a_client(workspace), signing_secret=app.signing_secret)


@asynccontextmanager
async def connected(workspace: Workspace, bolt: AsyncApp) -> AsyncIterator[AsyncApp]:
    """Connect a Bolt app by Socket Mode."""
    app = workspace.state.app
    assert app is not None
    before = workspace.sockets.count
    handler = AsyncSocketModeHandler(bolt, app.app_token)
    await handler.connect_async()
    await workspace.until(lambda: workspace.sockets.count > before)
    try:
        yield bolt
    finally:
        await handler.close_async()


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace that listens, with limits twenty times shorter."""
    made = a_workspace(pace=20)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    """The app's Web API client."""
    return a_client(workspace)
