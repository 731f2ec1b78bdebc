"""Each thing that can go wrong between Slack and the bot: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from escbot.core.case import Case
from escbot.workspace.faults import Faults
from tests.stories.conftest import World, both

POST, EDIT = "chat.postMessage", "chat.update"


def once(world: World) -> None:
    """Every message of the bot that carries a key stands once, and the five steps are there."""
    keys = Counter(
        (message.metadata or {}).get("event_payload", {}).get("key")
        for messages in world.workspace.state.messages.values()
        for message in messages
        if message.metadata
    )
    assert {key for key, times in keys.items() if times > 1} == set()
    cards = world.workspace.messages("escalations")
    assert len(cards) == 1
    steps = [m.words().split("\n")[0] for m in world.thread(cards[0]) if m.metadata]
    for place, name in enumerate(("Document", "Assess", "Route", "Brief", "Update"), 1):
        assert steps.count(f"*{place} {name}*") == 1


async def handed_over(world: World) -> None:
    """Wait until everything that the opening asks for is there."""
    cards = world.workspace.messages
    await world.workspace.until(lambda: cards("escalations"), timeout=30)
    await world.workspace.until(lambda: len(world.thread(cards("escalations")[0])) >= 5, timeout=30)
    await world.directs("U05")
    await world.workspace.settle(quiet=0.6)


CALLS: dict[str, Callable[[Faults], None]] = {
    "the reply is dropped": lambda f: f.drop_reply(POST, times=2),
    "the connection is refused": lambda f: f.refuse(POST, times=2),
    "Slack says internal_error": lambda f: f.error(POST, "internal_error", times=2),
    "Slack says so, but did it": lambda f: f.broken(POST, times=2),
    "429": lambda f: f.limited(POST, 0.4, times=2),
    "500 with a page instead of JSON": lambda f: f.status(POST, 500, times=2),
    "done, then silence": lambda f: f.hang(POST, 2.6),
    "silence, then done": lambda f: f.delay(POST, 2.6),
    "the direct messages can't be opened": lambda f: f.error(
        "conversations.open", "internal_error"
    ),
    "the history can't be read": lambda f: (
        f.drop_reply(POST),
        f.error("conversations.history", "internal_error"),
        f.limited("conversations.history", 0.3),
    )[0],
}  # fmt: skip


@pytest.mark.parametrize("fault", CALLS)
async def test_a_call_that_goes_wrong_loses_nothing_and_repeats_nothing(
    world: World, fault: str
) -> None:
    CALLS[fault](world.workspace.faults)
    await world.escalate()
    await handed_over(world)
    once(world)


@both
async def test_an_edit_that_goes_wrong_is_made_in_the_end(world: World) -> None:
    card = await world.escalate()
    await handed_over(world)
    faults = world.workspace.faults
    faults.drop_reply(EDIT)
    faults.limited(EDIT, 0.3)
    faults.status(EDIT, 503)
    direct = (await world.directs("U05"))[0]
    await world.workspace.person("U05").click(direct, "Acknowledge")
    await world.workspace.until(lambda: "is working on it" in card.words(), timeout=30)
    once(world)


ENVELOPES: dict[str, Callable[[Faults], None]] = {
    "twice": lambda f: f.duplicate_next_envelope(),
    "late": lambda f: f.delay_next_envelope(0.5),
    "after the next one": lambda f: f.hold_next_envelope("events_api"),
    "again, although it was acknowledged": lambda f: f.lose_next_ack("events_api"),
    "cut off at the first byte": lambda f: f.cut_next_envelope(1, "events_api"),
    "cut off in the middle": lambda f: f.cut_next_envelope(200, "events_api"),
}


@pytest.mark.parametrize("fault", ENVELOPES)
async def test_a_reply_that_arrives_badly_takes_the_case_once(world: World, fault: str) -> None:
    card = await world.escalate()
    await handed_over(world)
    ENVELOPES[fault](world.workspace.faults)
    await world.workspace.person("U05").say("escalations", "mine", card.ts)
    await world.workspace.until(lambda: "Taken as yours" in world.said(card), timeout=30)
    await world.workspace.settle(quiet=0.3)
    assert world.said(card).count("Taken as yours") == 1
    assert world.workspace.person("U05").ephemeral() == []


async def test_a_refusal_that_is_delivered_twice_is_said_once(world: World) -> None:
    card = await world.escalate()
    await handed_over(world)
    world.workspace.faults.lose_next_ack("events_api")
    guest = world.workspace.person("U02")
    await guest.react(card, "eyes")
    await world.workspace.until(lambda: guest.ephemeral(), timeout=20)
    await world.workspace.settle(quiet=0.6)
    assert len(guest.ephemeral()) == 1


async def test_a_form_that_opens_slowly_opens_once(world: World) -> None:
    dana = world.workspace.person("U01")
    world.workspace.faults.delay("views.open", 1.0)
    assert await dana.slash("/escalate", channel="general")
    assert dana.form().title == "Escalate"
    world.workspace.faults.duplicate_next_envelope()
    await world.workspace.interactions.close(dana.id)
    assert await dana.slash("/escalate", channel="general")
    await world.workspace.settle(quiet=0.3)
    assert dana.ephemeral() == []
    world.workspace.refusals.clear()  # Slack refuses the second use of one trigger


@both
async def test_a_click_that_is_not_acknowledged_may_be_made_again(world: World) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    world.workspace.faults.cut_next_envelope(30)
    priya = world.workspace.person("U05")
    assert not await priya.click(direct, "Acknowledge")
    for _ in range(20):
        if await priya.click(direct, "Acknowledge"):
            break
    await world.shows(card, "is working on it")
    assert [note.text for note in (await world.case()).notes] == []


async def test_a_question_by_name_is_answered_after_a_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.escalate()
    desk = world.program.desk
    assert desk is not None
    asked, real = [], desk.case

    async def once_away(team: str, number: int) -> Case | None:
        asked.append(number)
        if len(asked) == 1:
            raise OperationalError("SELECT", {}, Exception("the database is away"))
        return await real(team, number)

    monkeypatch.setattr(type(desk), "case", lambda self, team, number: once_away(team, number))
    dana = world.workspace.person("U01")
    await dana.say("general", f"<@{world.workspace.bot}> status ESC-1")
    await world.workspace.until(lambda: dana.ephemeral(), timeout=30)
    assert "ESC-1" in dana.ephemeral()[0].words()
    assert len(dana.ephemeral()) == 1
