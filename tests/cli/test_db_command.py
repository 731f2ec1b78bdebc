"""`escbot db` on a database that was used."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from escbot.bootstrap.lockfile import InUseError, lock_file
from escbot.cli.main import app
from escbot.core import commands as c
from escbot.services.files import Files
from escbot.services.keeping import prune
from escbot.services.policyfile import default_text
from escbot.store.database import Database, open_database
from escbot.store.tables import CaseRow, MessageRow
from tests.make import a_policy, a_roster, an_escalation
from tests.services.office import Office

run = CliRunner().invoke


async def used(database: Database) -> Office:
    office = Office(database)
    files = Files(a_policy(), default_text(), "policy.yaml", a_roster())
    await office.library.take(database, files, office.now)
    await office.desk.do("T1", None, an_escalation(customer="Jane Doe Ltd"), key="view:1")
    await office.desk.do("T1", 1, c.Note("U01", "tried", "Called Jane on 555-0100"))
    await office.deliver(10)
    return office


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'escbot.db'}"

    async def make() -> None:
        database = await open_database(address)
        await used(database)
        await database.close()

    asyncio.run(make())
    return address


def sql(url: str, statement: object) -> None:
    async def work() -> None:
        database = await open_database(url)
        async with database.session() as session:
            await session.execute(statement)  # type: ignore[call-overload]
        await database.close()

    asyncio.run(work())


def test_upgrade_and_check_say_where_the_tables_stand(url: str, tmp_path: Path) -> None:
    fresh = f"sqlite:///{tmp_path / 'new.db'}"
    assert run(app, ["db", "check", "--database", fresh]).exit_code == 1
    assert "from revision none" in run(app, ["db", "upgrade", "--database", fresh]).stdout
    assert "the newest" in run(app, ["db", "upgrade", "--database", fresh]).stdout
    done = run(app, ["db", "check", "--database", url, "--json"])
    assert (done.exit_code, json.loads(done.stdout)["integrity"]) == (0, "ok")


def test_verify_finds_a_state_that_its_events_do_not_make(url: str) -> None:
    assert "1 case is what its events" in run(app, ["db", "verify", "--database", url]).stdout
    sql(url, update(CaseRow).values(state={}))
    broken = run(app, ["db", "verify", "--database", url])
    assert broken.exit_code == 1
    assert "1 of 1 case differs from its events:\nT1/ESC-1" in broken.stdout


def test_a_backup_is_a_database_of_its_own(url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert run(app, ["db", "backup", str(target), "--database", url]).exit_code == 0
    assert (
        "1 case is what its events"
        in run(app, ["db", "verify", "--database", f"sqlite:///{target}"]).stdout
    )
    again = run(app, ["db", "backup", str(target), "--database", url])
    assert (again.exit_code, "name a new file" in again.stderr) == (2, True)


def test_the_timeline_is_exported_line_by_line(url: str, tmp_path: Path) -> None:
    target = tmp_path / "events.jsonl"
    assert run(app, ["db", "export", str(target), "--database", url]).exit_code == 0
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert lines[0]["event"]["type"] == "Opened"
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))


def test_redacting_leaves_no_word_and_the_figures(url: str) -> None:
    assert run(app, ["db", "redact", "ESC-9", "--database", url]).exit_code == 2
    assert run(app, ["db", "redact", "esc-1", "--database", url]).exit_code == 0
    exported = run(app, ["db", "export", "--database", url]).stdout
    for word in ("Jane", "555", "Nobody can pay"):
        assert word not in exported
    assert "Redacted" in exported
    assert "1 case is what its events" in run(app, ["db", "verify", "--database", url]).stdout


def test_what_is_uncertain_is_listed_and_decided_by_a_person(url: str) -> None:
    assert "settled" in run(app, ["db", "settle", "--database", url]).stdout
    sql(url, update(MessageRow).where(MessageRow.slot == "card").values(state="uncertain"))
    assert "card" in run(app, ["db", "settle", "--database", url]).stdout
    assert run(app, ["db", "settle", "1", "--database", url]).exit_code == 2
    done = run(app, ["db", "settle", "1", "--as", "posted", "--database", url])
    assert done.exit_code == 0, done.output
    assert "Every message" in run(app, ["db", "settle", "--database", url]).stdout


def test_a_posted_message_is_known_again_by_its_link(url: str) -> None:
    sql(
        url,
        update(MessageRow)
        .where(MessageRow.slot == "card")
        .values(state="uncertain", channel=None, ts=None),
    )
    command = ["db", "settle", "1", "--as", "posted", "--database", url]
    assert run(app, [*command, "--link", "https://x/nothing"]).exit_code == 2
    link = "https://x.slack.com/archives/C01/p1795562007961239?thread_ts=1.2"
    assert run(app, [*command, "--link", link]).exit_code == 0

    async def card() -> MessageRow:
        database = await open_database(url)
        async with database.session() as session:
            statement = select(MessageRow).where(MessageRow.slot == "card")
            found = (await session.execute(statement)).scalar_one()
        await database.close()
        return found

    found = asyncio.run(card())
    assert (found.channel, found.ts, found.state) == ("C01", "1795562007.961239", "dirty")


def test_commands_are_allowed_beside_a_running_program(url: str, tmp_path: Path) -> None:
    lock = lock_file(url)
    assert lock is not None
    with pytest.raises(InUseError, match="in use by another escbot"):
        lock_file(url)
    for command in (["verify"], ["check"], ["prune"], ["backup", str(tmp_path / "copy.db")]):
        assert run(app, ["db", *command, "--database", url]).exit_code == 0
    lock.close()


async def test_what_is_past_its_retention_goes(database: Database) -> None:
    office = await used(database)
    await office.desk.do("T1", 1, c.Cancel("U01", "A mistake"))
    kept = await prune(database, a_policy(), office.now, office.wall)
    assert kept == {"cases": 0, "requests": 0, "reports": 0}
    later = office.now + timedelta(days=731)
    gone = await prune(database, a_policy(), later, office.wall + timedelta(hours=27))
    assert gone == {"cases": 1, "requests": 1, "reports": 0}
    assert await office.desk.case("T1", 1) is None
    following = await office.desk.do("T1", None, an_escalation())
    assert following.case.number == 2
