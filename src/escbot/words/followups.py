"""Follow-ups in words: what is to be done, by whom, until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from escbot.core.followups import Followup
from escbot.core.views import FollowupView
from escbot.words.voice import Voice

KINDS = {
    "knowledge": "Knowledge base",
    "training": "Training",
    "product": "Product input",
    "decision": "Decided in a review",
}
GAPS = {
    "missing": "an article is missing",
    "wrong": "an article is wrong",
    "not_found": "the article was not found",
}
STATES = {"open": "open", "done": "done", "dropped": "not needed"}
NOTHING = "You have nothing to follow up. Thank you."
MOST = 10


def day(on: date) -> str:
    """Return a day as people write it."""
    return f"{on.day} {on:%b %Y}"


def about(kind: str, gap: str | None, tier: int | None, area: str | None) -> str:
    """Return "Training · tier 1, Payments"."""
    where = ", ".join(
        part for part in (GAPS.get(gap or ""), f"tier {tier}" if tier else None, area) if part
    )
    return f"{KINDS.get(kind, kind)} · {where}" if where else KINDS.get(kind, kind)


def headline(view: FollowupView, voice: Voice) -> str:
    """Return the follow-up in one or two lines."""
    lead = f"*{about(view.kind, view.gap, view.tier, view.area)}*"
    source = f" · from ESC-{view.case}" if view.case else ""
    if view.state != "open":
        by = f" ({voice.person(view.closed_by)})" if view.closed_by else ""
        return f"{lead}{source}: {STATES[view.state]}{by}. Thank you.\n{voice.safe(view.text)}"
    return f"{lead}{source} · due {day(view.due_on)}\n{voice.safe(view.text)}"


def line(one: Followup, voice: Voice) -> str:
    """Return a follow-up of a list."""
    source = f" · ESC-{one.case}" if one.case else ""
    due = "" if one.state != "open" else f" · due {day(one.due_on)}"
    text = one.text if len(one.text) <= 200 else one.text[:199] + "…"
    return (
        f"*{about(one.kind, one.gap, one.tier, one.area)}*{source} · {voice.person(one.owner)}"
        f"{due}\n{voice.safe(text)}"
    )


def more(found: Sequence[Followup]) -> str:
    """Return how many are not shown."""
    left = len(found) - MOST
    return f"… and {left} more: `escbot followups` lists them all." if left > 0 else ""
