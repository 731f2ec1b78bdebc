"""The blocks of 2025 and 2026: tables, charts, containers, cards, plans, alerts, Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from escbot.workspace.model import Raw
from escbot.workspace.rules.elements import element
from escbot.workspace.rules.wording import (
    choice,
    count,
    length,
    lengths,
    missing,
    needs,
    optional,
    said,
    text,
    unsupported,
)

RICH = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
IN_CONTAINER = (
    "actions", "context", "divider", "header", "image", "section", "table", "video",
)  # fmt: skip
LEVELS = ("default", "info", "warning", "error", "success")
STATUSES = ("pending", "in_progress", "complete", "error")
MOST_TABLE, MOST_DATA, MOST_MARKDOWN, MOST_CHARTS = 10_000, 20_000, 12_000, 2


def together(blocks: list[Raw], at: str) -> Iterator[str]:
    """Check what all blocks of one message may have together."""
    known = [block for block in blocks if isinstance(block, dict)]

    def of(kind: str) -> list[Raw]:
        return [block for block in known if block.get("type") == kind]

    if len(of("table")) > 1:
        yield said("no more than 1 table block allowed", at)
    if len(of("data_visualization")) > MOST_CHARTS:
        yield said(f"no more than {MOST_CHARTS} data_visualization blocks allowed", at)
    for kind, most in (("table", MOST_TABLE), ("data_table", MOST_DATA)):
        if sum(cells_length(block) for block in of(kind)) > most:
            yield said(f"must be less than {most + 1} characters", at)
    if sum(len(str(block.get("text"))) for block in of("markdown")) > MOST_MARKDOWN:
        yield said(f"must be less than {MOST_MARKDOWN + 1} characters", at)


def cells_length(block: Raw) -> int:
    """Return the characters in all cells of a table."""
    return sum(
        len(words(cell)) for row in block.get("rows") or [] if isinstance(row, list) for cell in row
    )


def words(node: object) -> str:
    """Return everything that can be read in a cell or in rich text."""
    if isinstance(node, list):
        return "".join(words(item) for item in node)
    if not isinstance(node, dict):
        return ""
    own = str(node.get("text") or "")
    if node.get("type") == "raw_number":
        own = own or str(node.get("value", ""))
    return own + words(node.get("elements") or [])


def _rich(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("elements",), at)
    for place, part in enumerate(block.get("elements") or []):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in RICH:
            yield unsupported(kind, f"{at}/elements/{place}")


def _cell(cell: object, at: str, kinds: tuple[str, ...]) -> Iterator[str]:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if not isinstance(cell, dict) or kind not in kinds:
        yield unsupported(kind, at)
    elif kind == "raw_text":
        yield from needs(cell, ("text",), at)
        if cell.get("text") is not None:
            yield from length(cell["text"], MOST_DATA, f"{at}/text")
    elif kind == "raw_number":
        yield from needs(cell, ("value",), at)
        if isinstance(cell.get("value"), bool) or not isinstance(cell.get("value"), int | float):
            yield said("must be a number", f"{at}/value")
    else:
        yield from _rich(cell, at)


def _rows(block: Raw, at: str, least: int, most: int, *, headed: bool) -> Iterator[str]:
    rows = block.get("rows")
    yield from needs(block, ("rows",), at)
    if not isinstance(rows, list):
        return
    yield from count(rows, most, f"{at}/rows", least=least)
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    for place, row in enumerate(rows):
        here = f"{at}/rows/{place}"
        yield from count(row, 20, here)
        if not isinstance(row, list):
            continue
        if headed and len(row) != width:
            yield said(f"must have {width} items", here)
        kinds = ("raw_text", "raw_number", "rich_text")
        for inner, cell in enumerate(row):
            allowed = kinds[:2] if headed and place == 0 else kinds
            yield from _cell(cell, f"{here}/{inner}", allowed)


def _table(block: Raw, at: str) -> Iterator[str]:
    yield from _rows(block, at, 1, 100, headed=False)
    if "column_settings" in block:
        yield from count(block["column_settings"], 20, f"{at}/column_settings")


def _data_table(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("caption",), at)
    if block.get("caption") is not None:
        yield from length(block["caption"], 3000, f"{at}/caption")
    yield from _rows(block, at, 2, 201, headed=True)
    size = block.get("page_size", 5)
    if not isinstance(size, int) or not 1 <= size <= 100:
        yield said("must be less than 101", f"{at}/page_size")


def _chart(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("title", "chart"), at)
    yield from lengths(block, {"title": 50}, at)
    chart = block.get("chart")
    if not isinstance(chart, dict):
        return
    here = f"{at}/chart"
    if chart.get("type") == "pie":
        yield from _segments(chart, here)
    elif chart.get("type") in ("bar", "line", "area"):
        yield from _series(chart, here)
    else:
        yield unsupported(chart.get("type"), here)


def _segments(chart: Raw, at: str) -> Iterator[str]:
    segments = chart.get("segments") or []
    yield from count(segments, 12, f"{at}/segments")
    for place, part in enumerate(segments):
        here = f"{at}/segments/{place}"
        yield from needs(part, ("label", "value"), here)
        yield from lengths(part, {"label": 20}, here)
        if not isinstance(part.get("value"), int | float) or part["value"] <= 0:
            yield said("must be greater than 0", f"{here}/value")


def _series(chart: Raw, at: str) -> Iterator[str]:
    series = chart.get("series") or []
    axis = chart.get("axis_config") or {}
    yield from count(series, 12, f"{at}/series")
    yield from lengths(axis, {"x_label": 50, "y_label": 50}, f"{at}/axis_config")
    categories = axis.get("categories")
    if categories is not None:
        yield from count(categories, 20, f"{at}/axis_config/categories")
    names = [entry.get("name") for entry in series if isinstance(entry, dict)]
    if len(set(names)) != len(names):
        yield said("series names must be unique", f"{at}/series")
    for place, entry in enumerate(series):
        here = f"{at}/series/{place}"
        yield from needs(entry, ("name", "data"), here)
        yield from lengths(entry, {"name": 20}, here)
        points = entry.get("data") or []
        yield from count(points, 20, f"{here}/data")
        labels = [point.get("label") for point in points if isinstance(point, dict)]
        for inner, point in enumerate(points):
            yield from lengths(point, {"label": 20}, f"{here}/data/{inner}")
            if not isinstance(point.get("value"), int | float):
                yield said("must be a number", f"{here}/data/{inner}/value")
        if categories is not None and sorted(map(str, labels)) != sorted(map(str, categories)):
            yield said("must have a value for every category", f"{here}/data")


def _container(block: Raw, at: str) -> Iterator[str]:
    if block.get("title") is None and block.get("rich_text_title") is None:
        yield missing("title", at)
    yield from optional(block, "title", 150, at)
    yield from optional(block, "subtitle", 150, at, plainly=False)
    yield from needs(block, ("child_blocks",), at)
    children = block.get("child_blocks") or []
    yield from count(children, 10, f"{at}/child_blocks")
    for place, child in enumerate(children):
        # The reference lists rich_text, file and input too, but the validator was seen to refuse
        # them (slack-morphism 2.31, ContainerBlock).
        kind = child.get("type") if isinstance(child, dict) else None
        if kind not in IN_CONTAINER:
            yield unsupported(kind, f"{at}/child_blocks/{place}")
    if "width" in block:
        yield from choice(block["width"], ("narrow", "standard", "wide", "full"), f"{at}/width")
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield said("`default_collapsed` requires `is_collapsible`", f"{at}/default_collapsed")


def _card(block: Raw, at: str) -> Iterator[str]:
    yield from optional(block, "title", 150, at, plainly=False)
    yield from optional(block, "subtitle", 150, at, plainly=False)
    yield from optional(block, "body", 200, at, plainly=False)
    for key in ("icon", "hero_image"):
        if key in block:
            yield from element(block[key], ("image",), f"{at}/{key}")
    actions = block.get("actions")
    if actions is not None:
        yield from count(actions, 3, f"{at}/actions")
        for place, entry in enumerate(actions):
            yield from element(entry, ("button",), f"{at}/actions/{place}")


def _carousel(block: Raw, at: str) -> Iterator[str]:
    cards = block.get("elements") or []
    yield from count(cards, 10, f"{at}/elements")
    for place, card in enumerate(cards):
        yield from _card(card, f"{at}/elements/{place}")


def _task(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("task_id", "title"), at)
    if block.get("title") is not None:
        yield from length(block["title"], 3000, f"{at}/title")
    if "status" in block:
        yield from choice(block["status"], STATUSES, f"{at}/status")
    for key in ("details", "output"):
        if block.get(key) is not None:
            yield from _rich(block[key], f"{at}/{key}")


def _plan(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("title",), at)
    if block.get("title") is not None:
        yield from length(block["title"], 3000, f"{at}/title")
    for place, task in enumerate(block.get("tasks") or []):
        yield from _task(task, f"{at}/tasks/{place}")


def _alert(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("text",), at)
    if block.get("text") is not None:
        yield from text(block["text"], 200, f"{at}/text")
    if "level" in block:
        yield from choice(block["level"], LEVELS, f"{at}/level")


def _markdown(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("text",), at)
    if block.get("text") is not None:
        yield from length(block["text"], MOST_MARKDOWN, f"{at}/text")


def _context_actions(block: Raw, at: str) -> Iterator[str]:
    elements = block.get("elements") or []
    yield from count(elements, 5, f"{at}/elements")
    for place, entry in enumerate(elements):
        here = f"{at}/elements/{place}"
        yield from element(entry, ("feedback_buttons", "icon_button"), here)


CHECKS: Mapping[str, Callable[[Raw, str], Iterator[str]]] = {
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context_actions": _context_actions,
    "data_table": _data_table,
    "data_visualization": _chart,
    "markdown": _markdown,
    "plan": _plan,
    "rich_text": _rich,
    "table": _table,
    "task_card": _task,
}
