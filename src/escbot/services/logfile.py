"""Any ticket-event log as CSV → its cases in order, whatever its size and however broken.

Rows go through a temporary SQLite file, which sorts them by case and time outside the memory.
What can't be used is counted with its line numbers; nothing is dropped in silence.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from typing import IO, Protocol

from escbot.insights.patterns import LogEvent
from escbot.services.logbytes import NotText, Unzipped, as_text
from escbot.services.logmoments import YEARS, moment
from escbot.services.logtrouble import SHOWN_LINES, Trouble

FIELDS = ("case", "at", "line", "team", "status", "severity", "area")
# Header names that are recognised without being told, best first.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "case": ("case_id", "case", "ticket_id", "ticket", "incident", "sr_number", "number", "id"),
    "at": ("timestamp", "at", "time", "datetime", "date", "changed_at", "created_at", "created"),
    "line": ("support_line", "line", "tier", "level"),
    "team": ("support_team", "team", "assignment_group", "group", "queue"),
    "status": ("sub_status", "substatus", "status", "state"),
    "severity": ("severity", "priority", "impact", "urgency"),
    "area": ("area", "product", "component", "category", "function"),
}
NEEDED = ("case", "at")
BATCH = 2000
_LONGEST_FIELD = 1_000_000


class LogError(ValueError):
    """A log that can't be used at all, with what to do in one sentence."""


class Log:
    """A log that was read: its columns, its troubles, and its cases in order."""

    def __init__(self, database: sqlite3.Connection, columns: Mapping[str, str]) -> None:
        self._database = database
        self.columns = columns
        self.trouble = Trouble()
        self.duplicates = 0

    def values(self, field: str, most: int = 2000) -> list[str]:
        """Return different values of one of FIELDS, the most frequent first."""
        if field not in FIELDS[3:]:
            raise KeyError(field)
        found = self._database.execute(
            f"SELECT {field} FROM row WHERE {field} != '' "  # noqa: S608 - one of FIELDS
            f"GROUP BY {field} ORDER BY count(*) DESC, {field} LIMIT ?",
            (most,),
        )
        return [str(value) for (value,) in found]

    def note_unfinished(self, is_done: Callable[[str], bool]) -> None:
        """Note the cases whose last status does not say that they are over."""
        if "status" not in self.columns:
            return
        for line, status in self._database.execute(_LAST):
            if not is_done(str(status)):
                self.trouble.note("no_end", line)

    def cases(self) -> Iterator[tuple[str, Sequence[LogEvent]]]:
        """Yield each case with its events sorted by time, stable in the order of the file."""
        rows = self._database.execute(
            "SELECT name, at, shift, line, team, status, severity, area, others FROM row "
            "ORDER BY name, at, number"
        )
        for name, found in groupby(rows, key=lambda row: row[0]):
            yield str(name), [_event(row) for row in found]


def _event(row: Sequence[object]) -> LogEvent:
    _, at, shift, line, team, status, severity, area, others = row
    zone = timezone(timedelta(seconds=int(str(shift))))
    moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(str(at)))).astimezone(
        zone
    )
    return LogEvent(
        moment,
        None if line is None else int(str(line)),
        str(team), str(status), str(severity), str(area),
        json.loads(str(others)) if others else {},
    )  # fmt: skip


@contextmanager
def read_log(
    path: Path, given: Mapping[str, str | None], others: Collection[str] = ()
) -> Iterator[Log]:
    """Read a CSV, perhaps gzipped; `given` names columns, `others` further ones to keep.

    Raises LogError.
    """
    with tempfile.TemporaryDirectory(prefix="escbot-log-") as folder:
        database = sqlite3.connect(Path(folder) / "rows.db", isolation_level=None)
        try:
            database.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; "
                "PRAGMA temp_store=FILE; CREATE TABLE row (number INTEGER PRIMARY KEY, name TEXT, "
                "at INTEGER, shift INTEGER, line INTEGER, team TEXT, status TEXT, severity TEXT, "
                "area TEXT, others TEXT, digest BLOB)"
            )
            yield _stage(path, given, others, database)
        finally:
            database.close()


def _stage(
    path: Path,
    given: Mapping[str, str | None],
    others: Collection[str],
    database: sqlite3.Connection,
) -> Log:
    try:
        with path.open("rb") as file:
            source = Unzipped(file)
            return _rows(as_text(source), given, others, database, path.name, source)
    except NotText as error:
        raise LogError(f"{path.name} is no text; give a CSV, perhaps gzipped") from error
    except OSError as error:
        raise LogError(f"{path} can't be read: {error.strerror or error}") from error


def _rows(
    text: IO[str],
    given: Mapping[str, str | None],
    others: Collection[str],
    database: sqlite3.Connection,
    name: str,
    source: Unzipped,
) -> Log:
    csv.field_size_limit(_LONGEST_FIELD)
    first = text.readline()
    if not first.strip() and source.cut_off:
        raise LogError(f"{name} is broken off or damaged before its first line ends")
    if not first.strip():
        raise LogError(f"{name} is empty; give a CSV whose first line names the columns")
    split = max(",;\t|", key=first.count)
    header = [cell.strip() for cell in next(csv.reader([first], delimiter=split))]
    columns = _columns(header, given, name)
    log = Log(database, columns)
    places = _Places(
        {key: header.index(column) for key, column in columns.items()},
        {column: header.index(_known(column, header, name)) for column in others},
        len(header),
    )
    database.execute("BEGIN")
    _read_rows(csv.reader(text, delimiter=split), places, database, log.trouble)
    database.execute("COMMIT")
    if source.cut_off:
        (last,) = database.execute("SELECT max(number) FROM row").fetchone()
        log.trouble.note("cut_off", last or 1)
    (total,) = database.execute("SELECT count(*) FROM row").fetchone()
    if not total:
        why = " ".join(log.trouble.say()).rstrip(".") or "it has only a header"
        raise LogError(f"{name} has no row that can be used: {why}")
    log.duplicates = _note_all(log.trouble, "duplicate", database, _DUPLICATES)
    _note_all(log.trouble, "unordered", database, _UNORDERED)
    return log


