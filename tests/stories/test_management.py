"""Managers hear once of each risk, with what they need, at an hour that is theirs."""

from __future__ import annotations

from dataclasses import replace

from escbot.workspace.model import Message
from tests.stories.conftest import World
from tests.stories.test_more import more

MANAGERS = ("U08", "U09")


async def pings(world: World, count: int = 1) -> list[Message]:
    """Wait for messages in the managers' channel."""
    room = "esc-managers"
    await world.workspace.until(lambda: len(world.workspace.messages(room)) >= count)
    await world.workspace.settle()
    return world.workspace.messages(room)


def sleep(world: World, *people: str) -> None:
    """Give people office hours, in UTC from nine to five, and no duty on call."""
    library = world.program.library
    assert library is not None
    library.roster = replace(library.roster, on_call=())
    for person in people:
        world.change_person(person, hours="support")


async def test_the_ping_names_risk_money_history_clock_and_what_is_asked(world: World) -> None:
    first = await world.escalate(customer="Initech")
    await world.later(hours=1, minutes=1)  # nobody took it in time
    await world.sees(first, "ended")
    await world.escalate(
        customer="initech", summary="The export is empty", also=("Executive contact",)
    )
    room, risk = "esc-managers", "Executive contact"
    await world.workspace.until(
        lambda: any(risk in m.words() for m in world.workspace.messages(room))
    )
    ping = next(m for m in await pings(world) if risk in m.words())
    words = ping.words()
    for part in (
        "<@U08>",
        "Executive contact",
        "60,000",
        "1 in 90 days, 1 of them late",
        "ESC-1 open too",
        "strained relationship",
        "An answer by",
        "Please answer their executive yourself",
    ):
        assert part.casefold() in words.casefold(), part
    assert ping.buttons() == ["I have it"]


async def test_off_duty_the_account_owner_is_left_alone(world: World) -> None:
    world.change_person("U09", hours="support")
    await world.later(hours=8)
    await world.escalate(customer="Acme")
    assert "<@U08>" in (await pings(world))[0].words()


async def test_no_answer_goes_to_the_next_in_the_chain(world: World) -> None:
    await world.escalate(customer="Acme")
    first = (await pings(world))[0]
    assert "<@U09>" in first.words()
    await world.later(minutes=11)
    second = (await pings(world, 2))[1]
    assert "<@U08>" in second.words()
    assert "No answer so far about *VIP customer* for Acme" in second.words()
    await world.workspace.person("U08").click(second, "I have it")
    await world.shows(first, "*Max* has the management side")
    assert (await world.case()).owner is None  # the technical track stays as it is


async def test_a_second_risk_is_a_second_ping_and_the_same_one_never(world: World) -> None:
    card = await world.escalate(customer="Acme")
    await pings(world)
    form = await more(world, card, "U01", "Something changed")
    form.choose("Also true", "Executive contact")
    assert (await form.submit()).closed
    found = await pings(world, 2)
    assert "Executive contact" in found[1].words()
    assert "VIP customer" not in found[1].words()
    form = await more(world, card, "U01", "Something changed")
    form.choose("Also true", "Executive contact", "Never seen before")
    assert (await form.submit()).closed
    assert len(await pings(world, 2)) == 2


async def test_at_night_a_manager_sleeps_until_their_hours_begin(world: World) -> None:
    sleep(world, *MANAGERS)
    await world.later(hours=12)
    await world.escalate(customer="Acme", kind="Major function broken")
    await world.workspace.settle(0.4)
    assert world.workspace.messages("esc-managers") == []
    await world.later(hours=11, minutes=1)  # nine o'clock
    ping = (await pings(world))[0]
    assert "<@U09>" in ping.words()
    await world.later(minutes=31)  # their time to answer began with their hours
    assert len(await pings(world, 2)) == 2


async def test_a_p1_wakes_a_manager_at_any_hour(world: World) -> None:
    sleep(world, *MANAGERS)
    await world.later(hours=12)
    await world.escalate(customer="Acme")
    assert "<@U09>" in (await pings(world))[0].words()


async def test_a_case_that_becomes_a_p1_at_night_wakes_them_too(world: World) -> None:
    sleep(world, *MANAGERS)
    await world.later(hours=12)
    card = await world.escalate(customer="Acme", kind="Major function broken")
    await world.workspace.settle(0.4)
    assert world.workspace.messages("esc-managers") == []
    form = await more(world, card, "U01", "Change severity")
    form.choose("Severity", "P1 · System down").fill("Why?", "Now all is down")
    assert (await form.submit()).closed
    assert "VIP customer" in (await pings(world))[0].words()


async def test_a_wish_of_a_vip_is_for_the_digest_only(world: World) -> None:
    await world.later(hours=1)  # noon in Berlin: today's morning is over
    await world.escalate(customer="Acme", kind="Enhancement request", area=None)
    await world.workspace.settle(0.4)
    assert world.workspace.messages("esc-managers") == []
    await world.later(hours=20, minutes=40)  # 08:40 in Berlin
    max_ = world.workspace.person("U08")
    await world.workspace.until(lambda: any("Good morning" in m.words() for m in max_.direct()))
    morning = next(m for m in max_.direct() if "Good morning" in m.words())
    assert "For you to know" in morning.words()
    assert "*ESC-1*" in morning.words()


async def test_a_refusal_says_who_can(world: World) -> None:
    card = await world.escalate()
    sam = world.workspace.person("U02")
    await sam.click(card, "Resolve")
    form = sam.form().fill("What solved it?", "Nothing").choose("Root cause", "Product › Bug")
    outcome = await form.submit()
    assert "whoever opened it" in str(outcome.errors)
    assert "managers" in str(outcome.errors)
    assert not outcome.closed


async def test_a_case_of_another_to_which_the_customer_was_linked_is_part_of_their_history(
    world: World,
) -> None:
    card = await world.escalate(customer="Initech")
    form = await more(world, card, "U02", "Link a customer")
    assert (await (await form.pick("Which customer?", "Umbrella")).submit()).closed
    await world.shows(card, "Also for Umbrella")
    await world.escalate(customer="Umbrella", summary="Empty", also=("Executive contact",))
    await world.workspace.until(
        lambda: any("Umbrella" in m.words() for m in world.workspace.messages("esc-managers"))
    )
    ping = next(m for m in await pings(world) if "Executive contact" in m.words())
    assert "ESC-1 open too" in ping.words()


async def test_who_comes_second_hears_who_has_the_management_side(world: World) -> None:
    await world.escalate(customer="Acme")
    first = (await pings(world))[0]
    await world.later(minutes=11)
    second = (await pings(world, 2))[1]
    zoe, max_ = world.workspace.person("U09"), world.workspace.person("U08")
    await zoe.click(first, "I have it")
    await world.shows(first, "*Zoe* has the management side")
    await max_.click(second, "I have it")
    await world.workspace.until(lambda: max_.ephemeral())
    assert max_.ephemeral()[-1].words() == "*Zoe* has the management side of ESC-1 already."
    await zoe.home()
    await world.workspace.until(lambda: zoe.home_view() and "*Mine* · 1" in zoe.home_view().text())
