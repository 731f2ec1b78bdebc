"""The monthly review as a page that stands alone, for people outside Slack."""

from __future__ import annotations

from typing import Any

from escbot.core.findings import Change, Review
from escbot.http.pages import page
from escbot.words import review as words

DECISIONS = 3
MARKS = {"better": "yes, better", "worse": "yes, worse", "noise": "no", "few": "too few cases"}


def review_page(found: Review, names: words.Names) -> str:
    """Return the page."""
    most = max((count for _, count, _ in found.weeks), default=0) or 1
    return page(
        "review.html",
        title=words.title(found.name, found.month),
        r=found,
        headline=words.headline(found),
        happened=list(words.happened(found, names)),
        changes=[_row(one) for one in found.changes],
        gaps=[(words.gap(one, names), one.ids) for one in found.gaps],
        chances=[(words.chance(one, names), one.ids) for one in found.chances],
        advice=words.limits(found),
        tasks=list(words.tasks(found)),
        decisions=[one.text for one in words.ideas(found, names)[:DECISIONS]],
        worst=[(one, names.area(one.area), words.hours(one.hours)) for one in found.worst],
        areas=[(names.area(area), count) for area, count in list(found.by_area.items())[:8]],
        causes=[(names.cause(cause), count) for cause, count in list(found.causes.items())[:8]],
        weeks=[(begins, count, late, count / most) for begins, count, late in found.weeks],
        month=words.month_name(found.month),
        test=words.TEST,
    )


def _row(one: Change) -> dict[str, Any]:
    name = words.CHANGED[one.name]
    verdict = MARKS[one.verdict]
    if one.name == "cases" and one.verdict in ("better", "worse"):
        verdict = "yes, more" if one.verdict == "worse" else "yes, fewer"
    return {
        "name": name,
        "was": words.figure(one, one.before),
        "now": words.figure(one, one.now),
        "verdict": verdict,
        "kind": one.verdict,
    }
