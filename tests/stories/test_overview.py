"""The App Home by role, and the managers' morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from escbot.workspace.model import texts_of
from tests.stories.conftest import World


async def home(world: World, person: str) -> str:
    """Open the Home and return what it says."""
    who = world.workspace.person(person)
    await who.home()
    await world.workspace.until(lambda: who.home_view() is not None)
    view = who.home_view()
    assert view is not None
    return view.text()


async def test_a_specialist_sees_their_queue_and_their_load(world: World) -> None:
    await world.escalate()
    await world.asks("U05")
    text = await home(world, "U05")
    assert "You carry 3 of 5 points · on shift" in text
    assert "*ESC-1*" in text
    assert "Past a limit" not in text


async def test_a_manager_sees_what_is_late_and_who_carries_what(world: World) -> None:
    await world.escalate()
    await world.asks("U05")
    text = await home(world, "U08")
    for words in ("Past a limit", "At risk", "Nobody has it", "▰▰▰▱▱ *Priya* 3 of 5"):
        assert words in text


async def test_an_admin_sees_what_needs_attention(world: World) -> None:
    await world.workspace.until(lambda: world.program._linted is not None)
    assert "Nothing needs attention" in await home(world, "U10")
    delivery = world.program.delivery
    assert delivery is not None
    delivery.missing["planning"] = "create #planning and invite the bot to it"
    await world.workspace.person("U10").home()
    await world.workspace.until(
        lambda: "create #planning" in world.workspace.person("U10").home_view().text()
    )


async def test_a_home_that_was_opened_is_fresh_again_once_something_changed(world: World) -> None:
    assert "Nothing is waiting for you." in await home(world, "U05")
    await world.escalate()
    who = world.workspace.person("U05")

    def shows() -> bool:
        view = who.home_view()
        return view is not None and "*ESC-1*" in "\n".join(texts_of(view.raw.body["blocks"]))

    await world.workspace.until(shows)


async def test_a_manager_gets_one_digest_in_their_own_morning(world: World) -> None:
    await world.escalate(customer="Initech", kind="Minor issue", area=None)
    max_ = world.workspace.person("U08")  # Europe/Berlin
    await world.workspace.settle()
    before = len(max_.direct())
    await world.later(hours=21, minutes=20)  # 07:20 UTC: 08:20 in Berlin
    await world.workspace.settle(0.3)
    assert not any("Good morning" in m.words() for m in max_.direct()[before:])
    await world.later(minutes=15)
    await world.workspace.until(lambda: any("Good morning" in m.words() for m in max_.direct()))
    await world.restart()
    await world.workspace.settle(0.5)
    morning = [m for m in max_.direct() if "Good morning" in m.words()]
    assert len(morning) == 1
    assert "1 open" in morning[0].words()


async def test_without_anything_open_nobody_is_bothered(world: World) -> None:
    await world.later(hours=21, minutes=45)
    await world.workspace.settle(0.5)
    assert world.workspace.person("U08").direct() == []


async def test_five_hundred_open_cases_fit_on_a_home(world: World) -> None:
    await world.escalate()
    desk, library = world.program.desk, world.program.library
    assert desk is not None
    assert library is not None
    case = await world.case()
    many = [
        replace(case, number=n, customer="C" * 150, opened_at=case.opened_at - timedelta(minutes=n))
        for n in range(1, 501)
    ]
    from escbot.slack.blocks import home as blocks
    from escbot.slack.blocks.base import voice_for
    from escbot.workspace.rules import view_problems

    view = blocks.view(
        "U08", many, library, await desk.floor("T01"), voice_for(library.roster), world.now()
    )
    assert view_problems(view) == []
