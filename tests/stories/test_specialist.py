"""What the specialist gets, answers, and is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from escbot.workspace.model import Message, elements_of
from tests.stories.conftest import World


async def test_one_direct_message_says_all_and_offers_every_answer(world: World) -> None:
    await world.escalate(**{"What have you tried?": "Restarted the gateway"})
    direct = (await world.directs("U05"))[0]
    for words in (
        "Can you take this?",
        "Globex",
        "Nobody can pay",
        "*Dana*",
        "Restarted the gateway",
        "Why you: payments skill 3 of 3",
        "has not heard from us yet",
        "An answer by",
    ):
        assert words in direct.words(), words
    assert direct.buttons()[:5] == [
        "Acknowledge",
        "Decline",
        "Need information",
        "Reassign",
        "Bring someone in",
    ]
    card = world.workspace.messages("escalations")[0]
    await world.sees(card, "*5 Update*")
    step = next(m for m in world.thread(card) if "*5 Update*" in m.words())
    await world.workspace.person("U01").click(step, "I sent it")
    await world.shows(direct, "The customer was told: We see that this stops your work")
    others = ("U04", "U06", "U07")
    assert [len(world.workspace.person(one).direct()) for one in others] == [0, 0, 0]


async def test_need_information_asks_the_agent_and_the_clocks_run_on(world: World) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    priya, dana = world.workspace.person("U05"), world.workspace.person("U01")
    await priya.click(direct, "Acknowledge")
    await world.shows(card, "is working on it")
    before = (await world.case()).clocks
    await priya.click(direct, "Need information")
    assert (await priya.form().fill("What do you need to know?", "Since when?").submit()).closed
    await world.sees(card, "Since when?")
    asked = next(m for m in world.thread(card) if "Since when?" in m.words())
    assert asked.words().startswith("<@U01>")
    assert (await world.case()).clocks == before
    await dana.say("escalations", "I restarted it twice", card.ts)  # what was tried is missing too
    await dana.say("escalations", "Since nine", card.ts)
    await world.sees(card, "Since nine")


async def test_a_question_of_blanks_is_refused_at_the_form_s_own_field(world: World) -> None:
    await world.escalate()
    direct, priya = (await world.directs("U05"))[0], world.workspace.person("U05")
    await priya.click(direct, "Need information")
    outcome = await priya.form().fill("What do you need to know?", "   ").submit()
    assert outcome.errors.keys() == {"What do you need to know?"}


async def test_reassign_asks_somebody_by_name_and_says_why(world: World) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    priya = world.workspace.person("U05")
    await priya.click(direct, "Reassign")
    form = priya.form().fill("To", "U99").fill("Why?", "Ken wrote the gateway")
    refused = (await form.submit()).errors["To"]
    assert refused.startswith("That person isn't in the roster")  # plain text: no <@U99> there
    refused = (await form.fill("To", "U05").submit()).errors["To"]
    assert refused.startswith("Priya has it or was asked already")
    assert (await form.fill("To", "U06").submit()).closed
    assert "Can you take this?" in (await world.directs("U06"))[0].words()
    await world.shows(direct, "no longer with you")
    assert "Ken wrote the gateway" in world.said(card)
    assert (await world.case()).offered == "U06"


async def test_the_brief_shows_what_is_missing_until_the_handoff_is_complete(world: World) -> None:
    card = await world.escalate()
    await world.sees(card, "*4 Brief*")
    brief = next(m for m in world.thread(card) if "*4 Brief*" in m.words())
    assert "*Dana*, please call *Priya* or start a huddle" in brief.words()
    assert set(ticked(brief)) == {NEED, TRIED, TOLD}
    assert (
        "Complete once “What have you tried?” is answered, every line is ticked and the brief is"
        in brief.words()
    )
    sam = world.workspace.person("U02")
    await sam.click(brief, "Brief taken")
    await world.workspace.until(lambda: sam.ephemeral())
    assert "by whoever receives it" in sam.ephemeral()[-1].words()
    await world.workspace.person("U05").click(brief, "Brief taken")
    await world.shows(brief, "Complete once “What have you tried?” is answered and every line is")
    await world.workspace.person("U01").say("escalations", "A restart", card.ts)
    await world.shows(brief, "Complete once every line is ticked.")
    await tick(world, "U05", brief, NEED, TRIED, TOLD)
    await world.shows(brief, "The handoff is complete.")


async def test_the_receiver_ticks_what_was_spoken_about_and_the_rest_is_missing(
    world: World,
) -> None:
    card = await world.escalate(**{"What have you tried?": "Restarted the gateway"})
    await world.sees(card, "*4 Brief*")
    brief = next(m for m in world.thread(card) if "*4 Brief*" in m.words())
    await world.shows(brief, "Complete once every line is ticked and the brief is taken.")
    await tick(world, "U02", brief, TRIED)
    sam = world.workspace.person("U02")
    await world.workspace.until(lambda: sam.ephemeral())
    assert "by whoever receives it" in sam.ephemeral()[-1].words()
    assert not any(ticked(brief).values())

    await tick(world, "U05", brief, TRIED, NEED)
    await world.shows(brief, f"Complete once “{TOLD}” is ticked and the brief is taken.")
    assert ticked(brief) == {NEED: True, TRIED: True, TOLD: False}
    await world.workspace.person("U05").click(brief, "Brief taken")
    await world.shows(brief, f"Complete once “{TOLD}” is ticked.")
    assert (await world.case()).round.checked == (NEED, TRIED)
    await tick(world, "U05", brief, NEED, TRIED, TOLD)
    await world.shows(brief, "The handoff is complete.")
    assert ticked(brief) == {}


NEED = "What the customer needs, in their own words"
TRIED = "What was tried and what it showed"
TOLD = "What the customer was told and expects next"


def ticked(brief: Message) -> dict[str, bool]:
    """Each line of the checklist in the thread, and whether it is ticked for all to see."""
    boxes = [e for e in elements_of(brief.all_blocks()) if e["type"] == "checkboxes"]
    on = [one for box in boxes for one in box.get("initial_options", [])]
    return {one["text"]["text"]: one in on for box in boxes for one in box["options"]}


async def tick(world: World, person: str, brief: Message, *lines: str) -> None:
    """Have exactly these lines ticked."""
    box = next(e for e in elements_of(brief.all_blocks()) if e["type"] == "checkboxes")
    chosen = [one for one in box["options"] if one["text"]["text"] in lines]
    await world.workspace.interactions.click(
        person, box, message=brief, view=None, chosen={"selected_options": chosen}
    )


async def test_a_p3_needs_no_brief(world: World) -> None:
    card = await world.escalate(kind="Minor issue", impact="Multiple users")
    await world.sees(card, "*5 Update*")
    assert "*4 Brief*" not in world.said(card)


async def test_a_silent_owner_is_asked_then_the_lead_hears(world: World) -> None:
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    await world.later(minutes=31)
    await world.sees(card, "Still on it?")
    asked = next(m for m in world.thread(card) if "Still on it?" in m.words())
    assert asked.words().startswith("<@U05>")
    await world.later(minutes=31)
    await world.sees(card, "No sign from *Priya* for 2 of them either")
    lead = next(m for m in world.thread(card) if "No sign from" in m.words())
    assert lead.words().startswith("<@U07>")
    await world.later(minutes=62)
    await world.workspace.settle()
    assert (await world.case()).owner == "U05"  # a P1 is never taken away by itself


async def test_one_click_says_still_on_it(world: World) -> None:
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    await world.later(minutes=31)
    await world.sees(card, "Still on it?")
    asked = next(m for m in world.thread(card) if "Still on it?" in m.words())
    await priya.click(asked, "Still on it")
    await world.later(minutes=31)
    await world.sees(card, "for 2 update times")
    assert "No sign from" not in world.said(card)
    assert (await world.case()).silent == 0


async def test_a_word_in_the_thread_is_a_sign_of_life(world: World) -> None:
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    await world.later(minutes=10)
    await priya.say("escalations", "It is the certificate", card.ts)
    moment = world.now() - timedelta(seconds=1)
    for _ in range(200):
        heard = (await world.case()).heard_at
        if heard is not None and heard >= moment:
            break
        await world.workspace.settle(0.02)
    await world.later(minutes=21)
    await world.sees(card, "was to hear from us")
    await world.workspace.settle()
    assert "Still on it?" not in world.said(card)


async def test_a_silent_p3_goes_to_somebody_else(world: World) -> None:
    card = await world.escalate(kind="Minor issue", Diagnosis="Needs development")
    await world.workspace.person("U05").click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    for _ in range(3):
        await world.later(days=1)
        await world.workspace.settle(0.3)
    await world.sees(card, "No word from *Priya*; somebody else is asked")
    assert (await world.case()).owner != "U05"


async def test_escalate_asks_for_a_criterion_of_the_next_move(world: World) -> None:
    card = await world.escalate(kind="Major function broken", impact="Multiple users")
    await world.shows(card, "Tier 2")
    dana = world.workspace.person("U01")
    await dana.click(card, "Escalate")
    form = dana.form()
    shown = str(form.raw.body["blocks"])
    assert "Needs development" in shown
    assert "VIP customer" in shown
    assert "Can't diagnose" not in shown  # that led to tier 2, where it is
    outcome = await form.submit()
    assert "reason" in str(outcome.errors)
    assert (await form.choose("What holds now?", "Needs development").submit()).closed
    await world.sees(card, "It goes up to Tier 3: needs development")


async def test_escalate_with_a_written_reason(world: World) -> None:
    card = await world.escalate(kind="Major function broken")
    dana = world.workspace.person("U01")
    await dana.click(card, "Escalate")
    form = dana.form().fill("What was tried, or your reason", "Their board meets at noon")
    assert (await form.submit()).closed
    await world.sees(card, "Their board meets at noon")
    await world.shows(card, "Tier 3")


async def test_a_tiers_channel_gets_one_line(world: World) -> None:
    library = world.program.library
    assert library is not None
    world.workspace.add_channel("tier3-help")
    world.workspace.invite_app("tier3-help")
    tiers = library.current.tiers
    world.change_policy(tiers=(*tiers[:-1], replace(tiers[-1], channel="tier3-help")))
    card = await world.escalate()
    await world.workspace.until(lambda: world.workspace.messages("tier3-help"))
    await world.workspace.person("U05").click(card, "Acknowledge")
    await world.shows(world.workspace.messages("tier3-help")[0], "in work, *Priya*")
    lines = world.workspace.messages("tier3-help")
    assert len(lines) == 1
    assert "/archives/" in lines[0].words()
    assert len(lines[0].words().split("\n")) == 1


async def test_whoever_talks_to_the_customer_hears_what_is_waited_for(world: World) -> None:
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.click((await world.directs("U05"))[0], "Acknowledge")
    await world.shows(card, "is working on it")
    await priya.click(card, "Waiting")
    form = priya.form().choose("Waiting for", "The customer").fill("What for?", "their logs")
    assert (await form.submit()).closed
    await world.shows(card, "Waiting for the customer, with *Priya*: their logs")
    await world.sees(card, "waits for Globex: “their logs”")
    asked = next(m for m in world.thread(card) if "waits for Globex" in m.words())
    assert asked.words().startswith("<@U01>")
