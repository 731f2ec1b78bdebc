"""Opening a database: together, newer than we are, not at all; and the time that it has."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from escbot.bootstrap.times import SURE, Steady, wall
from escbot.store import runners
from escbot.store.database import Database, DatabaseError, open_database, revisions
from tests.make import NOW


async def test_replicas_that_start_together_bring_the_tables_up_once(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("an SQLite file has one process, kept alone by its lock")
    opened = await asyncio.gather(*(open_database(database_url) for _ in range(4)))
    assert {await one.revision() for one in opened} == {(revisions()[-1], revisions()[-1])}
    for one in opened:
        await one.close()


async def test_an_older_program_leaves_newer_tables_as_they_are(database_url: str) -> None:
    database = await open_database(database_url)
    async with database.session() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await session.execute(text("ALTER TABLE lane ADD COLUMN mood VARCHAR"))
    await database.close()
    older = await open_database(database_url)
    assert (await older.revision())[0] == "9999"
    async with older.session() as session:
        await runners.check_in(session, "w1", sockets=2, version="0", wall=NOW)
    await older.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://localhost/x", "not supported"),
        ("nonsense", "is not a database address"),
        ("sqlite:////nowhere/at/all/escbot.db", "can't be opened"),
        ("postgresql://127.0.0.1:1/escbot", "can't be reached"),
    ],
)
async def test_a_database_that_is_not_there_is_one_sentence(url: str, says: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        await open_database(url)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_the_shared_time_is_the_databases_whatever_the_machine_says(
    database: Database,
) -> None:
    wrong = wall() + timedelta(hours=5)
    steady = Steady(machine=lambda: wrong)
    followed = await steady.follow(database)
    if database.is_sqlite:
        assert not followed
        assert abs(steady() - wrong) < timedelta(seconds=5)
    else:
        assert followed
        assert abs(steady() - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_shared_time_does_not_jump_with_the_machines() -> None:
    now = [NOW]
    steady = Steady(machine=lambda: now[0], counter=lambda: 100.0)
    now[0] += timedelta(hours=1)
    assert steady() == NOW
    now[0] -= timedelta(hours=2)
    assert steady() == NOW


async def test_an_answer_that_took_long_is_not_taken_for_the_time(database: Database) -> None:
    counts = iter([0.0, 100.0, 100.0 + SURE + 0.1, 200.0])
    steady = Steady(machine=lambda: NOW, counter=lambda: next(counts))
    assert not await steady.follow(database)
    assert steady() == NOW + timedelta(seconds=200)


async def test_processes_that_run_are_known_and_those_that_ended_are_not(
    database: Database,
) -> None:
    within = timedelta(seconds=45)
    async with database.session() as session:
        await runners.check_in(session, "w1", sockets=2, version="1", wall=NOW)
        await runners.check_in(session, "w2", sockets=2, version="1", wall=NOW)
        await runners.check_in(session, "w3", sockets=2, version="1", wall=NOW - 2 * within)
        await runners.check_out(session, "w2")
    async with database.session() as session:
        found = await runners.running(session, NOW, within)
    assert [one.worker for one in found] == ["w1"]


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Opening and closing an SQLite file leaves no journal beside it."""

    async def work() -> None:
        await (await open_database(f"sqlite:///{tmp_path / 'escbot.db'}")).close()

    asyncio.run(work())
    assert [file.name for file in tmp_path.iterdir()] == ["escbot.db"]
