"""Small tables that people export from elsewhere: counts of contacts, scores of customers.

What can't be used is said with its line; nothing is dropped in silence, and nothing is fatal
unless no row is left.
"""

from __future__ import annotations

import csv
import io
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from escbot.core.ledger import ContactsCounted
from escbot.services.logbytes import PEEK, NotText, encoding_of

LARGEST = 20_000_000  # bytes
MOST_NOTES = 20
_STRAY = re.compile("[\udc80-\udcff]")  # a byte that is no UTF-8
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_CASE = re.compile(r"'?(?:ESC-)?(\d{1,9})", re.IGNORECASE | re.ASCII)
_DAYS = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII), (0, 1, 2)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII), (2, 1, 0)),  # 24.11.2026
)
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
# Names of columns that are recognised, best first.
CONTACTS: Mapping[str, tuple[str, ...]] = {
    "day": ("day", "date", "month", "period"),
    "contacts": ("contacts", "count", "tickets", "volume", "total"),
    "solved": ("solved", "first_contact", "fcr", "solved_at_first_contact"),
}
SCORES: Mapping[str, tuple[str, ...]] = {
    "case": ("case", "case_id", "escalation", "id"),
    "score": ("score", "csat", "rating", "satisfaction"),
    "comment": ("comment", "text", "feedback"),
}


class SheetError(ValueError):
    """A table that can't be used at all, with what to do in one sentence."""


@dataclass(frozen=True, slots=True)
class Score:
    """A customer's score of a case; `line` is where it stood."""

    line: int
    case: int
    score: int
    comment: str | None


@dataclass
class Notes:
    """What was found wrong: a sentence for each line, the first twenty of them."""

    texts: list[str]
    count: int = 0

    def add(self, line: int, what: str) -> None:
        """Note one line."""
        self.count += 1
        if len(self.texts) < MOST_NOTES:
            self.texts.append(f"line {line}: {what}")


def contacts(path: Path, today: date) -> tuple[list[ContactsCounted], Notes]:
    """Read counts of contacts by day or month. Raises SheetError."""
    notes = Notes([])
    found: dict[tuple[date, date], ContactsCounted] = {}
    for line, row in _rows(path, CONTACTS, ("day", "contacts"), notes):
        days = span(row["day"])
        count, solved = _whole(row["contacts"]), _whole(row.get("solved", ""))
        if days is None:
            notes.add(line, f"“{row['day'][:40]}” is no day or month")
        elif count is None:
            notes.add(line, f"“{row['contacts'][:40]}” is no number of contacts")
        elif row.get("solved") and solved is None:
            notes.add(line, f"“{row['solved'][:40]}” is no number of contacts")
        elif solved is not None and solved > count:
            notes.add(line, "more were solved than came in")
        elif days[0] > today:
            notes.add(line, f"{days[0]} has not come yet")
        else:
            if days in found:
                notes.add(line, f"{row['day']} stands twice; the last one counts")
            found[days] = ContactsCounted(*days, count, solved, "file")
    if not found:
        raise SheetError(_none(path, notes))
    return list(found.values()), notes


def scores(path: Path) -> tuple[list[Score], Notes]:
    """Read customers' scores, 1 to 5. Raises SheetError."""
    notes = Notes([])
    found: dict[int, Score] = {}
    for line, row in _rows(path, SCORES, ("case", "score"), notes):
        case, score = _CASE.fullmatch(row["case"]), _whole(row["score"].removesuffix(".0"))
        if case is None:
            notes.add(line, f"“{row['case'][:40]}” is no case; write ESC-7")
        elif score is None or not 1 <= score <= 5:
            notes.add(line, f"“{row['score'][:40]}” is no score from 1 to 5")
        else:
            number = int(case[1])
            if number in found:
                notes.add(line, f"ESC-{number} stands twice; the last one counts")
            found[number] = Score(line, number, score, row.get("comment") or None)
    if not found:
        raise SheetError(_none(path, notes))
    return list(found.values()), notes


def span(text: str) -> tuple[date, date] | None:
    """Return the days of a day or a month, [start, end), None where it is neither."""
    text = text.strip()
    for form, order in _DAYS:
        match = form.fullmatch(text)
        if match is not None:
            year, month, day = (int(match[place + 1]) for place in order)
            try:
                start = date(year, month, day)
            except ValueError:
                return None
            return start, start + timedelta(days=1)
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        return None
    first = date(int(match[1]), int(match[2]), 1)
    return first, first + timedelta(days=monthrange(first.year, first.month)[1])


def _none(path: Path, notes: Notes) -> str:
    why = f" ({notes.texts[0]})" if notes.texts else ""
    return f"{path.name} has no row that can be used{why}."


def _whole(text: str) -> int | None:
    plain = text.strip().replace(",", "").replace(" ", "").replace("\u00a0", "")
    return int(plain) if _WHOLE.fullmatch(plain) else None


def _rows(
    path: Path, columns: Mapping[str, tuple[str, ...]], needed: Sequence[str], notes: Notes
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows with their lines; what is odd about one is noted and the row still used."""
    text = _text(path)
    first = text.split("\n", 1)[0]
    split = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=split)
    header = [cell.strip().casefold().replace(" ", "_") for cell in _next(reader, notes) or []]
    places = {
        name: next((header.index(alias) for alias in known if alias in header), None)
        for name, known in columns.items()
    }
    missing = [name for name in needed if places[name] is None]
    if missing:
        have = ", ".join(header[:12]) or "nothing"
        raise SheetError(f"{path.name} needs a column “{missing[0]}”; it has: {have}.")
    while (row := _next(reader, notes)) is not None:
        if not any(cell.strip() for cell in row):
            continue
        line = reader.line_num
        if len(row) != len(header):
            notes.add(line, f"it has {len(row)} columns where the first line has {len(header)}")
        if any(_STRAY.search(cell) for cell in row):
            notes.add(line, "it is not UTF-8 and was read as Windows-1252")
            row = [_windows(cell) for cell in row]
        yield (
            line,
            {
                name: row[place].strip() if place is not None and place < len(row) else ""
                for name, place in places.items()
            },
        )


def _next(reader: _Reader, notes: Notes) -> list[str] | None:
    """Return the next row, None at the end; what is no CSV is noted."""
    while True:
        try:
            return next(reader, None)
        except csv.Error as error:
            notes.add(reader.line_num, f"it is no table: {error}")


class _Reader(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __next__(self) -> list[str]: ...
    def __iter__(self) -> Iterator[list[str]]: ...


def _windows(cell: str) -> str:
    return cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        raise SheetError(f"{path} can't be read: {error.strerror or error}.") from error
    if data is None:
        raise SheetError(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
    try:
        encoding = encoding_of(data[:PEEK])
    except NotText as error:
        raise SheetError(f"{path.name} is no text; save it as CSV.") from error
    # A byte that is no UTF-8 becomes a lone surrogate, by which its row is found again.
    return data.decode(encoding, "surrogateescape" if encoding == "utf-8-sig" else "replace")
