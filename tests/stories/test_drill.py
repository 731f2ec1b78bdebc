"""Drills: a practice case with a simulated customer, its own people, short clocks and a score."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.core.digest import digest
from escbot.core.drill.script import Mark
from escbot.core.events import CustomerWrote, DrillGraded
from escbot.insights.drills import record, training
from escbot.services.drillfile import read_drills
from escbot.services.histories import stories
from escbot.services.work import rebuild
from escbot.slack.blocks.inputs import KINDS
from escbot.workspace.model import Message
from tests.make import a_policy, a_roster
from tests.stories.conftest import World, a_program
from tests.stories.test_specialist import tick, ticked

STEPS = ("document", "assess", "route", "brief", "update")
SUMMARY = "Since half past eight nobody can pay: checkout shows 502."
TRIED = "They tried two browsers and another card."
PEOPLE = tuple(person.id for person in a_roster().people)
CHANNELS = ("escalations", "esc-managers", "planning")


async def start(world: World, text: str = "drill outage @Priya", by: str = "U01") -> Message:
    """Type the command, and return the card of the drill."""
    before = len(world.workspace.messages("escalations"))
    assert await world.workspace.person(by).slash("/escalate", text)
    await world.workspace.until(lambda: len(world.workspace.messages("escalations")) > before)
    return world.workspace.messages("escalations")[-1]


async def escalate(world: World, card: Message, by: str = "U01", **said: str) -> None:
    """Fill the drill's form as the call asks, but for what is `said` otherwise."""
    person = world.workspace.person(by)
    await person.click(card, "Escalate")
    form = person.form()
    form.fill("Customer", said.get("customer", "Northwind Travel"))
    form.fill("What is happening?", said.get("summary", SUMMARY))
    form.choose("Kind of problem", said.get("kind", "System down"))
    form.choose("Impact", "Multiple users").choose("Area", "Payments")
    if said.get("tried", TRIED):
        form.fill("What have you tried?", said.get("tried", TRIED))
    if said.get("also", "Money is being lost now"):
        form.choose("Also true", said.get("also", "Money is being lost now"))
    outcome = await form.submit()
    assert outcome.closed, outcome.errors


async def press(world: World, by: str, message: Message, text: str) -> None:
    """Press a button once it is there."""
    await world.workspace.until(lambda: text in message.buttons())
    await world.workspace.person(by).click(message, text)


async def tell(world: World, card: Message, text: str = "") -> None:
    """Tell the customer: that the prepared text was sent, or a text of one's own."""
    if text:
        await press(world, "U01", card, "Update customer")
        form = world.workspace.person("U01").form().fill("What the customer was told", text)
        assert (await form.submit()).closed
        return
    steps = [message for message in world.thread(card) if "5 Update" in message.words()]
    await press(world, "U01", steps[-1], "I sent it")


async def resolve(world: World, card: Message, by: str) -> None:
    """Solve it."""
    await press(world, by, card, "Resolve")
    form = world.workspace.person(by).form().fill("What solved it?", "Restarted the gateway.")
    form.choose("Root cause", "Operations › Outage")
    assert (await form.submit()).closed


async def play(world: World, careless: str = "") -> dict[str, Mark]:
    """Play the outage from the call to the score, careless at one step."""
    card = await start(world, "drill outage @Priya @Ken")
    said: dict[str, str] = {}
    if careless == "document":
        said = {"summary": "Nobody can pay!", "tried": ""}
    if careless == "assess":
        said = {"kind": "Minor issue", "also": ""}
    await escalate(world, card, **said)
    await world.asks("U05")
    taker = "U05"
    if careless == "route":
        await world.later(seconds=80)
        await world.asks("U06")
        taker = "U06"
    await press(world, taker, card, "Acknowledge")
    await world.sees(card, "working on")
    if careless not in ("brief", "assess"):
        step = next(m for m in world.thread(card) if "4 Brief" in m.words())
        await tick(world, taker, step, *ticked(step))
        await press(world, taker, step, "Brief taken")
    for text in ("", "We have found the cause."):
        if careless != "update":
            await tell(world, card, text)
        await world.later(minutes=2)
    await resolve(world, card, taker)
    await world.sees(card, "is resolved:")
    await tell(world, card)
    await world.sees(card, "The drill is over")
    return {mark.step: mark for mark in (await world.case()).marks}


def shares(marks: dict[str, Mark]) -> dict[str, float | None]:
    """Return each step's share."""
    return {step: mark.share for step, mark in marks.items()}


async def test_a_careful_run_has_nothing_to_do_better(world: World) -> None:
    marks = await play(world)
    assert shares(marks) == dict.fromkeys(STEPS, 1.0)
    assert [mark.better for mark in marks.values()] == [()] * 5
    card = world.workspace.messages("escalations")[-1]
    assert "100%" in world.said(card)
    await world.workspace.until(lambda: card.buttons() == [])


