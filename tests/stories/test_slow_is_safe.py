"""Slow and odd surroundings: a call that hangs, a slow database, clocks that jump, no scheduler."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers import base
from sqlalchemy.engine import make_url

from escbot.bootstrap import program as program_room
from tests.stories.conftest import World
from tests.stories.test_database_faults import locked

HOUR = timedelta(hours=1)


async def test_a_call_that_hangs_holds_up_no_other_channel(world: World) -> None:
    await world.escalate()
    await world.directs("U05")
    world.workspace.faults.hang("chat.update", 30.0)
    direct = (await world.directs("U05"))[0]
    await world.workspace.person("U05").click(direct, "Acknowledge")
    # The edit hangs; a second case is posted meanwhile.
    second = await world.escalate(summary="Login is down", area="Login")
    assert "ESC-2" in second.words()


async def test_a_database_that_is_busy_makes_people_wait_and_loses_nothing(world: World) -> None:
    file = make_url(world.settings.escbot_database_url).database
    assert file is not None
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Globex").fill("What is happening?", "Down")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    busy = await locked(Path(file))
    patient, world.workspace.patience = world.workspace.patience, 0.3
    try:
        outcome = await form.submit()  # Slack gives up after three seconds, here after one
        assert "" in outcome.errors
    finally:
        world.workspace.patience = patient
        busy.execute("ROLLBACK")
        busy.close()
    for _ in range(20):
        if (await form.submit()).closed:
            break
    await world.workspace.until(lambda: world.workspace.messages("escalations"), timeout=30)
    await world.workspace.settle(quiet=0.5)
    assert len(world.workspace.messages("escalations")) == 1


class Jumped(datetime):
    """The machine's clock, set wrong by `by`."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + cls.by


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["an hour ahead", "an hour back"])
async def test_a_clock_that_jumps_stops_nothing_and_repeats_nothing(
    world: World, by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await world.escalate()
    await world.directs("U05")
    monkeypatch.setattr(Jumped, "by", timedelta(0))
    monkeypatch.setattr(base, "datetime", Jumped)
    beats = world.program.beats
    assert beats is not None
    monkeypatch.setattr(beats, "_machine", lambda: Jumped.now(UTC))
    await asyncio.sleep(1.2)
    monkeypatch.setattr(Jumped, "by", by)
    world.workspace.faults.drop_reply("chat.postMessage")
    await world.later(minutes=20)  # on the workspace's clock: the offer goes on to the next
    await world.workspace.until(lambda: world.workspace.person("U06").direct(), timeout=30)
    await world.sees(card, "No answer from")
    await world.workspace.settle(quiet=0.5)
    assert world.said(card).count("No answer from") == 1
    assert len(world.workspace.person("U06").direct()) == 1


async def test_without_apscheduler_nothing_fires(world: World) -> None:
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    await world.directs("U05")
    beats = world.program.beats
    assert beats is not None
    beats._scheduler.pause()
    await beats._idle.wait()
    seen = len(world.workspace.traffic)
    await world.later(hours=5)
    await asyncio.sleep(1.5)
    assert [record.what for record in world.workspace.traffic[seen:]] == []
    before = (await world.case()).version
    beats._scheduler.resume()
    await world.workspace.until(lambda: world.workspace.person("U06").direct(), timeout=30)
    assert (await world.case()).version > before


async def test_after_a_long_stop_each_person_hears_of_a_case_once(world: World) -> None:
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    await world.directs("U05")
    await world.program.stop()
    seen = {person: len(who.direct()) for person, who in world.workspace.people.items()}
    managers = len(world.workspace.messages("esc-managers"))
    thread = len(world.thread(card))
    await world.later(hours=30)
    world.program = program_room.Program(
        world.settings,
        clock=world.workspace.clock.now,
        beat=0.05,
        files=world.program._files,
    )
    await world.program.start()
    await world.workspace.until(
        lambda: len(world.workspace.messages("esc-managers")) > managers, timeout=30
    )
    await world.workspace.settle(quiet=1.0)
    more = {
        person: len(who.direct()) - seen[person] for person, who in world.workspace.people.items()
    }
    assert max(more.values()) <= 1, more
    assert len(world.workspace.messages("esc-managers")) - managers <= 2
    said = world.said(card)
    for line in ("Half of the time", "80 %"):
        assert line not in said  # no warning for a moment whose breach has passed
    assert len(world.thread(card)) - thread < 15
