"""Numbers in charts and tables read as people write them, also after they were stored as floats."""

from __future__ import annotations

from escbot.core import commands as c
from escbot.core.views import Chart, ReportView, Sheet
from escbot.insights.metrics import report, story
from escbot.services.reviews import names_of, report_view
from escbot.slack import pictures
from escbot.slack.blocks import reports
from escbot.slack.blocks.reports import data_table, plain_chart, plain_table
from escbot.workspace.rules import problems
from tests.make import Life, a_policy, an_escalation

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


def a_report(*lives: Life) -> ReportView:
    """Return the report of some cases."""
    told = [story(f"ESC-{n}", life.records, lambda _: a_policy()) for n, life in enumerate(lives)]
    return report_view(report(told, ("severity", "area")), 30, names_of(a_policy()))


def test_what_never_happened_took_no_time_at_all_rather_than_zero_hours() -> None:
    """An outage that was taken, and a question that was resolved: P1 has no time to resolve."""
    outage, question = Life(), Life()
    outage.do(an_escalation(area="payments"))
    outage.wait(minutes=15)
    outage.do(c.Acknowledge("U05"))
    question.do(an_escalation(kind="minor_issue", area="login"))
    question.wait(hours=1)
    question.do(c.Resolve("U01", "Fixed", "bug"))
    view = a_report(outage, question)
    assert view.sheet is not None
    rows = {row[0]: row[3:] for row in view.sheet.rows[1:]}
    assert rows["Payments"] == (0.25, "–")
    assert ("to resolve", (None, 1.0)) in view.charts[1].series
    body = reports.report(view)
    assert problems(body.blocks, most=50, where="message") == []
    assert "P1 · to resolve           –" in str(body.classic).replace("\\n", "\n")
    if pictures.can_draw():
        assert pictures.png(view.charts[1]).startswith(b"\x89PNG")


def test_nothing_resolved_is_no_bar_for_resolving() -> None:
    outage = Life()
    outage.do(an_escalation(area="payments"))
    outage.wait(minutes=15)
    outage.do(c.Acknowledge("U05"))
    chart = a_report(outage).charts[1]
    assert (chart.title, chart.series) == (
        "Median hours to take by severity",
        (("to take", (0.25,)),),
    )
    fresh = Life()
    fresh.do(an_escalation(area="payments"))
    assert [block["type"] for block in reports.report(a_report(fresh)).blocks].count(
        "data_visualization"
    ) == 1