@pytest.mark.parametrize("careless", STEPS)
async def test_a_careless_run_scores_low_at_exactly_its_step(world: World, careless: str) -> None:
    marks = await play(world, careless)
    for step, share in shares(marks).items():
        if step == careless:
            assert share is not None
            assert share <= 0.5
            assert marks[step].better
        else:
            assert share in (1.0, None), marks[step]
    card = world.workspace.messages("escalations")[-1]
    assert "Better next time" in world.said(card)


async def test_the_customer_asks_when_nobody_writes_and_answers_what_is_asked(world: World) -> None:
    card = await start(world)
    assert "Northwind Travel calls" in card.words()
    await escalate(world, card)
    await world.asks("U05")
    await press(world, "U05", card, "Acknowledge")
    await world.later(minutes=2, seconds=10)
    await world.sees(card, "Is there any news?")
    direct = (await world.directs("U05"))[0]
    await press(world, "U05", direct, "Need information")
    form = (
        world.workspace.person("U05").form().fill("What do you need to know?", "Which error code?")
    )
    assert (await form.submit()).closed
    assert "nginx" not in world.said(card)
    await world.later(seconds=30)
    await world.sees(card, "It says: 502 bad gateway, nginx.")
    await press(world, "U05", card, "Waiting")
    form = world.workspace.person("U05").form().choose("What for?", "The customer")
    assert (await form.submit()).closed
    await world.shows(card, "Waiting for the customer")
    await world.later(seconds=30)
    await world.sees(card, "back at my desk")
    await world.shows(card, "is working on it")


def everything(world: World) -> list[Message]:
    """Return every message of the bot, in channels, threads and to people."""
    found = [m for name in CHANNELS for m in world.workspace.messages(name)]
    found += [
        reply
        for message in world.workspace.messages("escalations")
        for reply in world.workspace.thread("escalations", message.ts)[1:]
    ]
    for user in PEOPLE:
        found += world.workspace.person(user).direct()
    return [message for message in found if message.user == world.workspace.bot]


@pytest.mark.parametrize("story", ["outage", "vip", "login", "wish"])
async def test_whatever_happens_only_who_joined_hears_of_it_and_all_is_marked(
    world: World, story: str
) -> None:
    card = await start(world, f"drill {story} @Sam")
    drill = read_drills(None).found[story].practice
    kind = dict(KINDS)[drill.facts.kind]
    await escalate(world, card, customer=drill.customer, kind=kind)
    for _ in range(13):  # nobody does anything, until the drill ends by itself
        await world.later(minutes=2)
    await world.sees(card, "The drill is over")
    assert (await world.case()).graded
    said = everything(world)
    assert len(said) > 6
    for message in said:
        assert message.words().startswith("*DRILL* · "), message.words()
        assert message.text.startswith("DRILL"), message.text
    mentioned = set(re.findall(r"<@(U\d+)>", "\n".join(str(m.api()) for m in said)))
    assert mentioned <= {"U01", "U02"}
    for user in PEOPLE:
        if user not in ("U01", "U02"):
            assert world.workspace.person(user).direct() == []


async def test_who_has_not_joined_is_not_asked_and_can_join_late(world: World) -> None:
    card = await start(world, "drill outage")
    await escalate(world, card)
    await world.asks("U01")  # alone, one plays every part
    await press(world, "U05", card, "Acknowledge")
    await world.workspace.until(lambda: bool(world.workspace.person("U05").ephemeral()))
    assert "Join the drill" in world.workspace.person("U05").ephemeral()[-1].words()
    await press(world, "U01", card, "Decline")
    form = world.workspace.person("U01").form().choose("Why?", "No capacity")
    assert (await form.submit()).closed
    await world.sees(card, "Nobody is available")
    await press(world, "U05", card, "Join the drill")
    await world.asks("U05")
    assert (await world.case()).joined == ("U01", "U05")
    assert world.program.desk is not None
    with pytest.raises(Refused, match="not_joined"):
        await world.program.desk.do("T01", 1, c.Reassign("U05", "U06"))


async def test_a_crash_loses_nothing_of_what_the_customer_was_going_to_say(world: World) -> None:
    card = await start(world)
    await escalate(world, card)
    await world.asks("U05")
    await world.program.stop()
    await world.workspace.clock.advance(timedelta(minutes=2, seconds=10))
    world.program = a_program(world.workspace, world.settings)
    await world.program.start()
    await world.sees(card, "Is there any news?")
    assert world.program.desk is not None
    events = await world.program.desk.events("T01", 1)
    assert sum(isinstance(one.event, CustomerWrote) for one in events) == 1


