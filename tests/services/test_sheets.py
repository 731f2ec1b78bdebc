"""Tables from elsewhere: whatever is wrong is said with its line, and the rest is used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.cli.tables import cell
from escbot.services.sheets import SheetError, contacts, scores, span

TODAY = date(2026, 11, 24)


def a_file(folder: Path, text: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_counts_by_day_and_month_in_any_common_form(tmp_path: Path) -> None:
    text = "Date;Contacts;Solved\n2026-11-02;1 200;700\n03.11.2026;90;\n2026-10;9,000;\n"
    found, notes = contacts(a_file(tmp_path, text), TODAY)
    assert [(one.start.isoformat(), one.contacts, one.solved) for one in found] == [
        ("2026-11-02", 1200, 700), ("2026-11-03", 90, None), ("2026-10-01", 9000, None),
    ]  # fmt: skip
    assert notes.count == 0


def test_what_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    text = (
        "date,contacts,solved\nyesterday,4,\n2026-11-02,many,\n2026-11-03,4,9\n2027-01-01,4,\n"
        "2026-11-04,-4,\n2026-11-05,10,2\n2026-11-05,11,2\n\n"
    )
    found, notes = contacts(a_file(tmp_path, text), TODAY)
    assert [one.contacts for one in found] == [11]
    said = "\n".join(notes.texts)
    for line in (2, 3, 4, 5, 6, 8):
        assert f"line {line}: " in said


def test_scores_with_a_broken_encoding_are_read(tmp_path: Path) -> None:
    text = "case,csat,comment\nESC-7,5,schön\n8,9,\n,3,\nESC-9,2.0,\n".encode("cp1252")
    found, notes = scores(a_file(tmp_path, text))
    assert [(one.case, one.score) for one in found] == [(7, 5), (9, 2)]
    assert found[0].comment == "schön"
    assert notes.count == 3
    assert notes.texts[0] == "line 2: it is not UTF-8 and was read as Windows-1252"


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "case,score\n", "case,score\nx,y\n"])
def test_nothing_left_is_one_clear_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(SheetError) as caught:
        scores(a_file(tmp_path, text))
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text: str) -> None:
    found = span(text)
    assert found is None or found[0] < found[1]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = a_file(tmp_path_factory.mktemp("any"), data)
    try:
        found, _ = contacts(path, TODAY)
    except SheetError:
        return
    assert found


def test_formulas_are_disarmed() -> None:
    for text in ("=1+1", "+49", "-2", "@x", "\t=1", " =1", "\r=1"):
        assert cell(text) == f"'{text}"
    assert cell(-2) == -2
    assert cell("fine - really") == "fine - really"
