"""CSV for people's spreadsheets: what would be taken for a formula is disarmed."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Programs pass over blanks and a byte order mark; some take the wide forms for the plain ones.
_RUNS = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]|[\ufeff \u00a0]*[\t\r\n]")


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
    return f"'{value}" if isinstance(value, str) and _RUNS.match(value) else value
