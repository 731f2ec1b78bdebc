"""The card: the root of the thread."""

from __future__ import annotations

from escbot.core.views import CardView
from escbot.services.ports import Body
from escbot.slack.blocks.base import Block, actions, context, fields, section
from escbot.slack.escape import one_line, safe
from escbot.words.card import PHASES, headline, next_line, now_line, until
from escbot.words.reasons import criterion_name
from escbot.words.voice import Voice, listed

# The bar's colour is the state, the emoji the severity; the words say both.
COLOURS = {
    "offered": "#a30200",
    "unassigned": "#a30200",
    "working": "#daa038",
    "waiting": "#8d8d8d",
    "planning": "#1d9bd1",
    "planned": "#1d9bd1",
    "resolved": "#2eb886",
    "closed": "#dddddd",
    "cancelled": "#dddddd",
    "merged": "#dddddd",
}


def card_body(card: CardView, voice: Voice) -> Body:
    """Paint the card."""
    blocks = [section(_now(card, voice)), section(_what(card)), _facts(card, voice)]
    small = _small_print(card, voice)
    if small:
        blocks.append(context(*small))
    blocks += actions(card.buttons, f"{card.number}|{card.version}")
    colour = COLOURS.get(card.phase, "#a30200")
    text = safe(one_line(headline(card), 300), 300)
    return Body(text=text, attachments=[{"color": colour, "fallback": text, "blocks": blocks}])


def _now(card: CardView, voice: Voice) -> str:
    """Return the one thing that is said first: what now, by whom, until when."""
    line = next_line(card.next, voice)
    until = f" · {line}" if line else ""
    return f"{card.emoji} *ESC-{card.number}* · {now_line(card, voice)}{until}"


def _what(card: CardView) -> str:
    vip = " :star: VIP" if card.vip else ""
    return f"*{safe(card.customer, 150)}*{vip}\n{safe(card.summary, 700)}"


def _facts(card: CardView, voice: Voice) -> Block:
    severity = f"{card.emoji} {card.severity} · {safe(card.severity_name, 60)}"
    pairs = [
        ("Severity", severity),
        ("Tier", safe(card.tier_name, 60)),
        ("Owner", voice.person(card.owner) if card.owner else "–"),
        ("Next", until(card.next, voice)),
    ]
    if card.area:
        pairs.append(("Area", safe(card.area, 60)))
    if card.root_cause:
        pairs.append(("Root cause", safe(card.root_cause, 60)))
    return fields(pairs)


def _small_print(card: CardView, voice: Voice) -> list[str]:
    found = [f"{PHASES.get(card.phase, card.phase)} · opened by {voice.person(card.requester)}"]
    if card.management:
        names = listed([safe(criterion_name(c), 60) for c in card.management])
        who = f" · {voice.person(card.manager)}" if card.manager else ""
        has = " has it" if card.manager_has_it else ""
        found.append(f":bell: {names}{who}{has}")
    if card.breached:
        found.append(":warning: Past its limit: " + listed(list(card.breached)))
    if card.linked:
        found.append("Also for " + safe(listed(list(card.linked)), 300))
    if card.proposal:
        found.append(f"Becomes {card.proposal.clock} {voice.moment(card.proposal.at)}")
    return found
