"""The App Home by role, and the managers' morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from escbot.core import commands as c
from escbot.core.case import Phase
from escbot.slack.blocks import home
from escbot.slack.blocks.base import voice_for
from escbot.workspace.model import texts_of
from escbot.workspace.rules import view_problems
from tests.stories.conftest import World
from tests.stories.test_afterwards import everything_sent
from tests.stories.test_more import more


async def home_text(world: World, person: str) -> str:
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
    text = await home_text(world, "U05")
    assert "You carry 3 of 5 points · on shift" in text
    assert "|ESC-1>*" in text
    assert "Past a limit" not in text


async def test_a_manager_sees_what_is_late_and_who_carries_what(world: World) -> None:
    card = await world.escalate()
    await world.asks("U05")
    text = await home_text(world, "U08")
    for words in ("Nothing is late.", "Nothing is at risk.", "▰▰▰▱▱ *Priya* 3 of 5"):
        assert words in text
    max_ = world.workspace.person("U08")
    await world.later(minutes=20)
    await world.sees(card, "*5 Update*")
    step = next(m for m in world.thread(card) if "I sent it" in m.buttons())
    await world.workspace.person("U01").click(step, "I sent it")
    await world.shows(step, "was told by")
    # Half of the hour to take it has passed; then the customer was to hear again and did not.
    for minutes, words in ((11, "*At risk* · 1"), (20, "*Past a limit* · 1")):
        await world.later(minutes=minutes)
        await max_.home()
        await world.workspace.until(lambda words=words: words in max_.home_view().text())


async def test_an_admin_sees_what_needs_attention(world: World) -> None:
    await world.workspace.until(lambda: world.program._linted is not None)
    assert "Nothing needs attention" in await home_text(world, "U10")
    library, ada = world.program.library, world.workspace.person("U10")
    assert library is not None
    day = tuple(replace(person, hours="support") for person in library.roster.people)
    library.roster = replace(library.roster, version="by day", people=day, on_call=())
    checked = ("by day",)
    await world.workspace.until(lambda: world.program._linted[0][1:] == checked)
    await ada.home()
    await world.workspace.until(lambda: ":warning:" in ada.home_view().text())
    for words in ("to look at", "#escalations", "11 people in the roster", "Listening", "tier 3"):
        assert words in ada.home_view().text(), words
    delivery = world.program.delivery
    assert delivery is not None
    delivery.missing["planning"] = "create #planning and invite the bot to it"
    await world.workspace.person("U10").home()
    await world.workspace.until(
        lambda: "create #planning" in world.workspace.person("U10").home_view().text()
    )


async def test_a_home_that_was_opened_is_fresh_again_once_something_changed(world: World) -> None:
    assert "Nothing is waiting for you." in await home_text(world, "U05")
    await world.escalate()
    who = world.workspace.person("U05")

    def shows() -> bool:
        view = who.home_view()
        return view is not None and "|ESC-1>*" in "\n".join(texts_of(view.raw.body["blocks"]))

    await world.workspace.until(shows)


async def test_a_manager_gets_one_digest_in_their_own_morning(world: World) -> None:
    await world.later(hours=1)  # noon in Berlin: today's morning is over
    await world.escalate(customer="Initech", kind="Minor issue", area=None)
    max_ = world.workspace.person("U08")  # Europe/Berlin
    await world.workspace.settle()
    before = len(max_.direct())
    await world.later(hours=20, minutes=20)  # 07:20 UTC: 08:20 in Berlin
    await world.workspace.settle(0.3)
    assert not any("Good morning" in m.words() for m in max_.direct()[before:])
    await world.later(minutes=15)
    await world.workspace.until(
        lambda: any("Good morning" in m.words() for m in max_.direct()[before:])
    )
    await world.restart()
    await world.workspace.settle(0.5)
    morning = [m for m in max_.direct()[before:] if "Good morning" in m.words()]
    assert len(morning) == 1
    assert "1 open" in morning[0].words()


async def test_without_anything_open_nobody_is_bothered(world: World) -> None:
    await world.later(hours=1)  # today's morning is over
    card = await world.escalate(customer="Initech", kind="Minor issue", area=None)
    form = await more(world, card, "U01", "Cancel")
    assert (await form.fill("Why?", "It was a test").submit()).closed
    await world.shows(card, "Cancelled")
    await world.later(hours=20, minutes=45)
    reporter = world.program.reporter
    assert reporter is not None
    await world.workspace.until(lambda: "U08" in {person for _, person, _ in reporter._done})
    await world.workspace.settle(0.3)
    assert world.workspace.person("U08").direct() == []


async def test_five_hundred_open_cases_fit_on_a_home_with_tables_and_without(world: World) -> None:
    await world.escalate()
    await world.asks("U05")
    desk, library = world.program.desk, world.program.library
    assert desk is not None
    assert library is not None
    case = await world.case()
    many = [
        replace(
            case,
            number=n,
            customer="C" * 150,
            summary="S" * 3000,
            opened_at=case.opened_at - timedelta(minutes=n),
            phase=Phase.UNASSIGNED if n % 2 else case.phase,
            clocks={
                name: replace(clock, breached=n % 3 == 0, used=clock.limit * 0.7)
                for name, clock in case.clocks.items()
            },
        )
        for n in range(1, 501)
    ]
    links = dict.fromkeys(range(1, 501), "https://demo.slack.com/archives/C01/p1795514400000100")
    scene = home.Scene(
        library, await desk.floor("T01"), voice_for(library.roster), world.now(), links=links
    )
    for made in (scene, replace(scene, tables=False)):
        view = home.view("U08", many, made)
        assert view_problems(view) == []
        text = "\n".join(texts_of(view["blocks"]))
        assert "… and" in text
        assert text.count("|ESC-") <= 3 * home.MOST


async def test_the_heaviest_case_stands_first_in_ones_queue(world: World) -> None:
    """Weight is more than severity and age: of two like it, the VIP's comes first."""
    for customer in ("Globex", "Acme"):
        await world.escalate(customer=customer, kind="Major function broken")
    await world.escalate()
    for number in (1, 2, 3):
        await world.program.desk.do("T01", number, c.TakeOver("U08"))
    text = await home_text(world, "U08")
    assert text.index("|ESC-3>*") < text.index("|ESC-2>*") < text.index("|ESC-1>*")


