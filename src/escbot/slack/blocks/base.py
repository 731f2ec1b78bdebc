"""The pieces of Block Kit that every view is made of, with Slack's limits kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from escbot.core.roster import Roster
from escbot.slack.escape import FENCE, clean, code, fenced, pieces, safe
from escbot.slack.ids import BUTTON
from escbot.words.voice import Voice

Block = dict[str, Any]

SECTION = 3000  # characters of a section's text (docs.slack.dev: blocks)
ROOM = SECTION - 100  # of one of several sections: a drill's mark may still go in front
FIELD = 2000
OPTION = 75
BUTTONS = {
    "acknowledge": "Acknowledge",
    "decline": "Decline",
    "reassign": "Reassign",
    "escalate": "Escalate",
    "deescalate": "De-escalate",
    "waiting": "Waiting",
    "resume": "Resume",
    "customer_replied": "Customer replied",
    "update_customer": "Update customer",
    "sent": "I sent it",
    "edit_words": "Edit",
    "send_words": "Send",
    "hand_words": "Hand over",
    "still_on_it": "Still on it",
    "resolve": "Resolve",
    "reopen": "Reopen",
    "not_fixed": "Not fixed",
    "give_back": "Not mine",
    "have_it": "I have it",
    "brief_taken": "Brief taken",
    "accept_plan": "Accept",
    "decline_plan": "Decline",
    "reclassify": "Reclassify",
    "keep": "Keep",
    "undo": "Undo",
    "confirm": "Confirm",
    "take_over": "Take over",
    "need_information": "Need information",
    "extend": "Two more hours",
    "more": "More…",
    "bring_in": "Bring someone in",
    "facts": "Something changed",
    "link": "Link a customer",
    "unlink": "Unlink a customer",
    "renew": "Wait longer",
    "change_severity": "Change severity",
    "change_tier": "Change tier",
    "merge": "Merge",
    "cancel": "Cancel",
    "draft": "Draft an article",
    "score_good": "Good handoff",
    "score_needless": "Not needed",
    "score_incomplete": "Incomplete",
    "score_late": "Too late",
    "join_drill": "Join the drill",
    "drill_escalate": "Escalate",
    "drill_end": "End the drill",
}
PRIMARY = ("acknowledge", "have_it", "brief_taken", "sent", "confirm", "accept_plan",
           "drill_escalate")  # fmt: skip


def date(at: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """Return a moment that each reader sees in their own zone."""
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{form}|{fallback}>"


def mention(person: str) -> str:
    """Return a mention that also notifies where the message is new."""
    return f"<@{person}>"


def voice_for(roster: Roster) -> Voice:
    """Return Slack's voice: names from the roster, so that only who must act is pinged.

    Somebody whom the roster doesn't know is mentioned, since an id alone says nothing.
    """

    def person(id_: str) -> str:
        known = roster.person(id_)
        return f"*{safe(known.name, 80)}*" if known else mention(id_)

    return Voice(person=person, moment=date, safe=safe, code=code)


def mrkdwn(text: str, longest: int = SECTION) -> Block:
    """Return a text object; names in it are not linked by themselves."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return {"type": "mrkdwn", "text": cut or " ", "verbatim": True}


def plain(text: str, longest: int = SECTION) -> Block:
    """Return a plain text object; the text is shown as it is."""
    return {"type": "plain_text", "text": clean(text, longest) or " ", "emoji": True}


def section(text: str, block_id: str | None = None) -> Block:
    """Return a section."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "block_id": block_id} if block_id else block


def sections(text: str) -> list[Block]:
    """Return as many sections as a text's code blocks need, each with whole fences."""
    if len(text) <= ROOM:
        return [section(text)]
    texts = [""]
    for place, part in enumerate(text.split(FENCE)):
        if place % 2 == 0:
            texts[-1] += part
        elif len(texts[-1]) + len(part) + 2 * len(FENCE) <= ROOM:
            texts[-1] += FENCE + part + FENCE
        else:
            texts += [*map(fenced, pieces(part, ROOM - 10)), ""]
    return [section(one.strip()) for one in texts if one.strip()]


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Return a section of name and value, two to a row."""
    return {
        "type": "section",
        "fields": [mrkdwn(f"*{name}*\n{value}", FIELD) for name, value in pairs[:10]],
    }


def context(*texts: str) -> Block:
    """Return small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts if text][:10]}


def header(text: str) -> Block:
    """Return a headline."""
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    """Return a line."""
    return {"type": "divider"}


def button(id_: str, value: str) -> Block:
    """Return one of the buttons of docs/contracts.md; `value` comes back with the click."""
    block: Block = {
        "type": "button",
        "action_id": BUTTON + id_,
        "text": plain(BUTTONS[id_], OPTION),
        "value": value,
    }
    return {**block, "style": "primary"} if id_ in PRIMARY else block


def actions(ids: Sequence[str], value: str) -> list[Block]:
    """Return a row of buttons, or nothing."""
    if not ids:
        return []
    return [{"type": "actions", "elements": [button(id_, value) for id_ in ids[:25]]}]


def option(value: str, text: str, description: str | None = None) -> Block:
    """Return one choice."""
    made: Block = {"text": plain(text, OPTION), "value": value}
    return {**made, "description": plain(description, OPTION)} if description else made


def quote(text: str, longest: int = 1500) -> str:
    """Return text that people wrote as a quotation."""
    return "\n".join(f"> {line}" for line in safe(text, longest).split("\n"))
