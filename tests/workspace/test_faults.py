"""Faults of calls, asked for in Python or by the control API."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.workspace import Workspace


def texts(workspace: Workspace) -> list[str]:
    """Return what stands in #general."""
    return [message.text for message in workspace.messages("general")]


async def test_an_answer_lost_after_the_work(workspace: Workspace, client: AsyncWebClient) -> None:
    workspace.faults.drop_reply("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="general", text="done")
    workspace.faults.broken("chat.postMessage")
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.chat_postMessage(channel="general", text="done too")
    workspace.faults.hang("chat.postMessage", 5)
    client.timeout = 0  # seconds; the client gives up at once where the answer is late
    posting = asyncio.create_task(client.chat_postMessage(channel="general", text="done late"))
    await workspace.until(lambda: len(texts(workspace)) == 3)
    posting.cancel()
    assert texts(workspace) == ["done", "done too", "done late"]


async def test_a_call_that_did_nothing(workspace: Workspace, client: AsyncWebClient) -> None:
    faults = workspace.faults
    faults.refuse("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="general", text="no")
    faults.status("chat.postMessage", 503)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="no")
    assert caught.value.response.status_code == 503
    faults.error("chat.postMessage", "fatal_error")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel="general", text="no")
    faults.limited("*", 7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="no")
    assert caught.value.response.headers["Retry-After"] == "7.000"
    assert texts(workspace) == []
    assert workspace.refusals == []


async def test_a_slow_views_open_comes_too_late(
    workspace: Workspace, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escbot.workspace.triggers.TRIGGER_LIVES", 0.1)
    workspace.faults.delay("views.open", 0.2)
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Ask"},
        "blocks": [{"type": "divider"}],
    }
    started = time.monotonic()
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=workspace.triggers.new("U01"), view=view)
    assert time.monotonic() - started >= 0.2


async def test_faults_by_the_control_api(workspace: Workspace, client: AsyncWebClient) -> None:
    async with aiohttp.ClientSession() as session:

        async def control(verb: str, **body: Any) -> dict[str, Any]:
            url = f"{workspace.url}/control/{verb}"
            async with session.post(url, json={"as": "U01", **body}) as answer:
                found: dict[str, Any] = await answer.json()
                return found

        told = await control("fault", kind="status", method="chat.postMessage", code="500")
        assert told["faults"][0]["kind"] == "status"
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel="general", text="no")
        told = await control("fault", kind="hold", only="events_api")
        assert told["faults"][0]["method"] == "the next envelope"
        assert (await control("fault", kind="clear"))["faults"] == []
        assert not (await control("fault", kind="fire"))["ok"]
        assert (await control("refuse", blocks=["data_table"]))["blocks"] == ["data_table"]
        assert workspace.refuse_blocks == {"data_table"}
        await control("say", channel="general", text="hello")
        assert not (await control("say", channel="nowhere", text="hello"))["ok"]
    assert texts(workspace) == ["hello"]
