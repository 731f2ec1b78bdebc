"""What stands behind `More…`, the words of `/escalate`, being called by name, and scores."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from escbot.core import commands as c
from escbot.core.case import Phase
from escbot.store.tables import CaseRow
from escbot.workspace.model import Message, elements_of
from escbot.workspace.people import OpenView
from tests.stories.conftest import World


async def more(world: World, card: Message, person: str, button: str) -> OpenView:
    who = world.workspace.person(person)
    await who.click(card, "More…")
    await who.form().click(button)
    return who.form()


async def told(world: World, person: str, text: str) -> str:
    """Type a command and return what only this person reads."""
    who = world.workspace.person(person)
    before = len(who.ephemeral())
    await who.slash("/escalate", text)
    await world.workspace.until(lambda: len(who.ephemeral()) > before)
    return who.ephemeral()[-1].words()


async def test_somebody_is_brought_in_and_the_owner_stays(world: World) -> None:
    card = await world.escalate()
    await world.workspace.person("U05").click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    form = await more(world, card, "U05", "Bring someone in")
    assert (await form.fill("Who?", "U06").submit()).closed
    await world.sees(card, "<@U06>")
    case = await world.case()
    assert (case.owner, case.helpers) == ("U05", ("U06",))


async def test_a_lead_changes_the_severity_and_a_manager_the_tier(world: World) -> None:
    card = await world.escalate()
    form = await more(world, card, "U08", "Change severity")
    form.choose("Severity", "P2 · Major function broken").fill("Why?", "Half of it works")
    assert (await form.submit()).closed
    await world.shows(card, "P2")
    form = await more(world, card, "U08", "Change tier")
    form.choose("Tier", "Tier 2").fill("Why?", "They know it best")
    assert (await form.submit()).closed
    await world.shows(card, "Tier 2")


async def test_an_agent_is_not_offered_what_they_may_not_do(world: World) -> None:
    card = await world.escalate()
    who = world.workspace.person("U02")
    await who.click(card, "More…")
    shown = who.form().text()
    assert "Bring someone in" in shown
    assert "Change tier" not in shown
    assert "Take over" not in shown


async def test_a_manager_takes_over_at_once(world: World) -> None:
    card = await world.escalate()
    await world.workspace.person("U05").click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    page = await more(world, card, "U08", "Take over")
    assert "Done." in page.text()
    assert (await world.case()).owner == "U08"


async def test_merged_into_another_case_its_customer_goes_along(world: World) -> None:
    first = await world.escalate()
    second = await world.escalate(by="U02", customer="Initech")
    form = await more(world, second, "U02", "Merge")
    wrong = await form.fill("Which case goes on?", "ESC-99").submit()
    assert "Name an open case" in wrong.errors["Which case goes on?"]
    assert (await form.fill("Which case goes on?", "esc-1").submit()).closed
    await world.shows(first, "Initech")
    assert (await world.case(2)).phase is Phase.MERGED


async def test_a_mistake_is_cancelled_with_a_reason(world: World) -> None:
    card = await world.escalate()
    form = await more(world, card, "U01", "Cancel")
    assert (await form.fill("Why?", "Wrong customer").submit()).closed
    await world.shows(card, "Cancelled")


async def test_a_workaround_proposes_a_lower_severity(world: World) -> None:
    card = await world.escalate(kind="Major function broken")
    await world.workspace.person("U05").click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    form = await more(world, card, "U05", "Something changed")
    form.choose("Also true", "Workaround exists")
    assert (await form.submit()).closed
    await world.workspace.until(lambda: "Keep" in card.buttons())


async def test_customers_are_linked_and_unlinked_afterwards(world: World) -> None:
    card = await world.escalate()
    form = await more(world, card, "U02", "Link a customer")
    assert (await form.fill("Which customer?", "Initech").submit()).closed
    await world.shows(card, "Also for Initech")
    form = await more(world, card, "U02", "Unlink a customer")
    assert (await form.choose("Which customer?", "Initech").submit()).closed
    await world.workspace.until(lambda: "Initech" not in card.words())


async def test_what_no_longer_fits_is_said_on_the_page_behind_more(world: World) -> None:
    card = await world.escalate()
    form = await more(world, card, "U02", "Link a customer")
    assert (await form.fill("Which customer?", "Initech").submit()).closed
    await world.shows(card, "Also for Initech")
    sam = world.workspace.person("U02")
    await sam.click(card, "More…")
    assert world.program.desk is not None
    await world.program.desk.do("T01", 1, c.UnlinkCustomer("U01", "Initech"))
    await sam.form().click("Unlink a customer")
    assert "No other customer is linked any more." in sam.form().text()


async def test_a_fault_behind_more_is_said_on_the_page(world: World) -> None:
    card = await world.escalate()
    sam = world.workspace.person("U02")
    await sam.click(card, "More…")
    world.workspace.faults.error("views.push", "expired_trigger_id")
    await sam.form().click("Bring someone in")
    assert "took too long to open" in sam.form().text()
    refusals = world.workspace.refusals
    refusals[:] = [line for line in refusals if "expired_trigger_id" not in line]


@pytest.mark.parametrize("button", ["More…", "Update customer", "Resolve"])
async def test_a_button_of_a_case_that_is_not_there_says_so(world: World, button: str) -> None:
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.click(card, "Acknowledge")
    await world.workspace.until(lambda: button in card.buttons())
    assert world.program.database is not None
    async with world.program.database.session() as session:
        await session.execute(update(CaseRow).values(number=99))
    await priya.click(card, button)
    await world.workspace.until(lambda: priya.ephemeral())
    assert "There is no ESC-1 here" in priya.ephemeral()[-1].words()


async def test_the_receiver_scores_the_handoff_in_one_click(world: World) -> None:
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.click(card, "Acknowledge")
    direct = (await world.directs("U05"))[0]
    await world.workspace.until(lambda: "Incomplete" in direct.buttons())
    blocks = elements_of(direct.all_blocks())
    again = next(e for e in blocks if e.get("action_id") == "esc_score_late")
    await priya.click(direct, "Incomplete")
    await world.shows(direct, "Thank you for scoring")
    # A second score from a message that was not fresh yet, and one of somebody else.
    for person, said in (("U05", "scored it already"), ("U06", "whoever received it")):
        await world.workspace.interactions.click(person, again, message=direct, view=None)
        who = world.workspace.person(person)
        await world.workspace.until(
            lambda who=who, said=said: any(said in m.words() for m in who.ephemeral())
        )
    assert dict((await world.case()).round.scores) == {
        "needed": True,
        "complete": False,
        "in_time": True,
    }


async def test_cases_are_listed_narrowed_and_found(world: World) -> None:
    await world.escalate()
    await world.escalate(
        by="U02", customer="Initech", summary="The button is grey", kind="Minor issue"
    )
    mine = await told(world, "U02", "mine")
    assert "ESC-2" in mine
    assert "ESC-1" not in mine
    everything = await told(world, "U01", "list")
    assert "ESC-1" in everything
    assert "ESC-2" in everything
    assert "ESC-2" not in await told(world, "U01", "list p1 payments")
    assert "ESC-1" not in await told(world, "U01", "find grey button")
    assert "Nothing was found" in await told(world, "U01", "find unicorns")
    assert "`/escalate list P1 payments late`" in await told(world, "U01", "list p1 of everything")


async def test_shift_and_load_say_who_is_there(world: World) -> None:
    await world.escalate()
    await world.workspace.person("U06").slash("/escalate", "away")
    shift = await told(world, "U01", "shift")
    assert "*Ken* (away)" in shift
    assert "*Tiers 2 and 3*: *Ines* and *Priya* (on call)" in shift
    assert "▰▰▰▱▱ *Priya* 3 of 5" in await told(world, "U01", "load")


async def test_update_opens_the_customers_words(world: World) -> None:
    await world.escalate()
    who = world.workspace.person("U01")
    await who.slash("/escalate", "update ESC-1")
    form = who.form()
    assert "highest priority" in str(form.value("What the customer was told"))
    assert (await form.submit()).closed
    assert "There is no ESC-9" in await told(world, "U01", "update ESC-9")


async def test_called_by_name_update_is_a_button_that_opens_the_words(world: World) -> None:
    await world.escalate()
    dana, bot = world.workspace.person("U01"), world.workspace.bot
    await dana.say("general", f"<@{bot}> update ESC-1")
    await world.workspace.until(lambda: dana.ephemeral())
    await dana.click(dana.ephemeral()[-1], "Update customer")
    assert "highest priority" in str(dana.form().value("What the customer was told"))
    await dana.say("general", f"<@{bot}> update ESC-9")
    await world.workspace.until(lambda: "There is no ESC-9" in dana.ephemeral()[-1].words())


async def test_called_by_name_it_begins_and_lists_drills(world: World) -> None:
    dana, bot = world.workspace.person("U01"), world.workspace.bot
    await dana.say("general", f"<@{bot}> drill list")
    await world.workspace.until(lambda: dana.ephemeral())
    assert "• `vip` · " in dana.ephemeral()[-1].words()
    await dana.say("general", f"<@{bot}> drill vip <@U05>")
    await world.workspace.until(lambda: "is ready: ESC-1" in dana.ephemeral()[-1].words())
    assert (await world.case()).joined == ("U01", "U05")


async def test_called_by_name_in_a_thread_it_offers_the_form(world: World) -> None:
    dana = world.workspace.person("U01")
    world.workspace.invite_app("general")
    root = await dana.say("general", "Checkout is slow since nine")
    bot = world.workspace.bot
    await dana.say("general", f"<@{bot}> Checkout is slow", thread=root.ts)
    await world.workspace.until(lambda: dana.ephemeral())
    await dana.click(dana.ephemeral()[-1], "Escalate")
    form = dana.form()
    assert form.value("What is happening?") == "Checkout is slow"
    form.fill("Customer", "Globex").choose("Kind of problem", "System down")
    form.choose("Impact", "One user")
    assert (await form.submit()).closed
    await world.workspace.until(
        lambda: any("ESC-1" in m.words() for m in world.workspace.thread("general", root.ts))
    )
    await dana.say("general", f"<@{bot}> status ESC-1", thread=root.ts)
    await world.workspace.until(lambda: "P1" in dana.ephemeral()[-1].words())
