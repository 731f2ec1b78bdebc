"""Numbers in charts and tables read as people write them, also after they were stored as floats."""

from __future__ import annotations

from escbot.core.views import Chart, Sheet
from escbot.slack.blocks.reports import data_table, plain_chart, plain_table

SHEET = Sheet("By area", (("Area", "Cases", "Hours"), ("Login", 24.0, 3.0), ("Data", 6.0, 1.57)))


def test_counts_have_no_decimals_and_hours_have_one() -> None:
    rows = data_table(SHEET)["rows"]
    assert [cell["text"] for cell in rows[1]] == ["Login", "24", "3.0"]
    assert [cell["text"] for cell in rows[2]] == ["Data", "6", "1.6"]
    text = plain_table(SHEET)["text"]["text"]
    assert "24    3.0" in text
    assert "24.0" not in text


def test_a_chart_as_text_rounds_what_it_shows() -> None:
    hours = plain_chart(Chart("Hours", "hours", ("P1",), (("to take", (0.0236751,)),)))
    assert "0.0236751" not in hours["text"]["text"]
    cases = plain_chart(Chart("Cases", "cases", ("P1", "P2"), (("in time", (2.0, 21.0)),)))
    assert "21.0" not in cases["text"]["text"]
    assert " 21" in cases["text"]["text"]
