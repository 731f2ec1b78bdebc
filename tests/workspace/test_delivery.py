"""Delivery as Slack does it: acknowledgements, retries, several sockets, refresh, faults."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace import delivery
from escbot.workspace.sockets import MOST
from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_bolt_app, a_client, a_manifest, a_workspace, connected


class Ear:
    """A bare Socket Mode client: it hears envelopes and acknowledges those it is told to."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self.heard: list[dict[str, Any]] = []
        self.acks = True
        self.closed = False
        self._session = aiohttp.ClientSession()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> Ear:
        """Connect and wait for the greeting."""
        app = self._w.state.app
        assert app is not None
        client = AsyncWebClient(app.app_token, self._w.api_url, retry_handlers=[])
        url = str((await client.apps_connections_open(app_token=app.app_token))["url"])
        self._socket = await self._session.ws_connect(url)
        self._task = asyncio.create_task(self._listen())
        await self._w.until(lambda: self.heard)
        return self

    async def _listen(self) -> None:
        async for message in self._socket:
            found = message.json()
            self.heard.append(found)
            if self.acks and "envelope_id" in found:
                await self._socket.send_json({"envelope_id": found["envelope_id"]})
        self.closed = True

    def events(self) -> list[dict[str, Any]]:
        """Return the envelopes of events."""
        return [one for one in self.heard if one["type"] == "events_api"]

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()
        assert self._task is not None
        await self._task
        await self._session.close()


