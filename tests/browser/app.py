"""A small Slack app for the page's tests: it records each payload and answers as an app would."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Raw = dict[str, Any]

MANIFEST: Raw = {
    "display_information": {"name": "Reporter"},
    "features": {
        "bot_user": {"display_name": "Reporter", "always_online": True},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/report", "description": "Open a report", "usage_hint": "[what]"},
            {"command": "/remind", "description": "Remind me", "usage_hint": "[when]"},
        ],
        "shortcuts": [
            {
                "name": "Report this message",
                "type": "message",
                "callback_id": "report_message",
                "description": "Open a report from a message",
            },
            {
                "name": "New report",
                "type": "global",
                "callback_id": "report_global",
                "description": "Open a report",
            },
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:read",
                "chat:write",
                "commands",
                "im:write",
                "reactions:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention", "reaction_added"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
CUSTOMERS = ("Acme", "Globex", "Initech", "Umbrella")


def plain(text: str) -> Raw:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Raw:
    """Return a mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def options(*texts: str) -> list[Raw]:
    """Return options whose values are their texts in small letters."""
    return [{"text": plain(text), "value": text.lower()} for text in texts]


def button(text: str, **more: Any) -> Raw:
    """Return a button."""
    return {"type": "button", "action_id": text.lower(), "text": plain(text), **more}


def an_input(id_: str, label: str, element: Raw, **more: Any) -> Raw:
    """Return an input block."""
    block = {"type": "input", "block_id": id_, "label": plain(label), **more}
    return {**block, "element": {"action_id": "field", **element}}


def report(live: str = "") -> Raw:
    """Return the form; `live` is what it says to the choice so far."""
    blocks = [
        an_input("title", "Title", {"type": "plain_text_input", "max_length": 40}),
        an_input(
            "kind",
            "Kind",
            {"type": "static_select", "options": options("Outage", "Question")},
            dispatch_action=True,
        ),
    ]
    if live:
        blocks.append({"type": "section", "block_id": "live", "text": mrkdwn(live)})
        blocks.append(
            {"type": "alert", "block_id": "alert", "level": "warning", "text": plain("Look out")}
        )
    blocks += [
        an_input(
            "details",
            "Details",
            {"type": "plain_text_input", "multiline": True},
            optional=True,
            hint=plain("What was tried"),
        ),
    ]
    return _modal("report", "Report", blocks)


def joining(text: str = "Nobody joined.", *, more: bool = True) -> Raw:
    """Return a form with a button beside `text`, and without it once there is no more to add."""
    block = {"type": "section", "block_id": "offer", "text": mrkdwn(text)}
    blocks = [block | ({"accessory": button("Join")} if more else {})]
    return _modal("offer", "Offer", blocks)


def everything() -> Raw:
    """Return a form with every kind of field."""
    blocks = [
        an_input(
            "customer",
            "Customer",
            {"type": "external_select", "min_query_length": 0},
            optional=True,
        ),
        an_input(
            "areas",
            "Areas",
            {"type": "multi_static_select", "options": options("Login", "Payments", "Data")},
            optional=True,
        ),
        an_input("person", "Person", {"type": "users_select"}, optional=True),
        an_input("people", "People", {"type": "multi_users_select"}, optional=True),
        an_input("room", "Room", {"type": "conversations_select"}, optional=True),
        an_input(
            "also",
            "Also true",
            {"type": "checkboxes", "options": options("Loud", "Late")},
            optional=True,
        ),
        an_input(
            "level",
            "Level",
            {"type": "radio_buttons", "options": options("High", "Low")},
            optional=True,
        ),
        an_input("day", "Day", {"type": "datepicker"}, optional=True),
        an_input("time", "Time", {"type": "timepicker"}, optional=True),
        an_input("until", "Until", {"type": "datetimepicker"}, optional=True),
        an_input(
            "count", "Count", {"type": "number_input", "is_decimal_allowed": False}, optional=True
        ),
        an_input("mail", "Mail", {"type": "email_text_input"}, optional=True),
    ]
    return _modal("everything", "Everything", blocks)


def _modal(callback: str, title: str, blocks: list[Raw]) -> Raw:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


def home() -> Raw:
    """Return the App Home."""
    choose = {
        "type": "static_select",
        "action_id": "home_choice",
        "placeholder": plain("Which list"),
        "options": options("Mine", "All"),
    }
    blocks = [
        {"type": "header", "text": plain("Your reports")},
        {"type": "section", "text": mrkdwn("*Nothing* waits."), "accessory": choose},
        {"type": "actions", "elements": [button("Refresh", style="primary")]},
    ]
    return {"type": "home", "blocks": blocks}


def listen(app: AsyncApp, got: list[Raw]) -> None:
    """Record everything, and answer."""

    @app.command(re.compile(".*"))
    async def command(ack: AsyncAck, body: Raw, client: AsyncWebClient) -> None:
        got.append({"type": "command", **body})
        await ack()
        forms = {"everything": everything, "offer": joining}
        view = forms.get(body["text"], report)()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.shortcut(re.compile(".*"))
    async def shortcut(ack: AsyncAck, body: Raw, client: AsyncWebClient) -> None:
        got.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=report())

    @app.action(re.compile(".*"))
    async def action(ack: AsyncAck, body: Raw, client: AsyncWebClient) -> None:
        got.append(body)
        await ack()
        chosen = body["actions"][0]
        if chosen.get("block_id") == "kind":
            live = f"You chose *{chosen['selected_option']['value']}*."
            view = body["view"]
            await client.views_update(view_id=view["id"], hash=view["hash"], view=report(live))
        if chosen.get("block_id") == "offer":
            here = body["view"]["blocks"][0]["text"]["text"] == "Nobody joined."
            view = joining("One joined.") if here else joining("Full.", more=False)
            await client.views_update(view_id=body["view"]["id"], view=view)

    @app.options(re.compile(".*"))
    async def offer(ack: AsyncAck, body: Raw) -> None:
        typed = str(body["value"]).lower()
        await ack(options=options(*(name for name in CUSTOMERS if typed in name.lower())))

    @app.event(re.compile(".*"))
    async def event(body: Raw, event: Raw, client: AsyncWebClient) -> None:
        got.append(event)
        if event["type"] == "app_home_opened":
            await client.views_publish(user_id=event["user"], view=home())
        if event["type"] == "app_mention":
            await client.chat_postMessage(
                channel=event["channel"], thread_ts=event["ts"], text="You called?"
            )


def listen_to_forms(app: AsyncApp, got: list[Raw]) -> None:
    """Record what is sent, and refuse one title."""

    @app.view(re.compile(".*"))
    async def submitted(ack: AsyncAck, body: Raw) -> None:
        got.append(body)
        title = body["view"]["state"]["values"].get("title", {}).get("field", {}).get("value")
        if title == "bad":
            await ack(response_action="errors", errors={"title": "Say it better."})
        else:
            await ack()
