"""Lists of cases as a table that can be sorted, filtered and paged; lines where Slack has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from escbot.core.card import card
from escbot.core.case import Case
from escbot.core.policy import Policy
from escbot.core.views import Next
from escbot.slack.blocks.base import Block
from escbot.slack.escape import one_line
from escbot.words.card import CLOCKS, PHASES
from escbot.words.voice import capital

TABLE = "data_table"
MOST_ROWS = 60  # of one table; Slack takes 100 and 20,000 characters in all tables
WORTH = 2  # fewer rows read better as lines
_HEAD = ("Case", "Severity", "Customer", "What", "State", "Person", "Next")


def cases_table(
    cases: Sequence[Case],
    policy: Callable[[str], Policy],
    name: Callable[[str], str],
    caption: str,
    links: Mapping[int, str],
    *,
    most: int = MOST_ROWS,
    page: int = 10,
) -> Block:
    """Return a table of cases; `name` says who a person is, `links` lead to the threads."""
    head = [{"type": "raw_text", "text": title} for title in _HEAD]
    rows = [_row(case, policy(case.policy), name, links.get(case.number)) for case in cases[:most]]
    return {
        "type": TABLE,
        "caption": one_line(caption, 150),
        "page_size": page,
        "rows": [head, *rows],
    }


def _row(case: Case, policy: Policy, name: Callable[[str], str], link: str | None) -> list[Block]:
    view = card(case, policy)
    person = view.owner or view.offered
    state = PHASES.get(view.phase, view.phase)
    late = " · late" if view.breached else ""
    vip = " ★" if view.vip else ""
    return [
        _link(case.id, link),
        _text(view.severity, 10),
        _text(f"{one_line(view.customer, 40)}{vip}", 45),
        _text(view.summary, 80),
        _text(f"{state}{late}", 30),
        _text(name(person) if person else "nobody", 40),
        _until(view.next) if view.next else _text("–", 5),
    ]


def _text(text: str, longest: int) -> Block:
    return {"type": "raw_text", "text": one_line(text, longest) or "–"}


def _rich(*elements: Block) -> Block:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [*elements]}],
    }


def _link(text: str, link: str | None) -> Block:
    return _rich({"type": "link", "url": link, "text": text}) if link else _text(text, 20)


def _until(next_: Next) -> Block:
    """Return what ends next, with a moment that each reader sees in their own zone."""
    return _rich(
        {"type": "text", "text": f"{capital(CLOCKS.get(next_.clock, next_.clock))} "},
        {
            "type": "date",
            "timestamp": int(next_.at.timestamp()),
            "format": "{date_short_pretty} {time}",
            "fallback": next_.at.strftime("%Y-%m-%d %H:%M UTC"),
        },
    )
