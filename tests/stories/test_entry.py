"""Where an escalation begins, and what happens where no criterion asks for one."""

from __future__ import annotations

from dataclasses import replace

from tests.stories.conftest import World


async def test_screenshots_of_the_message_come_along_as_links(world: World) -> None:
    sam, dana = world.workspace.person("U02"), world.workspace.person("U01")
    message = await sam.upload("general", "error.png", b"png", "Nobody can log in")
    await dana.shortcut("escalate_message", message)
    form = dana.form()
    await form.pick("Kind of problem", "System down")  # the form is shown anew
    await form.pick("Impact", "Multiple users")
    form.fill("Customer", "Globex")
    assert (await form.submit()).closed
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    card = world.workspace.messages("escalations")[-1]
    link = message.files[0]["permalink"]
    await world.sees(card, f"<{link}|Screenshot>")
    assert (await world.case()).source.files == (link,)


async def test_called_in_a_thread_the_first_message_is_the_summary(world: World) -> None:
    sam, dana = world.workspace.person("U02"), world.workspace.person("U01")
    root = await sam.upload("general", "graph.png", b"png", "Checkout is slow since nine")
    await dana.say("general", f"<@{world.workspace.bot}>", thread=root.ts)
    await world.workspace.until(lambda: dana.ephemeral())
    await dana.click(dana.ephemeral()[-1], "Escalate")
    form = dana.form()
    assert form.value("What is happening?") == "Checkout is slow since nine"
    form.fill("Customer", "Globex").choose("Kind of problem", "System down")
    form.choose("Impact", "One user")
    assert (await form.submit()).closed
    await world.workspace.until(
        lambda: any("ESC-1" in m.words() for m in world.workspace.thread("general", root.ts))
    )
    source = (await world.case()).source
    assert source is not None
    assert source.ts == root.ts
    assert source.files == (root.files[0]["permalink"],)


async def test_a_screenshot_in_the_thread_is_added_to_what_was_tried(world: World) -> None:
    card = await world.escalate()
    await world.sees(card, "Still missing")
    dana = world.workspace.person("U01")
    message = await dana.upload("escalations", "log.txt", b"text", "Restarted it", card.ts)
    await world.sees(card, "• Restarted it")
    assert message.files[0]["permalink"] in (await world.case()).notes[0].text


async def test_without_a_criterion_it_stays_until_the_limit_lifts_it(world: World) -> None:
    card = await world.escalate(kind="Minor issue")
    await world.shows(card, "*Dana* is working on it")
    assert (await world.case()).tier == 1
    await world.later(hours=4, minutes=1)
    await world.sees(card, "It goes up to Tier 2: the time in its tier is used up")
    await world.shows(card, "Tier 2")


async def test_a_written_reason_sends_it_up_at_once(world: World) -> None:
    reason = {"Your reason, if none of these fits": "It smells of a data loss"}
    card = await world.escalate(kind="Minor issue", **reason)
    await world.shows(card, "Tier 2")
    await world.sees(card, "It smells of a data loss")


async def test_a_gate_asks_before_a_p3_goes_and_never_delays_a_p1(world: World) -> None:
    library = world.program.library
    assert library is not None
    handoff = library.current.handoff
    world.change_policy(handoff=replace(handoff, gated=("P3",), required=("summary", "tried")))
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "Grey button")
    form = dana.form().fill("Customer", "Globex").choose("Kind of problem", "Minor issue")
    form.choose("Impact", "Multiple users")
    outcome = await form.submit()
    assert "P3 is handed over with this" in outcome.errors["What have you tried?"]
    assert (await form.fill("What have you tried?", "Another browser").submit()).closed
    await world.workspace.until(lambda: len(world.workspace.messages("escalations")) == 1)
    card = await world.escalate(by="U02", customer="Umbrella")  # P1, and nothing was tried
    await world.shows(card, "is asked to take it")


async def test_a_vip_is_known_from_an_alias_as_it_was_typed(world: World) -> None:
    card = await world.escalate(customer="  ACME corp ")
    await world.shows(card, "*Acme* :star: VIP")


async def test_a_message_is_escalated_as_it_was_typed_and_calls_nobody(world: World) -> None:
    dana = world.workspace.person("U01")
    written = "Takes > 5 s & fails, see <https://x.example/a_b|the page>, says <@U05>: <!channel>"
    message = await dana.say("general", written)
    assert "&gt; 5 s &amp; fails" in message.text
    assert await dana.shortcut("escalate_message", message)
    form = dana.form()
    typed = "Takes > 5 s & fails, see the page (https://x.example/a_b), says @Priya: <!channel>"
    assert form.value("What is happening?") == typed
    form.fill("Customer", "Globex").choose("Kind of problem", "Minor issue")
    assert (await form.choose("Impact", "One user").submit()).closed
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    assert (await world.case()).summary == typed
    await world.workspace.settle()
    for shown in world.workspace.messages("escalations"):
        assert "<!channel>" not in shown.words()


async def test_a_command_is_kept_as_it_was_typed(world: World) -> None:
    dana = world.workspace.person("U01")
    assert await dana.slash("/escalate", "A < B & C")
    assert dana.form().value("What is happening?") == "A < B & C"


async def test_a_reply_is_kept_as_it_was_typed(world: World) -> None:
    card = await world.escalate()
    priya, dana = world.workspace.person("U05"), world.workspace.person("U01")
    direct = (await world.directs("U05"))[0]
    await priya.click(direct, "Need information")
    assert (await priya.form().fill("What do you need to know?", "Since when?").submit()).closed
    await world.sees(card, "Since when?")
    await dana.say("escalations", "Restarted <@U05>'s job & <!here> waited > 5 s", card.ts)
    await world.workspace.settle(0.5)
    typed = [note.text for note in (await world.case()).notes][-1]
    assert typed == "Restarted @Priya's job & <!here> waited > 5 s"
    for shown in world.thread(card):
        assert "<!here>" not in shown.words()
