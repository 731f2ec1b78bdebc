"""Reports and the monthly review: Slack's own charts and tables, or plain text where it has none.

Formats and limits: docs.slack.dev, data visualization block and data table block.
"""

from __future__ import annotations

from collections.abc import Sequence

from escbot.core.views import Chart, Part, Proposed, ReportView, ReviewView, Sheet
from escbot.services.ports import Body
from escbot.slack import ids
from escbot.slack.blocks.base import (
    SECTION,
    Block,
    context,
    divider,
    header,
    plain,
    section,
)
from escbot.slack.escape import clean, one_line, safe
from escbot.words import review as words
from escbot.words.voice import Voice

CHARTS = 2  # in one message
LABEL, TITLE = 20, 50
POINTS, SERIES = 20, 6
ROWS, COLUMNS = 99, 20
CELLS = 16_000  # characters of a table; a message takes 20,000
WIDE = 28  # characters of a cell of the plain table


def report(view: ReportView) -> Body:
    """Paint a report."""
    top = [header(view.title), *_parts(view.parts)]
    charts = tuple(chart for chart in view.charts if chart.categories)[:CHARTS]
    table = [data_table(view.sheet)] if view.sheet and len(view.sheet.rows) > 1 else []
    classic = [plain_table(view.sheet)] if table and view.sheet else []
    native = [data_visualization(chart) for chart in charts]
    return Body(
        text=one_line(view.title, 300),
        blocks=[*top, *native, *table],
        classic=[*top, *[plain_chart(chart) for chart in charts], *classic] if native else [],
        charts=charts,
    )


def review(view: ReviewView, voice: Voice) -> Body:
    """Paint the monthly review."""
    title = words.title(view.name, view.month)
    top: list[Block] = [header(title), section(f"*{safe(view.headline, 600)}*")]
    charts = tuple(chart for chart in view.charts if chart.categories)[:CHARTS]
    native = [data_visualization(chart) for chart in charts]
    body = [*_parts(view.parts), *_decisions(view, voice)]
    return Body(
        text=one_line(f"{title}: {view.headline}", 300),
        blocks=[*top, *native, *body],
        classic=[*top, *[plain_chart(chart) for chart in charts], *body] if native else [],
        charts=charts,
    )


def _parts(parts: Sequence[Part]) -> list[Block]:
    blocks: list[Block] = []
    for part in parts:
        lines = "\n".join(f"• {safe(line, 600)}" for line in part.lines)
        blocks.append(section(f"*{safe(part.title, 100)}*\n{lines}"[:SECTION]))
    return blocks


def _decisions(view: ReviewView, voice: Voice) -> list[Block]:
    if not view.decisions:
        return []
    blocks: list[Block] = [divider(), section(f"*{words.DECIDE}*")]
    for place, one in enumerate(view.decisions, 1):
        blocks.append(section(f"{place}. {safe(one.text, 900)}"))
        blocks.append(_answers(view, one) if one.answer is None else context(_said(one, voice)))
    return blocks


def _said(one: Proposed, voice: Voice) -> str:
    by = f" by {voice.person(one.by)}" if one.by else ""
    if one.answer == "accepted":
        return f":white_check_mark: Yes{by}; it is a follow-up now."
    return f"No{by}."


def _answers(view: ReviewView, one: Proposed) -> Block:
    value = f"{view.team}|{view.month}|{one.id}"
    yes = {
        "type": "button",
        "action_id": f"{ids.REVIEW_ACCEPT}{one.id}",
        "text": plain("Yes, let's do it", 75),
        "value": value,
        "style": "primary",
    }
    no = {
        "type": "button",
        "action_id": f"{ids.REVIEW_DECLINE}{one.id}",
        "text": plain("Not now", 75),
        "value": value,
    }
    return {"type": "actions", "elements": [yes, no]}


