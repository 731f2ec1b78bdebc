"""A lock beside an SQLite file keeps a second program off it; commands are not kept off."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from escbot.store.database import normal_url


class InUseError(Exception):
    """The file can't be used; the message says what to do."""


def lock_file(url: str) -> IO[str] | None:
    """Lock an SQLite file for as long as the result stays open. Raises InUseError."""
    parsed = make_url(normal_url(url))
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    try:
        lock = Path(f"{parsed.database}.lock").open("w")
    except OSError as error:
        raise InUseError(f"{parsed.database} can't be opened: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise InUseError(
            f"{parsed.database} is in use by another escbot. Stop it, or use PostgreSQL."
        ) from error
    return lock
