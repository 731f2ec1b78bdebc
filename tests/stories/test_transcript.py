"""What the terminal tells of a day in the workspace: sentences, and nothing said twice."""

from __future__ import annotations

from escbot.cli.transcript import Transcript
from tests.stories.conftest import World


async def test_what_people_do_reads_as_they_would_say_it(world: World) -> None:
    transcript = Transcript(world.workspace)
    card = await world.escalate()
    priya = world.workspace.person("U05")
    await priya.react(card, "eyes")
    await world.shows(card, "is working on it")
    await priya.say("escalations", "Looking at <the> logs", card.ts)
    await world.workspace.settle()
    await priya.click(card, "Waiting")
    await priya.form().submit()
    await priya.home()
    await world.workspace.settle()
    lines = transcript.news()
    did = [line.text for line in lines if line.kind == "step"]
    assert did == [
        "Dana types /escalate",
        "Dana sends the form Escalate",
        "Priya reacts with 👀 to ESC-1",
        "Priya in the thread of ESC-1: Looking at <the> logs",
        "Priya presses Waiting on ESC-1",
        "Priya sends the form ESC-1 waits",
        "Priya opens the Home",
    ]
    posted = [line.text for line in lines if line.kind == "posts"]
    assert any(text.startswith("escbot in the thread of ESC-1: 3 Route: ") for text in posted)
    assert transcript.news() == []


async def test_an_edit_that_says_nothing_new_is_left_out(world: World) -> None:
    transcript = Transcript(world.workspace)
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    await world.workspace.person("U05").click((await world.directs("U05"))[0], "Acknowledge")
    await world.shows(card, "is working on it")
    await world.workspace.settle()
    edits = [line.text for line in transcript.news() if line.kind == "edits"]
    assert "escbot edits in the thread of ESC-1: 3 Route: Priya has it" in "\n".join(edits)
    assert not [text for text in edits if text.startswith("escbot edits in #escalations")]
