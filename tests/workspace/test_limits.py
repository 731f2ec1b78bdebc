"""Rate limits, triggers and response addresses: machine time, not the demo's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace import limits, triggers
from escbot.workspace.api.errors import ApiError
from escbot.workspace.limits import Limits
from escbot.workspace.triggers import Triggers
from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_client, a_workspace

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Ask"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Well?"}}],
}


class Machine:
    """A machine clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(limits, "time", made)
    monkeypatch.setattr(triggers, "time", made)
    return made


@pytest.mark.parametrize(
    ("method", "many", "each"),
    [
        ("users.list", 20, 3.0),
        ("chat.update", 50, 1.2),
        ("conversations.history", 50, 1.2),
        ("views.update", 100, 0.6),
    ],
)
def test_each_tier_has_its_calls_a_minute(
    machine: Machine, method: str, many: int, each: float
) -> None:
    bucket = Limits(1.0, enabled=True)
    assert [bucket.take(method, "") for _ in range(many)] == [0] * many
    assert bucket.take(method, "C1") == pytest.approx(each)
    machine.now += each
    assert bucket.take(method, "C1") == 0


def test_a_channel_takes_one_message_a_second_after_a_short_burst(machine: Machine) -> None:
    bucket = Limits(1.0, enabled=True)
    assert not any(bucket.take("chat.postMessage", "C1") for _ in range(10))
    assert bucket.take("chat.postMessage", "C1") == pytest.approx(1.0)
    assert bucket.take("chat.postMessage", "C2") == 0
    machine.now += 1
    assert bucket.take("chat.postMessage", "C1") == 0
    assert bucket.take("chat.postMessage", "C1") == pytest.approx(1.0)


def test_pace_shortens_limits_and_an_app_that_is_sold_reads_once_a_minute(
    machine: Machine,
) -> None:
    bucket = Limits(20.0, enabled=True)
    assert not any(bucket.take("chat.postMessage", "C1") for _ in range(10))
    assert bucket.take("chat.postMessage", "C1") == pytest.approx(0.05)
    bucket.distributed = True
    assert bucket.take("conversations.history", "C1") == 0
    assert bucket.take("conversations.history", "C1") == pytest.approx(3.0)


def test_an_app_hears_thirty_thousand_events_an_hour(machine: Machine) -> None:
    bucket = Limits(1.0, enabled=True)
    assert all(bucket.take_event() for _ in range(30_000))
    assert not bucket.take_event()
    machine.now += 3601
    assert bucket.take_event()


async def test_too_many_calls_get_429_with_retry_after() -> None:
    workspace = a_workspace(pace=1)
    await workspace.start()
    client = a_client(workspace)
    for _ in range(10):
        await client.chat_postMessage(channel="general", text="hello")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="hello")
    answer = caught.value.response
    assert answer.status_code == 429
    assert answer["error"] == "ratelimited"
    assert answer.headers["Retry-After"] == "1"
    await workspace.stop()


def test_a_trigger_lives_three_seconds_at_any_pace_and_works_once(machine: Machine) -> None:
    kept = Triggers(20.0)
    first, second = kept.new("U01"), kept.new("U01")
    machine.now += 2.9
    assert kept.use(first) == "U01"
    with pytest.raises(ApiError, match="exchanged_trigger_id"):
        kept.use(first)
    machine.now += 0.2
    with pytest.raises(ApiError, match="expired_trigger_id"):
        kept.use(second)
    with pytest.raises(ApiError, match="invalid_arguments"):
        kept.use("made.up")


def test_patience_is_for_busy_machines_only(machine: Machine) -> None:
    kept = Triggers(1.0, patience=3.0)
    trigger = kept.new("U01")
    machine.now += 8.9
    assert kept.use(trigger) == "U01"
    assert Workspace().patience == 1.0


def test_a_response_address_works_five_times_in_half_an_hour(machine: Machine) -> None:
    kept = Triggers(1.0)
    used, old = kept.address("U01", "C1", None), kept.address("U01", "C1", None)
    for _ in range(5):
        assert kept.answer(used) == ("U01", "C1", None)
    with pytest.raises(ApiError, match="used_url"):
        kept.answer(used)
    machine.now += 1801
    with pytest.raises(ApiError, match="expired_url"):
        kept.answer(old)


async def test_moving_the_demo_clock_ages_no_trigger(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    trigger = workspace.triggers.new("U01")
    await workspace.clock.advance(timedelta(hours=2))
    assert (await client.views_open(trigger_id=trigger, view=MODAL))["ok"]
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=MODAL)


async def test_a_refused_view_leaves_the_trigger_for_another_try(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    workspace.refuse_blocks = {"alert"}
    alert = {"type": "alert", "text": {"type": "mrkdwn", "text": "Mind the gap"}}
    trigger = workspace.triggers.new("U01")
    with pytest.raises(SlackApiError) as caught:
        await client.views_open(
            trigger_id=trigger, view={**MODAL, "blocks": [alert, *MODAL["blocks"]]}
        )
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: alert [json-pointer:/view/blocks/0/type]"
    ]
    assert (await client.views_open(trigger_id=trigger, view=MODAL))["ok"]


async def test_a_response_address_changes_the_ephemeral_message_only_it_can_change(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    place = workspace.state.channel("general").id
    shown = await client.chat_postEphemeral(channel=place, user="U01", text="only you")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=place, ts=str(shown["message_ts"]), text="no")
    secret = workspace.triggers.address("U01", place, str(shown["message_ts"]))
    url = f"{workspace.url}/response/{secret}"

    async def answer(body: dict[str, Any]) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as got:
            return got.status, await got.text()

    assert (await answer({"text": "changed", "replace_original": True}))[0] == 200
    assert [m.text for m in workspace.person("U01").ephemeral()] == ["changed"]
    assert (await answer({"text": "for all", "response_type": "in_channel"}))[0] == 200
    assert workspace.messages("general")[-1].text == "for all"
    assert (await answer({"delete_original": True}))[0] == 200
    assert workspace.person("U01").ephemeral() == []
    assert await answer({}) == (400, "no_text")
    await answer({"text": "five"})
    status, text = await answer({"text": "six"})
    assert status == 404
    assert "used_url" in text
