"""The form answers while it is filled."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from escbot.core.policy import Area
from escbot.workspace.people import OpenView
from tests.stories.conftest import World


async def a_form(world: World, person: str = "U01", text: str = "") -> OpenView:
    who = world.workspace.person(person)
    await who.slash("/escalate", text)
    return who.form()


async def test_each_choice_says_where_it_goes_and_why(world: World) -> None:
    form = await a_form(world, text="Nobody can pay")
    assert "Choose the kind of problem" in form.text()
    await form.pick("Kind of problem", "System down")
    await form.pick("Impact", "Multiple users")
    await form.pick("Area", "Payments")
    for words in (
        "P1 System down",
        "Tier 3",
        "*Priya* (payments skill 3 of 3; 0 of 5 points in use; on shift)",
        "answers by",
        "P1 because the system is down.",
        "P1 begins in Tier 3 (Engineers). Also: multiple users are affected.",
    ):
        assert words in form.text(), words
    await form.pick("Diagnosis", "Needs development")
    assert "Tier 3 (Engineers) because it needs development." in form.text()
    assert form.value("What is happening?") == "Nobody can pay"
    await form.pick("Also true", "Executive contact")
    assert "management hears of it" in form.text()


async def test_choices_made_faster_than_the_answers_end_with_the_last_one(world: World) -> None:
    """Two choices leave with the same hash; the form must not go on showing the first answer."""
    form = await a_form(world)
    world.workspace.faults.delay("views.update", 0.3)
    await asyncio.gather(
        form.pick("Kind of problem", "System down"), form.pick("Impact", "Multiple users")
    )
    assert "P1 System down" in form.text()
    assert world.workspace.refusals == []


async def test_without_a_criterion_it_says_what_would_send_it_up(world: World) -> None:
    form = await a_form(world)
    await form.pick("Kind of problem", "Minor issue")
    await form.pick("Impact", "One user")
    for words in ("stays with you", "can't diagnose", "Is it in the knowledge base?"):
        assert words in form.text()
    form.fill("Your reason, if none of these fits", "I feel that it is bigger")
    await form.pick("Diagnosis", "Known")
    assert "stays with you" not in form.text()
    assert "Tier 2" in form.text()


async def test_it_says_whom_it_wakes(world: World) -> None:
    await world.later(hours=16, minutes=12)  # 02:12 UTC
    world.change_person("U05", hours="support")
    world.change_person("U06", hours="support")
    world.change_person("U07", hours="support")
    form = await a_form(world)
    await form.pick("Kind of problem", "System down")
    await form.pick("Impact", "System-wide")
    await form.pick("Area", "Payments")
    assert "This pages *Priya*; it is 03:12 for them." in form.text()


async def test_customers_are_found_while_typing_and_others_taken_as_typed(world: World) -> None:
    form = await a_form(world)
    assert await form.suggest("Customer", "ac") == ["Acme", "ac"]
    assert await form.suggest("Customer", "acme.com") == ["Acme"]
    await form.pick("Kind of problem", "Minor issue")
    await form.pick("Impact", "One user")
    await form.pick("Customer", "Acme")
    assert "VIP customer" in form.text()
    await form.pick("Customer", "Nobody Knows Ltd")
    assert "VIP customer" not in form.text()
    form.fill("What is happening?", "A button is grey")
    assert (await form.submit()).closed
    assert (await world.case(1)).customer == "Nobody Knows Ltd"


async def test_on_outage_day_a_customer_joins_the_case_that_is_open(world: World) -> None:
    card = await world.escalate()
    await world.escalate(customer="Umbrella", kind="Minor issue")
    form = await a_form(world, "U02")
    await form.pick("Area", "Payments")
    assert "ESC-1" in form.text()
    assert "ESC-2" not in form.text()  # only P1 and P2 are offered to another customer
    await form.click("Add my customer to ESC-1")
    assert "“Customer” is still empty" in form.text()
    await form.pick("Customer", "Initech")
    await form.click("Add my customer to ESC-1")
    assert "Initech is on ESC-1 now" in form.text()
    await world.shows(card, "Initech")
    assert [link.requester for link in (await world.case(1)).linked] == ["U02"]


async def test_the_same_customers_case_is_shown_too(world: World) -> None:
    await world.escalate(customer="Umbrella", area=None)
    form = await a_form(world, "U02")
    await form.pick("Customer", "Umbrella")
    assert "ESC-1" in form.text()


async def test_two_hundred_areas_are_found_by_typing(world: World) -> None:
    many = tuple(Area(f"part-{n}", f"Part {n}") for n in range(200))
    library = world.program.library
    assert library is not None
    world.change_policy(areas=(*library.current.areas, *many))
    form = await a_form(world)
    assert await form.suggest("Area", "pay") == ["Payments"]
    assert len(await form.suggest("Area", "")) == 20
    await form.pick("Kind of problem", "System down")
    await form.pick("Impact", "One user")
    await form.pick("Area", "Payments")
    assert "Priya" in form.text()


async def test_a_customer_with_a_long_name_is_known_when_chosen(world: World) -> None:
    long = "International Consolidated Widgets and Gadgets Manufacturing Holding of Northern Europe"
    library = world.program.library
    assert library is not None
    customers = tuple(
        replace(one, name=long, vip=True) if one.name == "Globex" else one
        for one in library.roster.customers
    )
    library.roster = replace(library.roster, customers=customers)
    form = await a_form(world)
    shown = (await form.suggest("Customer", "international"))[0]
    assert len(shown) == 75
    form.choose("Customer", shown).fill("What is happening?", "Nobody can pay")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    assert (await form.submit()).closed
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    case = await world.case()
    assert (case.customer, case.facts.vip) == (long, True)