def published(world: World) -> list[str]:
    """Return for whom a Home was published, in that order."""
    lines = world.workspace.traffic
    return [str(one.detail["user_id"]) for one in lines if one.what == "views.publish"]


async def test_a_home_is_published_whenever_it_is_opened(world: World) -> None:
    """Whatever Slack or another process has made of it since."""
    await home_text(world, "U05")
    await world.workspace.person("U05").home()
    await world.workspace.until(lambda: published(world) == ["U05", "U05"])


async def test_a_home_is_published_once_for_many_changes_and_not_for_those_of_others(
    world: World,
) -> None:
    await world.escalate()
    desk, keeper, beats = world.program.desk, world.program._keeper, world.program.beats
    assert desk is not None
    assert keeper is not None
    assert beats is not None
    beats._scheduler.pause_job("homes")
    await home_text(world, "U04")  # Mo has nothing to do with it
    await home_text(world, "U05")
    await everything_sent(world)
    before = len(published(world))
    for severity in ("P2", "P3", "P2", "P1"):
        await desk.do("T01", 1, c.ChangeSeverity("U08", severity, "It looks so"))
    await desk.do("T01", 1, c.Acknowledge("U05"))
    await everything_sent(world)
    assert await keeper.refresh_once() == 2
    assert published(world)[before:] == ["U05"]
    assert "is working on it" in world.workspace.person("U05").home_view().text()


def a_table(blocks: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((block for block in blocks if block["type"] == "data_table"), None)


async def test_a_list_is_a_table_until_slack_refuses_it_once(world: World) -> None:
    await world.escalate()
    await world.escalate(customer="Initech", summary="The button is grey", kind="Minor issue")
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "list")
    await world.workspace.until(lambda: dana.ephemeral())
    table = a_table(dana.ephemeral()[-1].blocks)
    assert table is not None
    assert len(table["rows"]) == 3
    assert "/archives/" in str(table["rows"][1])
    assert "|ESC-2>*" in dana.ephemeral()[-1].text  # for readers without tables

    world.workspace.refuse_blocks = {"data_table"}
    for turn in (2, 3):
        await dana.slash("/escalate", "list")
        await world.workspace.until(lambda turn=turn: len(dana.ephemeral()) == turn)
        assert a_table(dana.ephemeral()[-1].blocks) is None
        assert "|ESC-2>*" in dana.ephemeral()[-1].words()
    assert len(world.workspace.refusals) == 1  # asked once, then remembered
    world.workspace.refusals.clear()


async def test_a_home_falls_back_to_lines_where_tables_are_refused(world: World) -> None:
    for number in range(6):
        await world.escalate(summary=f"Problem {number}", kind="Minor issue", area=None)
    who = world.workspace.person("U01")
    await who.home()
    await world.workspace.until(lambda: who.home_view() is not None)
    view = who.home_view()
    assert view is not None
    assert a_table(view.raw.body["blocks"]) is not None
    world.workspace.refuse_blocks = {"data_table"}
    await who.home()

    def in_lines() -> bool:
        shown = who.home_view()
        assert shown is not None
        return a_table(shown.raw.body["blocks"]) is None and "|ESC-6>*" in shown.text()

    await world.workspace.until(in_lines)
    world.workspace.refusals.clear()


async def test_away_until_a_time_and_back_on_the_home(world: World) -> None:
    priya = world.workspace.person("U05")  # Europe/Berlin
    text = await home_text(world, "U05")
    assert "*Shift*" in text
    assert "*Ken*" in text
    view = priya.home_view()
    assert view is not None
    await view.click("Away until…")
    assert (await priya.form().fill("Until", "14:00").submit()).closed
    desk = world.program.desk
    assert desk is not None

    def shows(words: str) -> bool:
        shown = priya.home_view()
        return shown is not None and words in shown.text()

    await world.workspace.until(lambda: shows("away until"))
    until = (await desk.floor("T01")).away["U05"].until
    assert until is not None
    assert until.hour == 13  # in UTC
    await world.escalate()
    await world.asks("U06")
    shown = priya.home_view()
    assert shown is not None
    await shown.click("I'm back")
    await world.workspace.until(lambda: shows("on shift"))


async def test_a_new_escalation_begins_on_the_home(world: World) -> None:
    await home_text(world, "U01")
    dana = world.workspace.person("U01")
    view = dana.home_view()
    assert view is not None
    await view.click("New escalation")
    assert dana.form().labels()[0] == "Customer"
