"""People leave, channels go, clicks come late, texts are as long as they may be: it goes on."""

from __future__ import annotations

import pytest

from escbot.workspace.model import Message
from tests.stories.conftest import World
from tests.stories.test_afterwards import everything_sent


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
    if method == "/escalate":
        await _told(world, "U05", "You typed: down again")
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
    await world.sees(card, "New handoff: its owner is no longer in Slack.")
    await world.sees(card, "*Dana*, please call *Ken*")  # who is gone calls nobody
    dana = world.workspace.person("U01")
    for words, said, silent in (
        ("history ESC-1", "A handoff begins in tier 3: its owner is no longer in Slack", "is gone"),
        ("tell ESC-1", "Our engineers have been called", "Priya"),
        ("load", "*Ken*", "*Priya*"),
    ):
        before = len(dana.ephemeral())
        await dana.slash("/escalate", words)
        await world.workspace.until(lambda before=before: len(dana.ephemeral()) > before)
        assert said in dana.ephemeral()[-1].words()
        assert silent not in dana.ephemeral()[-1].words()
    world.workspace.deactivate("U01")
    await world.sees(card, "*Ken* tells Globex from now on (who owned the words is no longer in")


async def test_somebody_who_was_deactivated_unseen_is_found_by_writing_to_them(
    world: World,
) -> None:
    world.workspace.state.users["U05"].deleted = True  # and no event says so
    await world.escalate()
    assert "Can you take this?" in (await world.directs("U06"))[0].words()
    assert (await world.case()).offered == "U06"
    await everything_sent(world)
    _expected(world, "user_disabled")


async def test_a_guest_escalates_and_gets_no_more_rights_by_it(world: World) -> None:
    card = await world.escalate(by="U99", kind="Major function broken")
    guest = world.workspace.person("U99")
    await guest.click(card, "Acknowledge")
    await _told(world, "U99", "was asked")
    assert (await world.case()).owner is None


async def test_removed_from_its_channel_it_says_so_and_posts_once_it_is_back(world: World) -> None:
    world.looks_again_soon()
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


async def test_a_channel_that_is_archived_in_the_middle_is_said_once_and_the_rest_goes_on(
    world: World,
) -> None:
    world.looks_again_soon()
    card = await world.escalate()
    direct, priya = (await world.directs("U05"))[0], world.workspace.person("U05")
    await everything_sent(world)
    channel = world.workspace.state.channel("escalations")
    channel.archived = True
    await priya.click(direct, "Acknowledge")
    told = await world.directs("U10")
    assert "I can't post to #escalations" in told[0].words()
    await world.workspace.until(lambda: "Acknowledge" not in direct.buttons())
    assert "is asked to take it" in card.words()
    channel.archived = False
    await world.shows(card, "is working on it")
    await world.sees(card, "Brief taken")
    await everything_sent(world)
    assert len(world.workspace.person("U10").direct()) == 1
    delivery = world.program.delivery
    assert delivery is not None
    assert delivery.missing == {}
    _expected(world, "is_archived", "is_inactive")


async def test_cases_of_an_archived_channel_go_on_in_the_new_one_of_that_name(
    world: World,
) -> None:
    world.looks_again_soon()
    workspace, priya = world.workspace, world.workspace.person("U05")
    await world.escalate()
    direct = (await world.directs("U05"))[0]
    await everything_sent(world)
    workspace.archive("escalations", "U01")
    workspace.state.channel("escalations").name = "escalations-old"
    await priya.click(direct, "Acknowledge")
    await world.directs("U10")
    workspace.add_channel("escalations")
    workspace.invite_app("escalations")
    await workspace.until(lambda: workspace.messages("escalations"))
    card = workspace.messages("escalations")[0]
    await world.shows(card, "is working on it")
    await world.sees(card, "Brief taken")
    await workspace.until(lambda: f"/p{card.ts.replace('.', '')}" in direct.words())
    await everything_sent(world)
    assert (await world.case()).episode == 2
    assert len(workspace.person("U10").direct()) == 1
    delivery = world.program.delivery
    assert delivery is not None
    assert delivery.missing == {}
    _expected(world, "is_archived", "is_inactive")


@pytest.mark.parametrize("place", ["where the bot is no member", "deleted since"])
async def test_a_message_that_can_t_be_answered_becomes_a_case_all_the_same(
    world: World, place: str
) -> None:
    sam, dana = world.workspace.person("U02"), world.workspace.person("U01")
    message = await sam.say("general", "Nobody can log in")
    await dana.shortcut("escalate_message", message)
    if place == "deleted since":
        await sam.delete(message)
    else:
        channel = world.workspace.state.channel("general")
        channel.private = True
        channel.members.remove(world.workspace.bot)
    form = dana.form().fill("Customer", "Acme").choose("Kind of problem", "System down")
    form.choose("Impact", "One user").choose("Area", "Payments")
    assert (await form.submit()).closed
    await world.directs("U05")
    await everything_sent(world)
    assert len(world.workspace.messages("escalations")) == 1
    assert world.workspace.person("U10").direct() == []
    _expected(world, "channel_not_found", "thread_not_found")


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
    await everything_sent(world)
    for number in range(500):
        ts = world.workspace.state.ts()
        world.workspace.state.add(
            Message(card.channel, ts, "U02", f"me too {number}", thread_ts=card.ts)
        )
    world.workspace.faults.drop_reply("chat.postMessage", times=3)
    priya = world.workspace.person("U05")
    await priya.say("escalations", "looking", card.ts)
    await world.sees(card, "Taken as yours")
    await everything_sent(world)
    posts = [one for one in world.workspace.traffic if one.what == "chat.postMessage"]
    assert sum("Taken as yours" in str(one.detail) for one in posts) == 1


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
