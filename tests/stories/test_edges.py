"""People leave, channels go, clicks come late, texts are as long as they may be: it goes on."""

from __future__ import annotations

import pytest

from escbot.workspace.model import Message
from tests.stories.conftest import World


async def _told(world: World, person: str, words: str) -> None:
    """Wait until somebody alone reads some words."""
    who = world.workspace.person(person)
    await world.workspace.until(lambda: any(words in m.words() for m in who.ephemeral()))


def _expected(world: World, *codes: str) -> None:
    """Take out of the refusals those that the story caused itself."""
    refusals = world.workspace.refusals
    refusals[:] = [line for line in refusals if not any(code in line for code in codes)]


@pytest.mark.parametrize("method", ["/escalate", "Resolve"])
async def test_a_trigger_that_came_too_late_is_said_and_nothing_is_lost(
    world: World, method: str
) -> None:
    """The form can't open any more; whoever clicked is told to click again."""
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.click((await world.directs("U05"))[0], "Acknowledge")
    await world.shows(card, "is working on it")
    world.workspace.faults.error("views.open", "expired_trigger_id")
    if method == "/escalate":
        await priya.slash("/escalate", "down again", channel="escalations")
    else:
        await priya.click(card, "Resolve")
    await _told(world, "U05", "took too long to open")
    assert (await world.case()).owner == "U05"
    _expected(world, "expired_trigger_id")


async def test_a_deactivated_owner_is_replaced_by_somebody_who_is_there(world: World) -> None:
    card = await world.escalate()
    await world.workspace.person("U05").click((await world.directs("U05"))[0], "Acknowledge")
    await world.shows(card, "is working on it")
    world.workspace.deactivate("U05")
    assert "Can you take this?" in (await world.directs("U06"))[0].words()
    await world.shows(card, "is asked to take it")
    assert (await world.case()).offered == "U06"


async def test_a_guest_escalates_and_gets_no_more_rights_by_it(world: World) -> None:
    card = await world.escalate(by="U99", kind="Major function broken")
    guest = world.workspace.person("U99")
    await guest.click(card, "Acknowledge")
    await _told(world, "U99", "was asked")
    assert (await world.case()).owner is None


async def test_removed_from_its_channel_it_says_so_and_posts_once_it_is_back(world: World) -> None:
    channel = world.workspace.state.channel("escalations")
    channel.members.remove(world.workspace.bot)
    channel.private = True
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Globex").fill("What is happening?", "Down")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    assert (await form.submit()).closed
    told = await world.directs("U10")
    assert "I can't post to #escalations" in told[0].words()
    channel.private = False
    world.workspace.invite_app("escalations")
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    assert len(world.workspace.messages("escalations")) == 1
    _expected(world, "not_in_channel", "channel_not_found", "is_archived")


async def test_an_edited_reply_is_no_second_reply_and_a_deleted_one_takes_nothing_back(
    world: World,
) -> None:
    card = await world.escalate()
    await world.directs("U05")
    priya = world.workspace.person("U05")
    said = await priya.say("escalations", "looking", card.ts)
    await world.sees(card, "Taken as yours")
    await priya.edit(said, "looking at the gateway")
    await priya.delete(said)
    await world.workspace.settle()
    case = await world.case()
    assert case.owner == "U05"
    assert world.said(card).count("Taken as yours") == 1


async def test_a_thread_with_five_hundred_replies_is_a_thread(world: World) -> None:
    card = await world.escalate()
    await world.sees(card, "5 Update")
    for number in range(500):
        ts = world.workspace.state.ts()
        world.workspace.state.add(
            Message(card.channel, ts, "U02", f"me too {number}", thread_ts=card.ts)
        )
    world.workspace.faults.drop_reply("chat.postMessage")
    priya = world.workspace.person("U05")
    await priya.say("escalations", "looking", card.ts)
    await world.sees(card, "Taken as yours")
    await world.workspace.settle()
    assert world.said(card).count("Taken as yours") == 1


async def test_a_name_is_a_name_whatever_it_holds(world: World) -> None:
    loud = "*Bo* <!here> <https://evil.example|x> `_~"
    world.change_person("U05", name=loud)
    card = await world.escalate()
    await world.sees(card, "5 Update")
    everything = card.words() + world.said(card) + (await world.directs("U05"))[0].words()
    assert "Bo" in everything
    assert "<!here>" not in everything
    assert "<https://evil" not in everything
    assert "*Bo*" not in everything


@pytest.mark.parametrize(
    ("label", "longest"),
    [("Customer", 150), ("What is happening?", 3000), ("What have you tried?", 3000)],
)
async def test_a_text_at_its_limit_is_taken_and_one_over_is_answered_at_its_field(
    world: World, label: str, longest: int
) -> None:
    dana = world.workspace.person("U01")
    for extra, taken in ((1, False), (0, True)):
        await dana.slash("/escalate", channel="general")
        form = dana.form().fill("Customer", "Globex").fill("What is happening?", "Down")
        form.choose("Kind of problem", "Minor issue").choose("Impact", "One user")
        form.fill(label, "é" * (longest + extra))
        outcome = await form.submit()
        assert outcome.closed is taken
        assert list(outcome.errors) == ([] if taken else [label])
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    assert len(world.workspace.messages("escalations")) == 1
