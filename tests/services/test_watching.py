"""The policy's file changes under a running program."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from escbot.bootstrap import reader_of
from escbot.services.policyfile import default_text
from escbot.services.rosterfile import default_roster_text
from escbot.services.watching import Watch
from escbot.store import policies
from escbot.store.database import Database
from tests.make import an_escalation
from tests.services.office import Office

LONGER = default_text().replace('respond: "1h"', 'respond: "50m"')


class Scene:
    """An office whose policy is a file."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.policy, self.roster = folder / "policy.yaml", folder / "roster.yaml"
        self.policy.write_text(default_text())
        self.roster.write_text(default_roster_text())
        self.office = Office(database)
        self.reader = reader_of(self.policy, self.roster, folder / "cache")
        self.watch = self.a_watch()

    def a_watch(self) -> Watch:
        office = self.office
        return Watch(
            self.reader, office.library, office.database,
            clock=lambda: office.now, wall=lambda: office.wall, new_key=lambda: uuid4().hex,
        )  # fmt: skip

    async def begin(self) -> None:
        await self.office.library.take(
            self.office.database, self.reader.read(self.office.now), self.office.now
        )
        await self.watch.look()

    async def look(self, times: int = 3) -> None:
        for _ in range(times):
            await self.watch.look()

    async def versions(self) -> list[policies.Stored]:
        async with self.office.database.session() as session:
            return list(await policies.listed(session))


@pytest.fixture
async def scene(database: Database, tmp_path: Path) -> Scene:
    made = Scene(database, tmp_path)
    await made.begin()
    return made


async def test_a_new_file_decides_new_cases_and_old_ones_keep_theirs(scene: Scene) -> None:
    office = scene.office
    first = await office.desk.do("T1", None, an_escalation())
    scene.policy.write_text(LONGER)
    await scene.look()
    second = await office.desk.do("T1", None, an_escalation())
    assert first.case.policy != second.case.policy
    again = await office.desk.case("T1", first.case.number)
    assert again is not None
    assert again.policy == first.case.policy


async def test_a_broken_file_is_reported_once_and_the_old_one_stays(scene: Scene) -> None:
    office = scene.office
    await office.desk.do("T1", None, an_escalation())
    before = office.library.current.version
    scene.policy.write_text(default_text().replace('respond: "1h"', 'respond: "soon"'))
    await scene.look(5)
    assert office.library.current.version == before
    assert scene.watch.trouble is not None
    assert "policy.yaml:" in scene.watch.trouble
    await office.deliver(5)
    told = [text for text in office.texts("Notice") if "files_broken" in text]
    assert len(told) == 1
    scene.policy.write_text(LONGER)
    await scene.look()
    assert scene.watch.trouble is None
    assert office.library.current.version != before


async def test_the_same_slip_on_another_day_is_reported_again(scene: Scene) -> None:
    office = scene.office
    await office.desk.do("T1", None, an_escalation())
    slip = default_text().replace('respond: "1h"', 'respond: "soon"')
    for text in (slip, LONGER, slip):
        scene.policy.write_text(text)
        await scene.look()
        await office.deliver(5)
        office.wall += timedelta(days=1)
    told = [text for text in office.texts("Notice") if "files_broken" in text]
    assert len(told) == 2


async def test_half_a_file_is_not_read(scene: Scene) -> None:
    half = LONGER[: len(LONGER) // 2]
    scene.policy.write_text(half)
    await scene.look(1)
    scene.policy.write_text(LONGER)
    await scene.look(2)
    assert scene.watch.trouble is None
    assert scene.office.library.current.severity("P1").respond == timedelta(minutes=50)


async def test_going_back_stays_over_a_restart_until_the_file_changes(scene: Scene) -> None:
    office = scene.office
    first = office.library.current.version
    scene.policy.write_text(LONGER)
    await scene.look()
    second = office.library.current.version
    async with office.database.session() as session:
        assert await policies.activate(session, first)
        assert not await policies.activate(session, "nothing")
    await scene.look(1)
    assert office.library.current.version == first

    restarted = Office(office.database)
    await restarted.library.take(office.database, scene.reader.read(office.now), office.now)
    assert restarted.library.current.version == first
    assert {one.version: one.active for one in await scene.versions()} == {
        first: True,
        second: False,
    }

    scene.policy.write_text(default_text().replace('respond: "1h"', 'respond: "40m"'))
    await scene.look()
    assert office.library.current.severity("P1").respond == timedelta(minutes=40)


async def test_another_roster_is_used_at_once(scene: Scene) -> None:
    scene.roster.write_text(default_roster_text().replace("name: Priya", "name: Prija"))
    await scene.look()
    person = scene.office.library.roster.person("U05")
    assert person is not None
    assert person.name == "Prija"
