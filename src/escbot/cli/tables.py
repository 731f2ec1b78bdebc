"""CSV for people's spreadsheets: what would be taken for a formula is disarmed."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table as CSV."""
    out = csv.writer(sys.stdout)
    out.writerow(columns)
    for row in rows:
        out.writerow([cell(value) for value in row])


def cell(value: object) -> object:
    """Return a value as a cell; text that a spreadsheet would run gets a quotation mark."""
    if value is None:
        return ""
    starts = isinstance(value, str) and value.lstrip(" ").startswith(FORMULA)
    return f"'{value}" if starts else value
