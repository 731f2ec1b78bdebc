"""Any ticket-event log as CSV → its cases in order, whatever its size and however broken.

Rows go through a temporary SQLite file, which sorts them by case and time outside the memory.
What can't be used is counted with its line numbers; nothing is dropped in silence.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from typing import IO, Protocol

from escbot.insights.patterns import LogEvent

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
SHOWN_LINES = 5
BATCH = 2000
_LONGEST_FIELD = 1_000_000


class LogError(ValueError):
    """A log that can't be used at all, with what to do in one sentence."""


@dataclass
class Trouble:
    """What was found wrong, by kind: how often, and in which lines first."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def note(self, kind: str, line: int) -> None:
        """Count one fault."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        shown = self.lines.setdefault(kind, [])
        if len(shown) < SHOWN_LINES:
            shown.append(line)

    def plain(self) -> dict[str, dict[str, object]]:
        """Return it for JSON."""
        return {
            kind: {"rows": self.counts[kind], "lines": self.lines[kind]} for kind in self.counts
        }


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
        with _text(path) as text:
            return _rows(text, given, others, database, path.name)
    except (OSError, EOFError) as error:
        raise LogError(f"{path} can't be read: {error}") from error


@contextmanager
def _text(path: Path) -> Iterator[IO[str]]:
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        zipped = gzip.GzipFile(fileobj=file) if start == b"\x1f\x8b" else None
        buffered = io.BufferedReader(zipped or file)
        mark = buffered.peek(4)[:2]
        encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        # A byte that is no UTF-8 becomes a lone surrogate, by which its row is found again.
        errors = "replace" if encoding == "utf-16" else "surrogateescape"  # UTF-16 knows no escape
        yield io.TextIOWrapper(buffered, encoding, errors=errors, newline="")


def _rows(
    text: IO[str],
    given: Mapping[str, str | None],
    others: Collection[str],
    database: sqlite3.Connection,
    name: str,
) -> Log:
    csv.field_size_limit(_LONGEST_FIELD)
    first = text.readline()
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
    (total,) = database.execute("SELECT count(*) FROM row").fetchone()
    if not total:
        raise LogError(f"{name} has no row that can be used; {_explain(log.trouble)}")
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
            raise LogError(f"name the column with --{key}; {name} has: {', '.join(header)}")
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
    moment = _moment(cells["at"], trouble, line)
    if moment is None:
        trouble.note("no_time", line)
        return None
    number = _line(cells.get("line", ""))
    if number is None and "line" in cells:
        trouble.note("no_line", line)
    offset = moment.utcoffset() or timedelta(0)
    digest = hashlib.blake2b("\0".join(row).encode("utf-8", "replace"), digest_size=16).digest()
    micros = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return (
        line, cells["case"], micros, int(offset.total_seconds()), number, cells.get("team", ""),
        cells.get("status", ""), cells.get("severity", ""), cells.get("area", ""),
        json.dumps(others) if others else None, digest,
    )  # fmt: skip


def _line(written: str) -> int | None:
    match = re.search(r"\d{1,6}", written)
    return int(match[0]) if match else None


_FORMS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
)  # fmt: skip
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}),? (\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_EPOCH = re.compile(r"\d{9,10}(\.\d+)?|\d{12,13}")


def _moment(written: str, trouble: Trouble, line: int) -> datetime | None:
    """Read a moment; one without an offset counts as UTC and is said."""
    try:
        if _EPOCH.fullmatch(written):
            seconds = float(written)
            return datetime.fromtimestamp(seconds / 1000 if len(written) > 11 else seconds, UTC)
        found = _parsed(written, trouble, line)
    except (ValueError, OverflowError):
        return None
    if found is None:
        return None
    if found.tzinfo is None:
        trouble.note("no_offset", line)
        return found.replace(tzinfo=UTC)
    return found


def _parsed(written: str, trouble: Trouble, line: int) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    slashed = _SLASHED.fullmatch(written)
    if slashed is not None:
        return _with_slashes(slashed, trouble, line)
    for form in _FORMS:
        try:
            found = datetime.strptime(written, form)  # noqa: DTZ007 - said by `no_offset`
        except ValueError:
            continue
        trouble.note("other_form", line)
        return found
    return None


def _with_slashes(found: re.Match[str], trouble: Trouble, line: int) -> datetime | None:
    """Read 24/11/2026 and 11/24/2026; where both could be meant, the day stands first."""
    first, second = int(found[1]), int(found[2])
    trouble.note("which_day" if first <= 12 and second <= 12 and first != second else "other_form",
                 line)  # fmt: skip
    day, month = (second, first) if second > 12 else (first, second)
    for form in _TIMES:
        try:
            time = datetime.strptime(found[4].upper(), form)  # noqa: DTZ007 - as above
        except ValueError:
            continue
        return time.replace(year=int(found[3]), month=month, day=day)
    return None


_SAID = {
    "not_csv": "rows are not CSV",
    "columns": "rows have more or fewer columns than the first line",
    "encoding": "rows are not UTF-8 and were read as Windows-1252",
    "no_case": "rows have no case and were left out",
    "no_time": "rows have no time that can be read and were left out",
    "other_form": "times are not ISO 8601 and were read as day, month, year",
    "which_day": "times could be day/month or month/day and were read as day/month",
    "unordered": "rows are earlier than the row before them of the same case and were sorted",
    "duplicate": "rows are exact duplicates of others; they are counted",
    "no_offset": "times have no offset and were read as UTC",
    "no_line": "rows have no line and were left out where lines are compared",
}


def said(trouble: Trouble) -> list[str]:
    """Return one sentence for each kind of trouble, with the first lines."""
    return [
        f"{count} {_SAID[kind]} (line{'s' if len(trouble.lines[kind]) > 1 else ''} "
        f"{', '.join(map(str, trouble.lines[kind]))}{', …' if count > SHOWN_LINES else ''})."
        for kind, count in trouble.counts.items()
    ]


def _explain(trouble: Trouble) -> str:
    return "; ".join(sentence.rstrip(".") for sentence in said(trouble)) or "it has only a header"
