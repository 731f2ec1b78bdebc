"""What Slack limits: delayed, never dropped, in order, and known to every replica."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from escbot.core import commands as c
from escbot.services.ports import Body, ChatLimited, ChatUncertain, Posted
from escbot.store.database import Database
from tests.make import an_escalation
from tests.services.office import MemoryChat, Office


class CountingChat(MemoryChat):
    """Counts calls, and fails those of one method for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str]] = []

    async def post(self, channel: str, body: Body, *, thread_ts: str | None, key: str) -> Posted:
        self.calls.append(("post", channel))
        return await super().post(channel, body, thread_ts=thread_ts, key=key)

    async def update(self, channel: str, ts: str, body: Body) -> None:
        self.calls.append(("update", channel))
        await super().update(channel, ts, body)


async def turn(office: Office) -> None:
    """Let delivery have a turn, and wait for lanes that a busy machine makes slow."""
    await office.delivery.deliver_once()
    await office.delivery.drain()


def replica(office: Office, worker: str) -> Office:
    """Another process on the same database, with the same clock, before the same chat."""
    other = Office(office.database)
    other.now, other.wall, other.chat = office.now, office.wall, office.chat
    other.delivery._sender._chat = office.chat
    other.delivery._settler._chat = office.chat
    other.delivery._worker = other.delivery._sender._worker = worker
    return other


@pytest.fixture
def office(database: Database) -> Office:
    made = Office(database)
    made.chat = CountingChat()
    made.delivery._sender._chat = made.chat
    made.delivery._settler._chat = made.chat
    return made


def calls(office: Office) -> list[tuple[str, str]]:
    chat = office.chat
    assert isinstance(chat, CountingChat)
    return chat.calls


async def test_retry_after_holds_for_its_method_in_every_replica_and_for_no_other(
    office: Office,
) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(20)
    await office.desk.do("T1", None, an_escalation(customer="Acme", area="login"))
    await office.desk.do("T1", 1, c.Acknowledge("U05"))
    office.chat.fail("post", ChatLimited(12, "post"))
    calls(office).clear()
    await turn(office)
    assert [method for method, _ in calls(office)].count("post") == 1
    assert "update" in [method for method, _ in calls(office)]
    other = replica(office, "w2")
    calls(office).clear()
    for seconds in (0, 5, 11):
        other.wall = office.wall + timedelta(seconds=seconds)
        await turn(other)
    assert "post" not in [method for method, _ in calls(office)]
    assert other.delivery.waits["post"] == pytest.approx(1)
    other.wall = office.wall + timedelta(seconds=13)
    await turn(other)
    assert "post" in [method for method, _ in calls(office)]


async def test_a_channel_gets_one_message_a_second_and_another_is_not_held_up(
    office: Office,
) -> None:
    for number in range(12):
        await office.desk.do("T1", None, an_escalation(area="payments"), key=f"v{number}")
    await turn(office)
    seen = [channel for _, channel in calls(office)]
    assert seen.count("C-escalations") == 8  # the burst
    calls(office).clear()
    for _ in range(10):
        office.wall += timedelta(seconds=1)
        await turn(office)
    assert [channel for _, channel in calls(office)].count("C-escalations") == 10


async def test_the_worst_case_goes_first_and_each_case_keeps_its_order(office: Office) -> None:
    for kind in ("major_function", "minor_issue", "outage"):
        await office.desk.do("T1", None, an_escalation(kind=kind, area="payments"))
    await office.deliver(40)
    cards = [sheet for sheet in office.chat.sheets if sheet.text.startswith("CardView")]
    assert [card.text.partition("severity='")[2][:2] for card in cards] == ["P1", "P2", "P3"]
    for card in cards:
        steps = [s.text.split()[0] for s in office.chat.sheets if s.thread_ts == card.ts]
        order = ["DocumentView", "AssessView", "RouteView", "BriefView", "UpdateView"]
        assert [step for step in steps if step in order] == [s for s in order if s in steps]


async def test_nothing_of_a_case_overtakes_a_post_whose_answer_was_lost(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await turn(office)  # the card
    office.chat.fail("post", ChatUncertain("lost"))
    office.chat.fail("post", ChatUncertain("lost"))
    await office.deliver(90)
    root = office.chat.sheets[0]
    steps = [s.text.split()[0] for s in office.chat.sheets if s.thread_ts == root.ts]
    order = ["DocumentView", "AssessView", "RouteView", "BriefView", "UpdateView"]
    assert [step for step in steps if step in order] == order


async def test_two_replicas_post_each_message_once(office: Office) -> None:
    other = replica(office, "w2")
    for number in range(6):
        await office.desk.do("T1", None, an_escalation(area="payments"), key=f"v{number}")
    for _ in range(60):
        await asyncio.gather(turn(office), turn(other))
        office.wall += timedelta(seconds=1)
        other.wall = office.wall
    keys = [sheet.key for sheet in office.chat.sheets]
    assert len(keys) == len(set(keys))
    assert len(office.texts("CardView")) == 6


async def test_a_queue_in_one_channel_hides_no_other(office: Office) -> None:
    for number in range(90):
        await office.desk.do("T1", None, an_escalation(area="payments"), key=f"v{number}")
    await turn(office)
    await turn(office)
    directs = [s for s in office.chat.sheets if s.channel.startswith("D")]
    assert directs
