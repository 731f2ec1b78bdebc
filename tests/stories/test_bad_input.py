"""Bad input gets one sentence, privately, and nothing is lost."""

from __future__ import annotations

import pytest

from escbot.workspace.model import elements_of
from tests.stories.conftest import World


async def test_a_missing_field_is_answered_at_that_field(world: World) -> None:
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "It is down", channel="general")
    form = dana.form().fill("Customer", "Globex").choose("Impact", "One user")
    outcome = await form.submit()
    assert not outcome.closed
    assert list(outcome.errors) == ["Kind of problem"]
    # Slack takes blanks for a text; escbot does not.
    outcome = await form.choose("Kind of problem", "System down").fill("Customer", "  ").submit()
    assert not outcome.closed
    assert list(outcome.errors) == ["Customer"]
    assert "still empty" in outcome.errors["Customer"]


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> look <@U05> <https://evil.example|here>",
        "nul \x00 and \x1b[31m red",
        "🔥" * 200,
        "שלום עולם אין תשלום",
        "*bold* _it_ ~no~ `code` > quote",
        "x" * 3000,
    ],
)
async def test_odd_text_is_shown_as_it_is(world: World, text: str) -> None:
    card = await world.escalate(summary=text, customer="<!here> & Sons")
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    everything = card.words() + world.said(card) + (await world.directs("U05"))[0].words()
    for loud in ("<!channel>", "<!here>", "<https://evil", "\x00", "\x1b"):
        assert loud not in everything


async def test_forty_thousand_characters_open_the_form_cut_to_fit(world: World) -> None:
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "y" * 40_000, channel="general")
    assert len(str(dana.form().value("What is happening?"))) == 3000


async def test_a_button_pressed_by_somebody_who_may_not(world: World) -> None:
    card = await world.escalate()
    await world.directs("U05")
    guest = world.workspace.person("U99")
    await guest.click(card, "Acknowledge")
    await world.workspace.until(lambda: guest.ephemeral())
    assert "was asked" in guest.ephemeral()[-1].words()
    assert (await world.case()).owner is None


async def test_a_click_on_a_card_that_moved_on(world: World) -> None:
    card = await world.escalate()
    old = next(e for e in elements_of(card.all_blocks()) if "acknowledge" in e.get("action_id", ""))
    direct = (await world.directs("U05"))[0]
    await world.workspace.person("U05").click(direct, "Acknowledge")
    await world.shows(card, "is working on it")
    ken = world.workspace.person("U06")
    await world.workspace.interactions.click("U06", old, message=card, view=None)
    await world.workspace.until(lambda: ken.ephemeral())
    assert "has it already" in ken.ephemeral()[-1].words()


async def test_a_form_of_a_card_that_moved_on_moves_nothing(world: World) -> None:
    card = await world.escalate(kind="Major function broken")
    dana, sam = world.workspace.person("U01"), world.workspace.person("U02")
    for person in (dana, sam):
        await person.click(card, "Escalate")
        person.form().fill("What was tried, or your reason", "Their board meets at noon")
    assert (await sam.form().submit()).closed
    await world.shows(card, "Tier 3")
    refused = await dana.form().submit()
    assert "has moved on since you saw it" in "".join(refused.errors.values())
    assert (await world.case()).management == ()


async def test_somebody_the_roster_does_not_know_can_escalate(world: World) -> None:
    card = await world.escalate(by="U99", kind="Minor issue")
    await world.shows(card, "<@U99>")
    case = await world.case()
    assert case.requester == "U99"
    assert case.owner is None or case.owner != "U99"


async def test_a_second_submit_of_the_same_form_is_one_case(world: World) -> None:
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Globex").fill("What is happening?", "Down")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    raw = form.raw
    assert (await form.submit()).closed
    await world.workspace.interactions.submit("U01", raw)
    await world.workspace.settle()
    assert world.program.desk is not None
    assert len(await world.program.desk.open_cases("T01")) == 1


async def test_known_words_answer_privately_and_everything_else_is_a_summary(world: World) -> None:
    await world.escalate()
    dana = world.workspace.person("U01")
    for text, words in (
        ("mine", "ESC-1"),
        ("status ESC-1", "is asked to take it"),
        ("why 1", "the system is down"),
        ("history ESC-1", "Opened"),
        ("tell ESC-1", "ready to copy"),
        ("status", "/escalate status ESC-7"),
        ("status ESC-99", "There is no ESC-99"),
        ("help", "opens the form"),
    ):
        before = len(dana.ephemeral())
        await dana.slash("/escalate", text, channel="general")
        await world.workspace.until(lambda before=before: len(dana.ephemeral()) > before)
        assert words in dana.ephemeral()[-1].words()
    await dana.slash("/escalate", "load balancer is down", channel="general")
    assert dana.form().value("What is happening?") == "load balancer is down"


async def test_who_is_away_is_not_asked(world: World) -> None:
    priya = world.workspace.person("U05")
    await priya.slash("/escalate", "away", channel="general")
    await world.workspace.until(lambda: priya.ephemeral())
    await world.escalate()
    assert "Can you take this?" in (await world.directs("U06"))[0].words()
    assert priya.direct() == []
    await priya.slash("/escalate", "back", channel="general")
    await world.workspace.until(lambda: "Welcome back" in priya.ephemeral()[-1].words())
    await world.escalate(by="U02", customer="Umbrella")
    assert "Can you take this?" in (await world.directs("U05"))[0].words()


async def test_who_is_away_until_an_hour_is_asked_again_after_it(world: World) -> None:
    priya, ken = world.workspace.person("U05"), world.workspace.person("U06")
    for who in (priya, ken):
        await who.slash("/escalate", "away until 12:30", channel="general")
        await world.workspace.until(lambda who=who: who.ephemeral())
    assert "2026-11-24 11:30 UTC" in priya.ephemeral()[-1].words()  # Berlin's own clock
    away = (await world.program.desk.floor("T01")).away
    assert {away[id_].until for id_ in ("U05", "U06")} != {None}
    await world.later(hours=1, minutes=31)
    await world.escalate()
    assert "Can you take this?" in (await world.directs("U05"))[0].words()


async def test_a_lost_channel_is_said_to_an_admin_and_nothing_is_lost(world: World) -> None:
    world.looks_again_soon()
    channel = world.workspace.state.channel("escalations")
    channel.archived = True
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Globex").fill("What is happening?", "Down")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    assert (await form.submit()).closed
    told = await world.directs("U10")
    assert "I can't post to #escalations" in told[0].words()
    channel.archived = False
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    assert len(world.workspace.person("U10").direct()) == 1


async def test_a_global_shortcut_opens_the_form(world: World) -> None:
    dana = world.workspace.person("U01")
    await dana.shortcut("escalate_global")
    assert dana.form().labels()[0] == "Customer"