async def test_a_drill_counts_for_nothing_else(world: World) -> None:
    card = await start(world)
    await escalate(world, card)
    await world.asks("U05")
    await press(world, "U05", card, "Acknowledge")
    assert world.program.desk is not None
    floor = await world.program.desk.floor("T01")
    assert floor.load.get("U05", 0) == 0
    assert floor.last_assigned == {}
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "list")
    await world.workspace.until(lambda: bool(dana.ephemeral()))
    assert "DRILL" in dana.ephemeral()[-1].words()
    await dana.slash("/escalate")
    form = dana.form()
    await form.pick("Kind of problem", "System down")
    await form.pick("Impact", "Multiple users")
    await form.pick("Area", "Payments")
    await world.workspace.until(lambda: "P1" in dana.form().text())
    assert "ESC-1" not in dana.form().text()
    assert world.program.database is not None
    assert world.program.library is not None
    assert digest([await world.case()], lambda _: a_policy(), "U08", world.now()) is None
    found = await stories(world.program.database, world.program.library, None, None)
    assert [one.drill for one in found] == [True]


async def test_nobody_escalates_and_it_ends_without_a_score(world: World) -> None:
    card = await start(world)
    await world.later(minutes=11)
    await world.shows(card, "nobody escalated")
    assert world.program.desk is not None
    last = (await world.program.desk.events("T01", 1))[-1].event
    assert last == DrillGraded(())


async def test_the_form_of_a_drill_is_marked_and_knows_its_customer_only(world: World) -> None:
    card = await start(world)
    dana = world.workspace.person("U01")
    await dana.click(card, "Escalate")
    form = dana.form()
    assert form.title.startswith("DRILL")
    assert await form.suggest("Customer", "") == ["Northwind Travel"]
    await form.pick("Kind of problem", "System down")
    await form.pick("Impact", "Multiple users")
    await world.workspace.until(lambda: "P1" in dana.form().text())
    assert "Priya" in dana.form().text()


async def test_the_list_and_a_word_that_is_no_drill(world: World) -> None:
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "drill list")
    await world.workspace.until(lambda: len(dana.ephemeral()) == 1)
    assert "`vip`" in dana.ephemeral()[-1].words()
    await dana.slash("/escalate", "drill otage")
    await world.workspace.until(lambda: len(dana.ephemeral()) == 2)
    assert "/escalate drill list" in dana.ephemeral()[-1].words()
    await dana.slash("/escalate", "drill outage @Nobody")
    await world.workspace.until(lambda: len(dana.ephemeral()) == 3)
    assert "I don't know @nobody" in dana.ephemeral()[-1].words().lower().replace("i don", "I don")
    assert world.workspace.messages("escalations") == []


def test_a_drill_of_ones_own_is_read_and_a_broken_one_says_where(tmp_path: Path) -> None:
    good = (Path(__file__).parents[2] / "src/escbot/defaults/drills/outage.yaml").read_text("utf-8")
    (tmp_path / "ours.yaml").write_text(good.replace("Payment outage", "Our outage"), "utf-8")
    (tmp_path / "broken.yaml").write_text(good.replace("kind: outage", "kind: outtage"), "utf-8")
    drills = read_drills(tmp_path)
    assert drills.found["ours"].practice.title == "Our outage"
    assert "broken" not in drills.found
    checked = CliRunner().invoke(app, ["drill", "check", str(tmp_path / "ours.yaml")])
    assert (checked.exit_code, "ready to play" in checked.output) == (0, True)
    checked = CliRunner().invoke(app, ["drill", "check", str(tmp_path / "broken.yaml")])
    assert (checked.exit_code, "outtage" in checked.stderr) == (2, True)
    assert re.search(r"broken\.yaml:\d+:\d+: .*outtage", drills.troubles[0])


async def test_who_played_has_a_training_record_from_the_events_alone(world: World) -> None:
    await play(world, "document")
    assert world.program.desk is not None
    assert world.program.library is not None
    records = await world.program.desk.events("T01", 1)
    case = rebuild(records, world.program.library, team="T01", number=1)
    assert case == await world.case()
    one = training("ESC-1", records)
    assert one is not None
    found = record([one])
    assert found["people"]["U01"]["weakest"] == "document"
    assert found["people"]["U01"]["steps"]["brief"] is None
    assert found["people"]["U05"]["steps"]["brief"] == 1.0
    assert found["tiers"]["1"]["steps"]["document"] == found["people"]["U01"]["steps"]["document"]
    assert found["people"]["U01"]["advice"]["drill_field"] == 1
    assert "U06" not in found["people"]
    shown = await asyncio.to_thread(
        CliRunner().invoke, app,
        ["drill", "record", "--database", world.settings.escbot_database_url],
    )  # fmt: skip
    assert shown.exit_code == 0, shown.output
    assert "U05" in shown.output