def data_visualization(chart: Chart) -> Block:
    """Return Slack's own bars. Slack asks for a value in every category, so none is a bar of 0."""
    labels = _labels(chart.categories[:POINTS])
    gaps = any(value is None for _, values in chart.series for value in values)
    unit = f"{chart.unit} (no bar: none yet)" if gaps else chart.unit
    series = [
        {
            "name": _label(name, LABEL),
            "data": [
                {"label": label, "value": round(value or 0, 2)}
                for label, value in zip(labels, values, strict=False)
            ],
        }
        for name, values in chart.series[:SERIES]
    ]
    return {
        "type": "data_visualization",
        "title": _label(chart.title, TITLE),
        "chart": {
            "type": "bar",
            "series": series,
            "axis_config": {"categories": labels, "y_label": _label(unit, TITLE)},
        },
    }


def _labels(names: Sequence[str]) -> list[str]:
    """Return labels that fit and are all different, as the block asks."""
    found: list[str] = []
    for name in names:
        label, turn = _label(name, LABEL), 2
        while label in found:
            label, turn = f"{_label(name, LABEL - 3)} {turn}", turn + 1
        found.append(label)
    return found


def _label(text: str, longest: int) -> str:
    return clean(text, longest) or "–"


def data_table(sheet: Sheet) -> Block:
    """Return Slack's own table, which readers sort and filter."""
    rows: list[list[Block]] = []
    used, wholes = 0, _wholes(sheet)
    for row in sheet.rows[: ROWS + 1]:
        cells = [
            _cell(value, heading=not rows, whole=whole)
            for value, whole in zip(row[:COLUMNS], wholes, strict=False)
        ]
        used += sum(len(str(cell["text"])) for cell in cells)
        if used > CELLS:
            break
        rows.append(cells)
    return {
        "type": "data_table",
        "caption": _label(sheet.caption, 150),
        "page_size": 10,
        "rows": rows,
    }


def _wholes(sheet: Sheet) -> list[bool]:
    """Tell of each column whether its numbers are counts; stored values may have become floats."""
    return [
        all(isinstance(value, str) or float(value).is_integer() for value in column)
        for column in zip(*sheet.rows[1:], strict=True)
    ] or [True] * len(sheet.rows[0])


def _number(value: float, *, whole: bool) -> str:
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def _cell(value: str | float, *, heading: bool, whole: bool) -> Block:
    if isinstance(value, str) or heading:
        return {"type": "raw_text", "text": _label(str(value), 150)}
    return {"type": "raw_number", "value": value, "text": _number(value, whole=whole)}


def plain_table(sheet: Sheet) -> Block:
    """Return a table as text of one width, cut to the rows that fit."""
    wholes = _wholes(sheet)
    texts = [
        [_plain(value, whole=whole) for value, whole in zip(row, wholes, strict=True)]
        for row in sheet.rows
    ]
    widths = [max(len(row[place]) for row in texts) for place in range(len(texts[0]))]
    lines: list[str] = []
    for row, values in zip(texts, sheet.rows, strict=True):
        line = "  ".join(
            text.rjust(width) if value == "–" or not isinstance(value, str) else text.ljust(width)
            for text, value, width in zip(row, values, widths, strict=True)
        ).rstrip()
        if sum(len(one) + 1 for one in lines) + len(line) > SECTION - 300:
            break
        lines.append(line)
    text = safe("\n".join(lines), SECTION - 250)
    return section(f"*{safe(sheet.caption, 150)}*\n```{text}```")


def _plain(value: str | float, *, whole: bool) -> str:
    if isinstance(value, str):
        return one_line(value, WIDE).replace("`", "'")
    return _number(value, whole=whole)


def plain_chart(chart: Chart) -> Block:
    """Return bars as a line of text for each category."""
    known = [value for _, values in chart.series for value in values if value is not None]
    most = max(known, default=0) or 1
    whole = all(value.is_integer() for value in known)
    lines = []
    for place, category in enumerate(chart.categories[:POINTS]):
        for name, values in chart.series[:SERIES]:
            value = values[place]
            bar = "▇" * round(12 * (value or 0) / most)
            lead = f"{category} · {name}" if len(chart.series) > 1 else category
            shown = "–" if value is None else _number(value, whole=whole)
            lines.append(f"{one_line(lead, 24).ljust(24)} {bar} {shown}")
    text = "\n".join(lines).replace("`", "'")
    title = f"*{safe(chart.title, 100)}* ({safe(chart.unit, 40)})"
    return section(f"{title}\n```{safe(text, 2500)}```"[:SECTION])
