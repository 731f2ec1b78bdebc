"""What a database's faults mean, and what an operator can do about them."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError

MOVED = "the file is not there any more"

# What a driver says -> one sentence with what to do. The first that fits counts.
_MEANING = (
    ("disk is full", "the disk is full; free some space"),
    ("no space left", "the disk is full; free some space"),
    ("database is locked", "the database is locked by another program; end that program"),
    ("readonly database", "the database file was moved or can't be written; put it back"),
    ("no such table", "the database has no tables: it was moved or replaced; put it back"),
    (MOVED, "the database file was moved or replaced; put it back, or restart escbot"),
    ("unable to open", "the database file can't be opened; see its folder and its rights"),
    ("disk i/o error", "the database file can't be read or written; see the disk"),
    ("connection", "the database server can't be reached; start it, or see the network"),
    ("terminating", "the database server can't be reached; start it, or see the network"),
    ("shutting down", "the database server can't be reached; start it, or see the network"),
)


def plainly(error: BaseException) -> str:
    """Return a database's fault in one sentence with what to do."""
    text = str(getattr(error, "orig", None) or error).strip()
    for part, meaning in _MEANING:
        if part in text.lower():
            return meaning
    first = (text.splitlines() or [type(error).__name__])[0][:200]
    return f"the database can't be used ({first})"


def is_conflict(error: DBAPIError) -> bool:
    """Tell whether two transactions got in each other's way, so that one may simply try again."""
    deadlock = getattr(error.orig, "sqlstate", None) in ("40P01", "40001")
    return deadlock or isinstance(error, IntegrityError)
