"""Who is asked, who takes it, and what happens when nobody does."""

from __future__ import annotations

from tests.stories.conftest import World


async def test_a_message_becomes_a_case_and_gets_one_line_with_a_link(world: World) -> None:
    sam, dana = world.workspace.person("U02"), world.workspace.person("U01")
    message = await sam.say("general", "Acme says nobody can log in")
    await dana.shortcut("escalate_message", message)
    form = dana.form()
    assert form.value("What is happening?") == "Acme says nobody can log in"
    form.fill("Customer", "Acme").choose("Kind of problem", "System down")
    form.choose("Impact", "Multiple users")
    assert (await form.submit()).closed
    await world.workspace.until(lambda: len(world.workspace.thread("general", message.ts)) == 2)
    line = world.workspace.thread("general", message.ts)[1].words()
    assert "ESC-1" in line
    assert "/archives/" in line
    case = await world.case()
    assert case.source is not None
    assert case.source.permalink == world.workspace.permalink(message.channel, message.ts)


async def test_a_decline_opens_a_second_round_with_somebody_else(world: World) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    priya = world.workspace.person("U05")
    await priya.click(direct, "Decline")
    for reason in ("Not my area", "No capacity", "Off shift", "Conflict of interest", "Other"):
        assert reason in priya.form().text()
    form = priya.form().choose("Why?", "No capacity")
    form.fill("Anything the next person should know", "Look at the gateway first")
    assert (await form.submit()).closed
    await world.directs("U06")
    await world.sees(card, "round 2")
    await world.sees(card, "can't take it: no capacity")
    assert "Look at the gateway first" in world.said(card)
    await world.shows(direct, "no longer with you")
    first = next(m for m in world.thread(card) if "1 Document" in m.words())
    assert len(first.words().split("\n")) == 1


async def test_an_unanswered_offer_goes_to_the_next_person(world: World) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    await world.later(minutes=16)
    assert "Can you take this?" in (await world.directs("U06"))[0].words()
    await world.shows(direct, "no longer with you")
    await world.sees(card, "No answer from")


async def test_warning_then_breach_then_tier_three_then_manager(world: World) -> None:
    card = await world.escalate(kind="Major function broken")
    await world.shows(card, "Tier 2")
    await world.later(hours=2, minutes=1)
    await world.sees(card, "50 % of the time to be taken")
    await world.later(hours=1, minutes=15)
    await world.sees(card, "80 % of the time to be taken")
    await world.later(hours=1)
    await world.sees(card, "goes up to Tier 3")
    await world.shows(card, "Tier 3")
    for person in ("U05", "U06", "U07", "U08", "U09"):  # everybody there, the managers last
        await world.asks(person)
        await world.later(hours=1, minutes=1)
    await world.sees(card, "Nobody is available now")
    await world.workspace.until(lambda: world.workspace.messages("esc-managers"))
    assert "<@U0" in world.workspace.messages("esc-managers")[0].words()


async def test_a_vip_pings_the_account_owner_once_for_everything(world: World) -> None:
    await world.escalate(customer="acme.com", also=("Executive contact", "Revenue at risk"))
    await world.workspace.until(lambda: world.workspace.messages("esc-managers"))
    await world.workspace.settle()
    pings = world.workspace.messages("esc-managers")
    assert len(pings) == 1
    for words in ("<@U09>", "VIP customer", "Executive contact", "Revenue at risk", "250,000"):
        assert words in pings[0].words()
    await world.workspace.person("U09").click(pings[0], "I have it")
    await world.shows(pings[0], "has the management side")
    assert pings[0].buttons() == []


async def test_the_first_reply_takes_it_and_not_mine_restores_the_clock(world: World) -> None:
    card = await world.escalate()
    await world.directs("U05")
    await world.later(minutes=5)
    before = (await world.case()).clocks
    priya = world.workspace.person("U05")
    await priya.say("escalations", "looking", card.ts)
    await world.sees(card, "Taken as yours")
    await world.shows(card, "is working on it")
    taken = next(m for m in world.thread(card) if "Taken as yours" in m.words())
    await priya.click(taken, "Not mine")
    await world.shows(card, "is asked to take it")
    assert (await world.case()).clocks == before


async def test_eyes_on_the_card_take_it_and_a_check_mark_asks_what_solved_it(world: World) -> None:
    card = await world.escalate()
    await world.directs("U05")
    priya = world.workspace.person("U05")
    await priya.react(card, "eyes")
    await world.shows(card, "is working on it")
    await priya.react(card, "white_check_mark")
    await world.workspace.until(lambda: priya.ephemeral())
    assert (await world.case()).phase == "working"
    await priya.click(priya.ephemeral()[-1], "Resolve")
    form = priya.form().fill("What solved it?", "A restart").choose("Root cause", "Product › Bug")
    assert (await form.submit()).closed
    await world.shows(card, "Resolved by")


async def test_waiting_for_the_customer_pauses_the_clock(world: World) -> None:
    card = await world.escalate(kind="Major function broken")
    mo = world.workspace.person("U05")
    direct = (await world.directs("U05"))[0]
    await mo.click(direct, "Acknowledge")
    await world.shows(card, "is working on it")
    assert "Customer replied" not in card.buttons()
    await mo.click(card, "Waiting")
    assert (await mo.form().submit()).closed
    await world.shows(card, "Waiting for the customer")
    await world.later(hours=3)
    await mo.click(card, "Customer replied")
    await world.shows(card, "is working on it")
    clock = (await world.case()).clocks["tier"]
    assert clock.since is not None  # it runs again, and the three hours are not in it
    assert (clock.used + (world.now() - clock.since)).total_seconds() < 60


async def test_not_fixed_reopens_to_the_same_owner(world: World) -> None:
    card = await world.escalate()
    priya, dana = world.workspace.person("U05"), world.workspace.person("U01")
    await priya.click((await world.directs("U05"))[0], "Acknowledge")
    await world.shows(card, "is working on it")
    await priya.click(card, "Resolve")
    form = priya.form().fill("What solved it?", "A restart").choose("Root cause", "Product › Bug")
    assert (await form.submit()).closed
    await world.workspace.until(lambda: any("Not fixed" in m.buttons() for m in dana.direct()))
    told = next(m for m in dana.direct() if "Not fixed" in m.buttons())
    await dana.click(told, "Not fixed")
    assert (await dana.form().fill("What still happens?", "Still 502").submit()).closed
    await world.shows(card, "is working on it")
    case = await world.case()
    assert case.owner == "U05"
    await world.sees(card, "Still 502")


async def test_a_wish_goes_to_the_planners(world: World) -> None:
    await world.escalate(kind="Enhancement request", area=None)
    await world.workspace.until(lambda: world.workspace.messages("planning"))
    plan = world.workspace.messages("planning")[0]
    await world.workspace.person("U10").click(plan, "Accept")
    await world.shows(plan, "Planned by")
    told = await world.directs("U01")
    assert "took it into the plan" in told[-1].words()