# Every row but the first of the same content; every row that is earlier than the one before it.
_DUPLICATES = (
    "SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY digest ORDER BY number) "
    "AS nth FROM row) WHERE nth > 1"
)
_UNORDERED = (
    "SELECT number FROM (SELECT number, at, lag(at) OVER (PARTITION BY name ORDER BY number) "
    "AS was FROM row) WHERE at < was"
)


# The last row of each case.
_LAST = (
    "SELECT number, status FROM (SELECT number, status, row_number() OVER "
    "(PARTITION BY name ORDER BY at DESC, number DESC) AS nth FROM row) WHERE nth = 1 "
    "ORDER BY number"
)


def _note_all(trouble: Trouble, kind: str, database: sqlite3.Connection, query: str) -> int:
    count = 0
    lines: list[int] = []
    for (line,) in database.execute(query):
        count += 1
        if len(lines) < SHOWN_LINES:
            lines.append(line)
        elif line < max(lines):
            lines[lines.index(max(lines))] = line
    if count:
        trouble.counts[kind] = count
        trouble.lines[kind] = sorted(lines)
    return count


@dataclass(frozen=True, slots=True)
class _Places:
    """In which columns the fields stand."""

    fields: Mapping[str, int]
    others: Mapping[str, int]
    width: int


def _read_rows(
    reader: _Rows, places: _Places, database: sqlite3.Connection, trouble: Trouble
) -> None:
    batch: list[tuple[object, ...]] = []
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            trouble.note("not_csv", reader.line_num + 1)
            continue
        if row is None:
            break
        made = _made(row, places, trouble, reader.line_num + 1)
        if made is not None:
            batch.append(made)
        if len(batch) >= BATCH:
            _write(database, batch)
    _write(database, batch)


class _Rows(Protocol):
    """What `csv.reader` makes: rows, and the line of the last one."""

    line_num: int

    def __next__(self) -> list[str]: ...
    def __iter__(self) -> Iterator[list[str]]: ...


def _known(wanted: str, header: Sequence[str], name: str) -> str:
    """Return the column of this name, whatever its case. Raises LogError."""
    for column in header:
        if wanted in (column, column.lower()) or wanted.lower() == column.lower():
            return column
    raise LogError(f"{name} has no column {wanted}; it has: {', '.join(header)}")


def _write(database: sqlite3.Connection, batch: list[tuple[object, ...]]) -> None:
    database.executemany(
        "INSERT INTO row (number, name, at, shift, line, team, status, severity, area, others, "
        "digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        batch,
    )
    batch.clear()


def _shown(header: Sequence[str]) -> str:
    """Return the columns for a terminal; what is no text is shown as a question mark."""
    text = ", ".join(header).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(one if one.isprintable() else "\ufffd" for one in text[:300])


def _columns(header: list[str], given: Mapping[str, str | None], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    lower = {column.lower(): column for column in reversed(header)}
    for key in FIELDS:
        wanted = given.get(key)
        if wanted is not None:
            found[key] = _known(wanted, header, name)
            continue
        guess = next((lower[known] for known in KNOWN[key] if known in lower), None)
        if guess is not None:
            found[key] = guess
    for key in NEEDED:
        if key not in found:
            raise LogError(f"name the column with --{key}; {name} has: {_shown(header)}")
    return found


def _made(
    row: list[str], places: _Places, trouble: Trouble, line: int
) -> tuple[object, ...] | None:
    if not any(cell.strip() for cell in row):
        return None
    if len(row) != places.width:
        trouble.note("columns", line)
    if any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
        trouble.note("encoding", line)
        row = [cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace") for cell in row]
    cells = {key: row[at].strip() if at < len(row) else "" for key, at in places.fields.items()}
    others = {key: row[at].strip() for key, at in places.others.items() if at < len(row)}
    if not cells["case"]:
        trouble.note("no_case", line)
        return None
    at = moment(cells["at"], trouble, line)
    if at is None:
        trouble.note("no_time", line)
        return None
    if at.year not in YEARS:
        trouble.note("far_time", line)
        return None
    number = _line(cells.get("line", ""))
    if number is None and "line" in cells:
        trouble.note("no_line", line)
    offset = at.utcoffset() or timedelta(0)
    digest = hashlib.blake2b("\0".join(row).encode("utf-8", "replace"), digest_size=16).digest()
    micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return (
        line, cells["case"], micros, int(offset.total_seconds()), number, cells.get("team", ""),
        cells.get("status", ""), cells.get("severity", ""), cells.get("area", ""),
        json.dumps(others) if others else None, digest,
    )  # fmt: skip


def _line(written: str) -> int | None:
    match = re.search(r"\d{1,6}", written)
    return int(match[0]) if match else None
