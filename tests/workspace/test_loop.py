"""A real Bolt app over a real socket: command, modal, submission, click, reaction, home."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_bolt_app, connected

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "kept",
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What?"},
            "element": {"type": "plain_text_input", "action_id": "what"},
        },
        {
            "type": "input",
            "block_id": "how",
            "optional": True,
            "label": {"type": "plain_text", "text": "How?"},
            "element": {
                "type": "static_select",
                "action_id": "how",
                "options": [
                    {"text": {"type": "plain_text", "text": "Now"}, "value": "now"},
                    {"text": {"type": "plain_text", "text": "Later"}, "value": "later"},
                ],
            },
        },
    ],
}


def card(text: str) -> list[dict[str, Any]]:
    """Return a card with one button."""
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {
            "type": "actions",
            "block_id": "buttons",
            "elements": [
                {
                    "type": "button",
                    "action_id": "take",
                    "value": "1",
                    "text": {"type": "plain_text", "text": "Take"},
                }
            ],
        },
    ]


def an_asker(workspace: Workspace, seen: dict[str, Any]) -> AsyncApp:
    """Return a Bolt app that asks by a form, posts a card and thanks for reactions."""
    bolt = a_bolt_app(workspace)

    @bolt.command("/ask")
    async def ask(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @bolt.view("form")
    async def submitted(ack: Any, body: dict[str, Any], view: dict[str, Any], client: Any) -> None:
        seen["view"] = view
        what = view["state"]["values"]["what"]["what"]["value"]
        if what == "wrong":
            await ack(response_action="errors", errors={"what": "Not this."})
            return
        await ack()
        await client.chat_postMessage(channel="general", text=what, blocks=card(what))

    @bolt.action("take")
    async def take(ack: Any, body: dict[str, Any], client: Any, respond: Any) -> None:
        await ack()
        seen["action"] = body
        where = body["container"]
        taken = f"taken by {body['user']['id']}"
        await client.chat_update(
            channel=where["channel_id"], ts=where["message_ts"], text=taken, blocks=card(taken)
        )
        await respond("only you see this", replace_original=False)

    @bolt.event("reaction_added")
    async def reacted(event: dict[str, Any], say: Any) -> None:
        await say(text="thank you", thread_ts=event["item"]["ts"])

    return bolt


async def test_from_the_command_to_the_reaction(workspace: Workspace) -> None:
    seen: dict[str, Any] = {}
    async with connected(workspace, an_asker(workspace, seen)):
        ann, bob = workspace.person("U01"), workspace.person("U02")
        assert await ann.slash("/ask", "something", channel="general")
        form = ann.form()
        empty = await form.submit()
        assert list(empty.errors) == ["What?"]
        refused = await form.fill("What?", "wrong").submit()
        assert refused.errors == {"What?": "Not this."}
        sent = await form.fill("What?", "Help").choose("How?", "Later").submit()
        assert sent.closed
        assert sent.errors == {}
        await workspace.until(lambda: workspace.messages("general"))
        message = workspace.messages("general")[0]
        assert message.words() == "Help\nTake"
        assert message.buttons() == ["Take"]
        await bob.click(message, "Take")
        await workspace.until(lambda: "taken by U02" in message.words())
        await workspace.until(lambda: bob.ephemeral())
        await ann.react(message, "eyes")
        await workspace.until(lambda: len(workspace.thread("general", message.ts)) == 2)
        await workspace.settle()

    assert seen["view"]["private_metadata"] == "kept"
    values = seen["view"]["state"]["values"]
    assert values["how"]["how"]["selected_option"]["value"] == "later"
    action = seen["action"]
    assert action["actions"][0]["value"] == "1"
    assert action["actions"][0]["block_id"] == "buttons"
    assert action["message"]["ts"] == message.ts
    assert action["response_url"].startswith(workspace.url)
    assert [m.text for m in bob.ephemeral()] == ["only you see this"]
    assert workspace.refusals == []


async def test_shortcuts_and_the_home(workspace: Workspace) -> None:
    bolt = a_bolt_app(workspace)
    seen: list[Any] = []

    @bolt.shortcut("ask_about")
    async def about(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append(body["message"]["text"])

    @bolt.shortcut("ask_all")
    async def everything(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append(body["type"])

    @bolt.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": card(f"Hello {event['user']}")}
        await client.views_publish(user_id=event["user"], view=view)

    @bolt.event("message")
    async def said(event: dict[str, Any]) -> None:
        seen.append(event["text"])

    async with connected(workspace, bolt):
        ann = workspace.person("U01")
        message = await ann.say("general", "the printer burns")
        await ann.shortcut("ask_about", message)
        await ann.shortcut("ask_all")
        await ann.home()
        await workspace.until(lambda: ann.home_view() is not None)
        await workspace.until(lambda: len(seen) == 3)
    home = ann.home_view()
    assert home is not None
    assert "Hello U01" in home.text()
    assert sorted(seen) == ["shortcut", "the printer burns", "the printer burns"]
