"""The Slack app's manifest, from the ids that the listeners use."""

from __future__ import annotations

import json
from typing import Any

from escbot.slack import ids

# Each scope with the reason why it is asked for.
SCOPES = {
    "app_mentions:read": "to be called by name",
    "channels:history": "replies in the thread of a public channel; settling a lost answer",
    "channels:read": "to find its channels by name",
    "chat:write": "to post and edit",
    "chat:write.public": "the line in the thread that a case came from",
    "commands": "/escalate and the shortcuts",
    "files:write": "to share a report as a file; charts as pictures, where Slack draws none itself",
    "groups:history": "the same in private channels",
    "groups:read": "the same in private channels",
    "im:history": "settling a lost answer in a direct message",
    "im:write": "to write to the specialist",
    "reactions:read": "to take with eyes, to finish with a check mark",
    "users:read": "to notice people who left",
}
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "reaction_added",
    "tokens_revoked",
    "user_change",
)
DESCRIPTION = "Runs escalations: the right specialist, one thread, and clocks that keep promises."


def manifest(url: str | None = None) -> dict[str, Any]:
    """Return the manifest for Socket Mode, or for HTTP at `url` (https, without a path)."""
    endpoint = f"{url.rstrip('/')}/slack/events" if url else None
    command: dict[str, Any] = {
        "command": ids.COMMAND,
        "description": "Escalate a problem, or see how one stands",
        "usage_hint": "[what is happening | mine | status ESC-7 | help]",
        "should_escape": False,
    }
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if endpoint:
        command["url"] = endpoint
        events["request_url"] = endpoint
        interactivity["request_url"] = endpoint
        interactivity["message_menu_options_url"] = endpoint
    return {
        "display_information": {
            "name": "escbot",
            "description": DESCRIPTION,
            "background_color": "#4a154b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "escbot", "always_online": True},
            "shortcuts": [
                {
                    "name": "Escalate this message",
                    "type": "message",
                    "callback_id": ids.SHORTCUT_MESSAGE,
                    "description": "Open an escalation from a message",
                },
                {
                    "name": "New escalation",
                    "type": "global",
                    "callback_id": ids.SHORTCUT_GLOBAL,
                    "description": "Open an escalation",
                },
            ],
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def text(url: str | None = None) -> str:
    """Return the manifest as the file that is pasted into Slack."""
    return json.dumps(manifest(url), indent=2) + "\n"
