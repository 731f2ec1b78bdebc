"""Whatever people wrote, no export holds a cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import escbot
from escbot.cli import prevention, report
from escbot.cli.tables import FORMULA, write_csv
from escbot.core.followups import Followup
from tests.insights.test_review import two_months
from tests.make import NOW

ugly = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", " ", "\t", "\n", "\r\n", "\u00a0", "\ufeff", "“"]),
        st.sampled_from([*FORMULA, "x"]),
        st.text(max_size=8),
    ),
)


STORY = two_months()[0]
TEXTS = [one.name for one in fields(STORY) if isinstance(getattr(STORY, one.name), str)]


def stories(words: Iterator[str]) -> None:
    made: dict[str, Any] = {name: next(words) for name in TEXTS}
    report._csv([replace(STORY, **made)])


def followups(words: Iterator[str]) -> None:
    state = Followup(
        1, "product", next(words), next(words), next(words), NOW, date(2026, 11, 24),
        gap=next(words), area=next(words), link=next(words), review=next(words),
    )  # fmt: skip
    write_csv(prevention.COLUMNS, [prevention._row(state)])


def words_of(texts: list[str]) -> Iterator[str]:
    while True:
        yield from texts


@pytest.mark.parametrize("export", [stories, followups])
@given(texts=st.lists(ugly, min_size=1, max_size=12))
def test_no_export_holds_a_formula(
    export: Callable[[Iterator[str]], None], texts: list[str]
) -> None:
    out = io.StringIO(newline="")
    with redirect_stdout(out):
        export(words_of(texts))
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert len(rows) == 2
    assert len(rows[1]) == len(rows[0])
    assert not [cell for cell in rows[1] if _runs(cell)]
    assert sum(cell.removeprefix("'") in texts for cell in rows[1]) > 0  # the words are in it


def _runs(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.strip().strip("\ufeff").startswith(FORMULA) or cell.startswith(FORMULA)
    return False  # a number that the program wrote


def test_only_one_place_writes_csv() -> None:
    folder = Path(escbot.__file__).parent
    writes = re.compile(r"csv\.(?:writer|DictWriter)|import (?:writer|DictWriter)")
    found = [
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if writes.search(path.read_text("utf-8"))
    ]
    assert found == ["cli/tables.py"]
