"""Messages: what is kept on an edit, what may be edited, and what metadata survives."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_client, a_manifest, a_workspace

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*now*"}}]


async def error(call: Any) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_text_without_blocks_removes_the_blocks_and_leaves_the_rest(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    data = {"event_type": "case", "event_payload": {"key": "k1"}}
    strip = [{"color": "#a30200", "blocks": BLOCKS}]
    posted = await client.chat_postMessage(
        channel="general", text="one", blocks=BLOCKS, attachments=strip, metadata=data
    )
    place, ts = str(posted["channel"]), str(posted["ts"])
    changed = await client.chat_update(channel=place, ts=ts, text="two")
    assert "blocks" not in changed["message"]
    assert changed["message"]["attachments"][0]["color"] == "#a30200"
    assert changed["message"]["metadata"] == data
    await client.chat_update(channel=place, ts=ts, text="three", attachments=[])
    message = workspace.messages("general")[0]
    assert message.attachments == []
    assert message.edited


async def test_only_the_apps_own_messages_can_be_changed(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    said = await workspace.person("U01").say("general", "mine")
    for call in (client.chat_update, client.chat_delete):
        more = {"text": "no"} if call == client.chat_update else {}
        code = await error(call(channel=said.channel, ts=said.ts, **more))
        assert code in ("cant_update_message", "cant_delete_message")
    assert await error(client.chat_update(channel=said.channel, ts="1.1", text="n")) == (
        "message_not_found"
    )


async def test_where_an_app_may_write(workspace: Workspace, client: AsyncWebClient) -> None:
    workspace.add_channel("elsewhere")
    workspace.add_channel("secret", private=True)
    workspace.add_channel("old")
    workspace.invite_app("old")
    workspace.archive("old", by="U01")
    post = client.chat_postMessage
    assert await error(post(channel="elsewhere", text="t")) == "not_in_channel"
    assert await error(post(channel="secret", text="t")) == "channel_not_found"
    assert await error(post(channel="old", text="t")) == "is_archived"
    assert await error(post(channel="nowhere", text="t")) == "channel_not_found"
    place = workspace.state.channel("elsewhere").id
    shown = client.chat_postEphemeral(channel=place, user="U01", text="t")
    assert await error(shown) == "not_in_channel"
    assert await error(post(channel="general", text="t", thread_ts="1.1")) == "thread_not_found"
    direct = await post(channel="U01", text="hello")
    assert direct["channel"].startswith("D")


async def test_the_scope_to_write_in_public_channels_is_enough_there() -> None:
    workspace = a_workspace(a_manifest(scopes=["chat:write", "chat:write.public"]), pace=20)
    workspace.add_channel("elsewhere")
    await workspace.start()
    assert (await a_client(workspace).chat_postMessage(channel="elsewhere", text="t"))["ok"]
    await workspace.stop()


async def test_metadata_with_a_wrong_name_is_only_warned_of_and_lost(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    data = {"event_type": "case.opened", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel="general", text="t", metadata=data)
    assert posted["response_metadata"]["warnings"] == ["invalid_metadata_schema"]
    assert workspace.messages("general")[0].metadata is None
    deep = {"event_type": "case", "event_payload": {"key": {"in": {"deep": 1}}}}
    posted = await client.chat_postMessage(channel="general", text="t", metadata=deep)
    assert posted["response_metadata"]["warnings"] == ["invalid_metadata_schema"]
    wrong = client.chat_postMessage(channel="general", text="t", metadata={"event_type": "x"})
    assert await error(wrong) == "invalid_metadata_format"


async def test_metadata_is_read_only_where_it_is_asked_for(client: AsyncWebClient) -> None:
    data = {"event_type": "case", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel="general", text="t", metadata=data)
    place = str(posted["channel"])
    plain = await client.conversations_history(channel=place)
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_history(channel=place, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == data


async def test_a_long_text_is_cut_and_an_empty_one_refused(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="general", text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert posted["response_metadata"]["warnings"] == ["message_truncated"]
    many = [{"text": "a"}] * 101
    call = client.chat_postMessage(channel="general", text="t", attachments=many)
    assert await error(call) == "too_many_attachments"


async def test_blocks_without_ids_get_them(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="general", text="t", blocks=BLOCKS)
    assert posted["message"]["blocks"][0]["block_id"]
