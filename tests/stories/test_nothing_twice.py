"""Double delivery, restarts, lost answers: nothing lost and nothing twice."""

from __future__ import annotations

from tests.stories.conftest import World, both

pytestmark = both


async def test_an_envelope_delivered_twice_opens_one_case(world: World) -> None:
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Globex").fill("What is happening?", "Down")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    world.workspace.faults.duplicate_next_envelope()
    assert (await form.submit()).closed
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    await world.workspace.settle()
    assert len(world.workspace.messages("escalations")) == 1
    assert world.program.desk is not None
    assert len(await world.program.desk.open_cases("T01")) == 1


async def test_a_restart_in_the_middle_loses_and_repeats_nothing(world: World) -> None:
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    await world.directs("U05")
    await world.program.stop()
    await world.later(minutes=20)
    from tests.stories.conftest import a_program

    world.program = a_program(world.workspace, world.settings)
    await world.program.start()
    await world.directs("U06")
    await world.sees(card, "No answer from")
    await world.workspace.settle()
    said = world.said(card)
    assert said.count("No answer from") == 1
    assert said.count("*1 Document*") == 1
    assert len(world.workspace.messages("escalations")) == 1


async def test_a_lost_answer_is_adopted_not_posted_again(world: World) -> None:
    world.workspace.faults.drop_reply("chat.postMessage", times=2)
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) >= 5)
    await world.workspace.settle(quiet=0.6)
    assert len(world.workspace.messages("escalations")) == 1
    steps = [m.words().split("*")[1] for m in world.thread(card)]
    assert sorted(steps) == ["1 Document", "2 Assess", "3 Route", "4 Brief", "5 Update"]


async def test_two_cases_at_once_by_the_same_person(world: World) -> None:
    first = await world.escalate(summary="Payments are down")
    second = await world.escalate(summary="Login is down", area="Login")
    assert first is not second
    assert "ESC-1" in first.words()
    assert "ESC-2" in second.words()
    await world.workspace.until(lambda: len(world.thread(second)) == 5)
    assert "Payments are down" in world.said(first)
    assert "Login is down" not in world.said(first)


async def test_a_deleted_card_comes_back_with_its_thread(world: World) -> None:
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    await world.workspace.person("U08").delete(card)
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    fresh = world.workspace.messages("escalations")[-1]
    await world.workspace.until(lambda: len(world.thread(fresh)) == 5)
    await world.directs("U05")
    await world.workspace.settle()
    assert len(world.workspace.person("U05").direct()) == 1


async def test_a_reply_delivered_twice_takes_it_once(world: World) -> None:
    card = await world.escalate()
    await world.directs("U05")
    world.workspace.faults.duplicate_next_envelope()
    await world.workspace.person("U05").say("escalations", "mine", card.ts)
    await world.sees(card, "Taken as yours")
    await world.workspace.settle()
    assert world.said(card).count("Taken as yours") == 1
    assert world.workspace.person("U05").ephemeral() == []


async def test_after_all_sockets_closed_at_once_clicks_arrive_again(world: World) -> None:
    """Slack refreshes one at a time; here both end, and what is clicked meanwhile is lost."""
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    await world.workspace.sockets.close_all("refresh_requested")
    await world.workspace.until(lambda: world.workspace.sockets.count >= 2)
    await world.workspace.settle(quiet=1.0)
    await world.workspace.person("U05").click(direct, "Acknowledge")
    await world.shows(card, "is working on it")


async def test_a_report_asked_for_by_name_comes_once_though_the_event_comes_twice(
    world: World,
) -> None:
    await world.escalate()
    await world.workspace.settle()
    max_ = world.workspace.person("U08")
    before = len(max_.direct())
    for _ in ("the message", "the mention in it"):
        world.workspace.faults.duplicate_next_envelope()
    await max_.say("general", f"<@{world.workspace.bot}> report 30d")
    await world.workspace.until(lambda: len(max_.direct()) > before)
    await world.workspace.settle(0.5)
    assert len(max_.direct()) == before + 1
