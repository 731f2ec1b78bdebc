"""The card's sentences: first of all what now, by whom, until when."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core.views import CardView, Next
from escbot.words.voice import Voice, capital

CLOCKS: Mapping[str, str] = {
    "answer": "answers by",
    "respond": "taken by",
    "tier": "in this tier until",
    "first_update": "customer hears by",
    "update": "customer hears again by",
    "pause": "waits until",
}
COMES: Mapping[str, str] = {  # the same, after "Next"
    "answer": "an answer by",
    "respond": "somebody takes it by",
    "tier": "this tier's time ends",
    "first_update": "a first word to the customer by",
    "update": "a word to the customer by",
    "pause": "the wait ends",
}
WAITS = {"customer": "the customer", "vendor": "a vendor", "inside": "somebody inside"}
PHASES = {
    "new": "New",
    "offered": "Asked",
    "unassigned": "Nobody yet",
    "working": "In work",
    "waiting": "Waiting",
    "planning": "In planning",
    "planned": "Planned",
    "resolved": "Resolved",
    "closed": "Closed",
    "cancelled": "Cancelled",
    "merged": "Merged",
}


def now_line(card: CardView, voice: Voice) -> str:
    """Return what happens now, by whom."""
    who = card.owner or card.offered
    person = voice.person(who) if who else ""
    sentences = {
        "offered": f"{person} is asked to take it",
        "unassigned": "Nobody is available yet; the next free person gets it",
        "working": f"{person} is working on it",
        "waiting": f"Waiting for {WAITS.get(card.wait_on or '', 'somebody')}"
        + (f", with {person}" if who else "")
        + (f": {voice.safe(card.wait_for)}" if card.wait_for else ""),
        "planning": "In the planning queue",
        "planned": f"Planned by {person}" if who else "Planned",
        "resolved": f"Resolved by {voice.person(card.resolved_by)}"
        if card.resolved_by
        else "Resolved",
        "closed": "Closed",
        "cancelled": "Cancelled",
        "merged": "Merged into another case",
    }
    return sentences.get(card.phase, "Being opened")


def next_line(next_: Next | None, voice: Voice) -> str:
    """Return until when, in each reader's own time."""
    if next_ is None:
        return ""
    return f"{CLOCKS.get(next_.clock, next_.clock)} {voice.moment(next_.at)}"


def headline(card: CardView) -> str:
    """Return the text of notifications and screen readers."""
    who = "for " + card.customer
    return f"ESC-{card.number} · {card.severity} {card.severity_name} {who}: {card.summary}"


def until(next_: Next | None, voice: Voice) -> str:
    """Return what comes next, as it stands after "Next": "An answer by today 12:48"."""
    if next_ is None:
        return "No deadline"
    return capital(f"{COMES.get(next_.clock, next_.clock)} {voice.moment(next_.at)}")
