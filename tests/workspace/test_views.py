"""Modals and homes: the stack of three, stale hashes, and what the validator says."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.rules import view_problems
from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_bolt_app, a_client, a_manifest, a_workspace, connected

TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "Well?"}}
FIELD = {
    "type": "input",
    "block_id": "what",
    "label": {"type": "plain_text", "text": "What?"},
    "element": {"type": "plain_text_input", "action_id": "what"},
}


def modal(**changes: Any) -> dict[str, Any]:
    """Return a modal that Slack takes."""
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Ask"}, "blocks": [TEXT]}
    return {**view, **changes}


async def error(call: Any) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_three_modals_and_no_more(workspace: Workspace, client: AsyncWebClient) -> None:
    new = workspace.triggers.new
    assert await error(client.views_push(trigger_id=new("U01"), view=modal())) == "not_found"
    first = await client.views_open(trigger_id=new("U01"), view=modal())
    second = await client.views_push(trigger_id=new("U01"), view=modal())
    assert second["view"]["previous_view_id"] == first["view"]["id"]
    assert second["view"]["root_view_id"] == first["view"]["id"]
    await client.views_push(trigger_id=new("U01"), view=modal())
    code = await error(client.views_push(trigger_id=new("U01"), view=modal()))
    assert code == "push_limit_reached"


async def test_a_stale_hash_is_a_conflict(workspace: Workspace, client: AsyncWebClient) -> None:
    opened = (await client.views_open(trigger_id=workspace.triggers.new("U01"), view=modal()))[
        "view"
    ]
    id_, hash_ = opened["id"], opened["hash"]
    fresh = (await client.views_update(view_id=id_, hash=hash_, view=modal()))["view"]
    assert fresh["hash"] != hash_
    code = await error(client.views_update(view_id=id_, hash=hash_, view=modal()))
    assert code == "hash_conflict"
    home = {"type": "home", "blocks": [TEXT]}
    shown = (await client.views_publish(user_id="U01", view=home))["view"]
    again = (await client.views_publish(user_id="U01", view=home, hash=shown["hash"]))["view"]
    assert again["id"] == shown["id"]
    code = await error(client.views_publish(user_id="U01", view=home, hash=shown["hash"]))
    assert code == "hash_conflict"


async def test_an_external_id_is_unique_and_finds_its_view(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    new = workspace.triggers.new
    await client.views_open(trigger_id=new("U01"), view=modal(external_id="mine"))
    code = await error(client.views_open(trigger_id=new("U02"), view=modal(external_id="mine")))
    assert code == "duplicate_external_id"
    changed = await client.views_update(external_id="mine", view=modal(external_id="mine"))
    assert changed["view"]["external_id"] == "mine"


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (modal(title=None), "missing required field: title [json-pointer:/view]"),
        (
            modal(title={"type": "plain_text", "text": "x" * 25}),
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (
            modal(blocks=[TEXT, FIELD]),
            "must define `submit` to use an `input` block in modals "
            "[json-pointer:/view/blocks/1/input]",
        ),
        (
            modal(private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            modal(callback_id="x" * 256),
            "must be less than 256 characters [json-pointer:/view/callback_id]",
        ),
        (modal(blocks=[TEXT] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (
            modal(submit_disabled=True),
            "invalid additional property: submit_disabled [json-pointer:/view]",
        ),
        (
            {"type": "home", "blocks": [{"type": "alert", "text": TEXT["text"]}]},
            "unsupported type: alert [json-pointer:/view/blocks/0/type]",
        ),
        ({"type": "workflow_step", "blocks": []}, "unsupported type: workflow_step [json"),
        ("nothing", "must provide an object [json-pointer:/view]"),
    ],
)
def test_what_the_validator_says_of_a_view(view: Any, said: str) -> None:
    assert any(line.startswith(said) for line in view_problems(view)), view_problems(view)


def test_a_view_that_slack_takes_has_no_problem() -> None:
    submit = {"type": "plain_text", "text": "Send"}
    assert view_problems(modal(blocks=[FIELD, TEXT], submit=submit, notify_on_close=True)) == []


async def test_a_view_of_more_than_250_kilobytes_is_too_large(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    wide = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    call = client.views_open(
        trigger_id=workspace.triggers.new("U01"), view=modal(blocks=[wide] * 100)
    )
    assert await error(call) == "view_too_large"


async def test_without_a_home_tab_there_is_no_home() -> None:
    manifest = a_manifest()
    manifest["features"]["app_home"]["home_tab_enabled"] = False
    workspace = a_workspace(manifest, pace=20)
    await workspace.start()
    home = {"type": "home", "blocks": [TEXT]}
    assert await error(a_client(workspace).views_publish(user_id="U01", view=home)) == "not_enabled"
    await workspace.stop()


async def test_closing_is_told_where_the_view_asked_for_it(workspace: Workspace) -> None:
    bolt, closed = a_bolt_app(workspace), []

    @bolt.view_closed("form")
    async def gone(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        closed.append(body["is_cleared"])

    client, new = a_client(workspace), workspace.triggers.new
    told = modal(callback_id="form", notify_on_close=True)
    async with connected(workspace, bolt):
        await client.views_open(trigger_id=new("U01"), view=told)
        await workspace.interactions.close("U01")
        await client.views_open(trigger_id=new("U01"), view=told)
        await client.views_push(trigger_id=new("U01"), view=told)
        await workspace.interactions.close("U01", every=True)
        await workspace.until(lambda: len(closed) == 3)
    assert closed == [False, True, True]


async def test_only_what_the_manifest_declares_exists() -> None:
    manifest = a_manifest()
    manifest["settings"]["interactivity"]["is_enabled"] = False
    workspace = a_workspace(manifest, pace=20)
    workspace.add_user("W09", "Cleo", team="T09")
    await workspace.start()
    ann = workspace.person("U01")
    assert not await ann.slash("/tell", "all")
    assert "`/tell` is not a valid command." in ann.ephemeral()[0].text
    outside = workspace.person("W09")
    assert not await outside.slash("/ask", "all")
    assert "`/ask` is not a valid command." in outside.ephemeral()[0].text
    with pytest.raises(KeyError, match="no global shortcut"):
        await ann.shortcut("ask_all")
    with pytest.raises(KeyError, match="no message shortcut"):
        await ann.shortcut("unknown", await ann.say("general", "hello"))
    await workspace.stop()


async def test_mentions_in_a_command_come_as_the_manifest_wants_them() -> None:
    manifest = a_manifest()
    manifest["features"]["slash_commands"].append(
        {"command": "/escape", "description": "Ask", "should_escape": True}
    )
    workspace = a_workspace(manifest, pace=20)
    await workspace.start()
    bolt, texts = a_bolt_app(workspace), []

    async def heard(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        texts.append(command["text"])

    bolt.command("/ask")(heard)
    bolt.command("/escape")(heard)
    async with connected(workspace, bolt):
        await workspace.person("U01").slash("/ask", "<@U02> knows")
        await workspace.person("U01").slash("/escape", "<@U02> knows")
        await workspace.person("U01").slash("/ask", "a < b & c")
    assert texts == ["@bob knows", "<@U02|bob> knows", "a &lt; b &amp; c"]
    await workspace.stop()
