"""Drills: the lobby, the score, and the mark that every message of a drill bears."""

from __future__ import annotations

from escbot.core.views import LobbyView, ScoreView
from escbot.services.ports import Body
from escbot.slack.blocks.base import (
    SECTION,
    Block,
    actions,
    context,
    date,
    divider,
    mention,
    quote,
    section,
)
from escbot.slack.escape import one_line, safe
from escbot.words import drill as words
from escbot.words.voice import Voice, listed

MARK = f"*{words.MARK}* · "


def marked(body: Body) -> Body:
    """Return the message with the mark in front, where people read and where devices do."""
    blocks = body.blocks or next((a.get("blocks", []) for a in body.attachments), [])
    for block in blocks:
        text = block.get("text") if block["type"] == "section" else None
        if block["type"] == "context":
            text = block["elements"][0]
        if text is not None and text.get("type") == "mrkdwn":
            text["text"] = (MARK + text["text"])[:SECTION]
            break
    return Body(f"{words.MARK} · {body.text}", body.blocks, _fallbacks(body.attachments))


def _fallbacks(attachments: list[Block]) -> list[Block]:
    return [
        {**one, "fallback": f"{words.MARK} · {one['fallback']}"} if "fallback" in one else one
        for one in attachments
    ]


def played(view: LobbyView | ScoreView, voice: Voice) -> Body:
    """Paint what only a drill shows."""
    return lobby(view, voice) if isinstance(view, LobbyView) else score(view, voice)


def lobby(view: LobbyView, voice: Voice) -> Body:
    """Paint the invitation to a drill."""
    title = f":performing_arts: *ESC-{view.number}* · *{safe(view.title, 100)}*"
    text = one_line(f"{view.title}: {view.teaches}", 300)
    if view.over:
        line = f"{title} · over; nobody escalated."
        return Body(text=text, blocks=[context(line)])
    players = listed([voice.person(person) for person in view.joined])
    until = f" Without an escalation it ends {date(view.ends_at)}." if view.ends_at else ""
    rules = (
        f"Nothing here is real: {words.faster(view.pace)}, the customer is played by me, "
        f"and only who joins is ever asked.{until}"
    )
    blocks = [
        section(f"{title}\n{safe(view.teaches, 500)}"),
        section(f"{safe(view.customer, 150)} calls:\n{quote(view.call, 2000)}"),
        context(f"Playing: {players}", rules),
        *actions(view.buttons, f"{view.number}|{view.version}"),
    ]
    return Body(text=text, blocks=blocks)


def score(view: ScoreView, voice: Voice) -> Body:
    """Paint the end of a drill."""
    headline = words.headline(view.marks)
    people = " ".join(mention(person) for person in view.joined)
    blocks = [
        section(f":checkered_flag: *{headline}*\n{people}".strip()),
        section("\n".join(words.lines(view.marks, voice)) or " "),
    ]
    advice = words.advice(view.marks, voice)
    if advice:
        better = "\n".join(f"• {line}" for line in advice)
        blocks += [divider(), section(f"*Better next time*\n{better}")]
    else:
        blocks.append(context("Nothing to do better. Well played."))
    return Body(text=f"{people} {one_line(headline, 200)}".strip(), blocks=blocks)
