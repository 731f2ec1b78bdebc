"""Every migration, rehearsed with what the version before it really wrote, on both databases.

data/NNNN.json holds the rows that escbot wrote when NNNN was the newest revision: three cases that
were taken, noted, waited for and cancelled, their messages, deadlines, lanes and requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, DateTime, MetaData, create_engine, inspect

from escbot.core import commands as c
from escbot.services import keeping
from escbot.store.database import config, normal_url, open_database, revisions
from escbot.store.tables import Row
from tests.services.office import Office

DATA = Path(__file__).parent / "data"
SAMPLES = sorted(file.stem for file in DATA.glob("*.json"))


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = create_engine(normal_url(database_url).replace("+aiosqlite", ""))
    with engine.connect() as made:
        yield made
    engine.dispose()


def to(connection: Connection, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)
    connection.commit()


def load(connection: Connection, sample: str) -> None:
    """Insert the rows as the version that wrote them did: naming the columns that it knew."""
    tables = MetaData()
    tables.reflect(connection)
    for name, rows in json.loads((DATA / f"{sample}.json").read_text()).items():
        table = tables.tables[name]
        connection.execute(
            table.insert(),
            [
                {key: value(table.columns[key].type, item) for key, item in row.items()}
                for row in map(numbered_by_the_database, rows)
            ],
        )
    connection.commit()


def numbered_by_the_database(row: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in row.items() if key != "id"}


def value(kind: Any, item: Any) -> Any:
    if isinstance(kind, DateTime) and isinstance(item, str):
        moment = datetime.fromisoformat(item).astimezone(UTC)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    return item


async def is_whole(url: str) -> None:
    """Every case is what its events make it, and escbot goes on with them."""
    database = await open_database(url)
    try:
        found = await keeping.verify(database, datetime.now(UTC))
        assert (found.cases, found.differing) == (3, ())
        office = Office(database)
        office.now = office.wall = datetime(2026, 11, 24, 11, tzinfo=UTC)
        library = await keeping.stored_library(database, office.now)
        assert library is not None
        for version in {case.policy for case in await office.desk.recent_cases("T1")}:
            office.library.learn(library.at(version))
        outcome = await office.desk.do("T1", 1, c.Note("U01", "tried", "Looked again"))
        assert outcome.case.number == 1
        repeated = await office.desk.do("T1", None, c.Cancel("U01", "x"), key="view:V1")
        assert repeated.repeated
        opened = await office.desk.case("T1", 1)
        assert opened is not None
        assert opened.notes[-1].text == "Looked again"
        await office.wait(hours=2)
        await office.deliver(5)
    finally:
        await database.close()


def test_every_earlier_revision_has_a_sample() -> None:
    assert revisions()[: len(SAMPLES)] == tuple(SAMPLES)
    assert len(revisions()) - len(SAMPLES) <= 1  # the newest is sampled when the next one comes


@pytest.mark.parametrize("sample", SAMPLES)
async def test_what_an_earlier_version_wrote_is_used_on(
    sample: str, connection: Connection, database_url: str
) -> None:
    to(connection, sample)
    load(connection, sample)
    connection.close()
    await is_whole(database_url)


@pytest.mark.parametrize("sample", SAMPLES)
async def test_an_earlier_version_can_write_into_the_newest_tables(
    sample: str, connection: Connection, database_url: str
) -> None:
    to(connection, "head")
    load(connection, sample)
    connection.close()
    await is_whole(database_url)


def shape(connection: Connection) -> dict[str, Any]:
    seen = inspect(connection)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)),
            sorted((str(i["name"]), tuple(i["column_names"])) for i in seen.get_indexes(name)),
            seen.get_pk_constraint(name)["constrained_columns"],
            sorted(str(u["name"]) for u in seen.get_unique_constraints(name)),
        )
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def test_migrated_tables_are_those_that_the_program_declares(connection: Connection) -> None:
    to(connection, "0001")
    load(connection, "0001")
    to(connection, "head")
    migrated = shape(connection)
    found = compare_metadata(MigrationContext.configure(connection), Row.metadata)
    assert found == []
    connection.commit()
    everything = MetaData()
    everything.reflect(connection)
    everything.drop_all(connection)
    connection.commit()
    Row.metadata.create_all(connection)
    assert shape(connection) == migrated


def test_going_back_and_forth_keeps_the_rows(connection: Connection) -> None:
    to(connection, "head")
    load(connection, "0001")
    settings = config()
    settings.attributes["connection"] = connection
    command.downgrade(settings, "0001")
    to(connection, "head")
    tables = MetaData()
    tables.reflect(connection)
    rows = connection.execute(tables.tables["event"].select()).all()
    assert len(rows) == len(json.loads((DATA / "0001.json").read_text())["event"])


def test_the_samples_are_of_the_last_day_that_the_tests_know() -> None:
    for sample in SAMPLES:
        rows = json.loads((DATA / f"{sample}.json").read_text())["case"]
        opened = {datetime.fromisoformat(row["opened_at"]) for row in rows}
        assert max(opened) - min(opened) < timedelta(days=1)