@pytest.fixture
async def quick(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A workspace whose app has a fifth of a second to acknowledge and whose limits are short."""
    monkeypatch.setattr("escbot.workspace.sockets.ACK_WITHIN", 0.2)
    monkeypatch.setattr("escbot.workspace.httpdelivery.ACK_WITHIN", 0.2)
    made = a_workspace(pace=600)
    await made.start()
    yield made
    await made.stop()


async def test_an_event_that_nobody_acknowledges_comes_three_times_more(quick: Workspace) -> None:
    ear = await Ear(quick).open()
    ear.acks = False
    await quick.person("U01").say("general", "hello")
    await quick.until(lambda: len(ear.events()) == 4)
    assert [one["retry_attempt"] for one in ear.events()] == [0, 1, 2, 3]
    assert [one["retry_reason"] for one in ear.events()] == ["", "timeout", "timeout", "timeout"]
    assert len({one["payload"]["event_id"] for one in ear.events()}) == 1
    assert len({one["envelope_id"] for one in ear.events()}) == 4
    assert delivery.RETRIES[1:] == (60.0, 300.0)
    await ear.close()


async def test_after_too_many_events_in_an_hour_they_are_left_out_and_the_app_is_told(
    quick: Workspace,
) -> None:
    ear = await Ear(quick).open()
    quick.limits.events_an_hour = 2
    for number in range(5):
        await quick.person("U01").say("general", f"hello {number}")
    await quick.until(lambda: len(ear.events()) == 3)
    await quick.settle()
    said = [one["payload"].get("event", {}).get("text") for one in ear.events()]
    assert said == ["hello 0", "hello 1", None]
    told = ear.events()[-1]["payload"]
    assert told["type"] == "app_rate_limited"
    assert told["minute_rate_limited"] % 60 == 0
    await ear.close()


async def test_an_interaction_is_never_sent_again(quick: Workspace) -> None:
    ear = await Ear(quick).open()
    ear.acks = False
    ann = quick.person("U01")
    assert not await ann.slash("/ask", "anybody?")
    await quick.settle()
    assert [one["type"] for one in ear.heard] == ["hello", "slash_commands"]
    assert ann.ephemeral()[0].text == '/ask failed with the error "operation_timeout"'
    await ear.close()
    await quick.until(lambda: quick.sockets.count == 0)
    assert not await ann.slash("/ask", "anybody?")
    assert ann.ephemeral()[1].text == '/ask failed with the error "dispatch_failed"'


async def test_an_event_waits_for_a_socket(quick: Workspace) -> None:
    await quick.person("U01").say("general", "hello")
    ear = await Ear(quick).open()
    await quick.until(ear.events)
    assert ear.events()[0]["retry_reason"] == "connection_failed"
    await ear.close()


async def test_each_payload_goes_to_any_one_of_the_sockets(workspace: Workspace) -> None:
    ears = [await Ear(workspace).open() for _ in range(3)]
    assert [ear.heard[0]["num_connections"] for ear in ears] == [1, 2, 3]
    for number in range(24):
        await workspace.person("U01").say("general", f"message {number}")
    await workspace.until(lambda: sum(len(ear.events()) for ear in ears) == 24)
    texts = [one["payload"]["event"]["text"] for ear in ears for one in ear.events()]
    assert len(set(texts)) == 24
    assert sum(1 for ear in ears if ear.events()) > 1
    for ear in ears:
        await ear.close()


async def test_the_eleventh_socket_is_sent_away(workspace: Workspace) -> None:
    ears = [await Ear(workspace).open() for _ in range(MOST)]
    late = await Ear(workspace).open()
    assert late.heard[0]["reason"] == "too_many_websockets"
    await workspace.until(lambda: late.closed)
    assert workspace.sockets.count == MOST
    for ear in (*ears, late):
        await ear.close()


async def test_a_socket_is_refreshed_after_a_warning(workspace: Workspace) -> None:
    workspace.sockets.life = 14.0  # with a pace of twenty: 0.2 s, then half a second
    ear = await Ear(workspace).open()
    await workspace.until(lambda: ear.closed)
    said = [one.get("reason") for one in ear.heard if one["type"] == "disconnect"]
    assert said == ["warning", "refresh_requested"]
    await ear.close()


async def test_a_bolt_app_lives_through_a_refresh(workspace: Workspace) -> None:
    bolt, texts = a_bolt_app(workspace), []

    @bolt.event("message")
    async def said(event: dict[str, Any]) -> None:
        texts.append(event["text"])

    async with connected(workspace, bolt):
        await workspace.sockets.refresh()
        await workspace.until(lambda: workspace.sockets.count == 1)
        await workspace.person("U01").say("general", "still there?")
        await workspace.until(lambda: texts == ["still there?"])


async def test_what_is_not_subscribed_to_is_not_sent() -> None:
    workspace = a_workspace(a_manifest(events=["reaction_added"]), pace=20)
    workspace.add_channel("elsewhere")
    await workspace.start()
    ear = await Ear(workspace).open()
    message = await workspace.person("U01").say("general", "<@UBOT> hello")
    other = await workspace.person("U01").say("elsewhere", "the app isn't here")
    await workspace.person("U02").react(other, "eyes")
    await workspace.person("U02").react(message, "eyes")
    await workspace.person("U02").unreact(message, "eyes")
    await workspace.until(ear.events)
    await workspace.settle()
    assert [one["payload"]["event"]["type"] for one in ear.events()] == ["reaction_added"]
    assert ear.events()[0]["payload"]["event"]["item"]["ts"] == message.ts
    await ear.close()
    await workspace.stop()


async def test_the_app_hears_its_own_posts_edits_and_removals(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    ear = await Ear(workspace).open()
    posted = await client.chat_postMessage(channel="general", text="one")
    place, ts = str(posted["channel"]), str(posted["ts"])
    await client.chat_update(channel=place, ts=ts, text="two")
    await client.chat_delete(channel=place, ts=ts)
    await workspace.until(lambda: len(ear.events()) == 3)
    events = [one["payload"]["event"] for one in ear.events()]
    by_kind = {event.get("subtype", ""): event for event in events}
    assert by_kind[""]["bot_id"] == "B01"
    assert by_kind["message_changed"]["message"]["text"] == "two"
    assert by_kind["message_changed"]["previous_message"]["text"] == "one"
    assert by_kind["message_deleted"]["deleted_ts"] == ts
    await ear.close()


async def test_a_deleted_root_with_replies_leaves_a_tombstone(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    ann = workspace.person("U01")
    root = await ann.say("general", "nobody can pay")
    reply = await ann.say("general", "since ten", root.ts)
    ear = await Ear(workspace).open()

    def heard(subtype: str) -> list[dict[str, Any]]:
        events = [one["payload"]["event"] for one in ear.events()]
        return [event for event in events if event.get("subtype") == subtype]

    await ann.delete(root)
    await workspace.until(lambda: heard("message_changed"))
    event = heard("message_changed")[0]
    assert heard("message_deleted") == []
    assert event["message"]["subtype"] == "tombstone"
    assert event["message"]["reply_count"] == 1
    assert event["previous_message"]["text"] == "nobody can pay"
    place = workspace.state.channel("general").id
    history = (await client.conversations_history(channel=place))["messages"]
    assert [(one["subtype"], one["hidden"]) for one in history] == [("tombstone", True)]
    for call in (
        client.chat_postMessage(channel=place, thread_ts=root.ts, text="hello?"),
        client.reactions_add(channel=place, timestamp=root.ts, name="eyes"),
    ):
        with pytest.raises(SlackApiError, match=r"thread_not_found|message_not_found"):
            await call
    await ann.delete(reply)
    await workspace.until(lambda: len(heard("message_deleted")) == 2)
    gone = [event["deleted_ts"] for event in heard("message_deleted")]
    assert sorted(gone) == [root.ts, reply.ts]
    assert (await client.conversations_history(channel=place))["messages"] == []
    await ear.close()


async def test_faults_of_envelopes(workspace: Workspace) -> None:
    ear, other = await Ear(workspace).open(), await Ear(workspace).open()
    ann, faults = workspace.person("U01"), workspace.faults

    def texts() -> list[str]:
        found = [*ear.events(), *other.events()]
        return [one["payload"]["event"]["text"] for one in found]

    faults.duplicate_next_envelope()
    await ann.say("general", "twice")
    await workspace.until(lambda: texts().count("twice") == 2)
    await other.close()
    await workspace.until(lambda: workspace.sockets.count == 1)

    faults.hold_next_envelope("events_api")
    await ann.say("general", "first")
    await ann.say("general", "second")
    await workspace.until(lambda: "first" in texts())
    heard = [one["payload"]["event"]["text"] for one in ear.events()]
    assert heard.index("second") < heard.index("first")

    faults.lose_next_ack()
    await ann.say("general", "again")
    await workspace.until(lambda: texts().count("again") == 2)
    assert ear.events()[-1]["retry_attempt"] == 1

    faults.delay_next_envelope(0.3)
    started = time.monotonic()
    await ann.say("general", "late")
    await workspace.until(lambda: "late" in texts())
    assert time.monotonic() - started >= 0.3
    await ear.close()


@pytest.mark.parametrize("after", [0, 1, 2, 40])
async def test_a_socket_cut_at_any_byte_loses_nothing(quick: Workspace, after: int) -> None:
    ear, other = await Ear(quick).open(), await Ear(quick).open()
    quick.faults.cut_next_envelope(after)
    await quick.person("U01").say("general", "hello")
    await quick.until(lambda: [*ear.events(), *other.events()])
    await quick.until(lambda: quick.sockets.count == 1)
    assert ear.closed != other.closed
    await ear.close()
    await other.close()


async def test_answers_that_slack_does_not_take_change_nothing(workspace: Workspace) -> None:
    bolt = AsyncApp(client=a_client(workspace), signing_secret="s")

    @bolt.view("form")
    async def submitted(ack: Any) -> None:
        await ack(response_action="errors", errors={"nowhere": "No."})

    view = {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Ask"},
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Well?"}}],
    }
    async with connected(workspace, bolt):
        trigger = workspace.triggers.new("U01")
        await a_client(workspace).views_open(trigger_id=trigger, view=view)
        outcome = await workspace.person("U01").form().submit()
    assert not outcome.closed
    assert workspace.refusals == ["errors for fields that are not there: {'nowhere'}"]
