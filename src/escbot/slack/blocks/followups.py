"""Follow-ups, and the customer's word, as messages."""

from __future__ import annotations

from collections.abc import Sequence

from escbot.core.followups import Followup
from escbot.core.views import FollowupView, RatingView
from escbot.services.ports import Body
from escbot.slack import ids
from escbot.slack.blocks.base import Block, context, plain, section
from escbot.slack.escape import one_line, safe
from escbot.words import followups as words
from escbot.words import ratings
from escbot.words.voice import Voice

SATISFIED = 4  # a score of at least this is a good one
ANSWERS = (
    (ids.FOLLOWUP_DONE, "Done"),
    (ids.FOLLOWUP_LATER, "Later"),
    (ids.FOLLOWUP_DROPPED, "Not needed"),
)


def _answers(number: int) -> Block:
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": action,
                "text": plain(text, 75),
                "value": str(number),
                **({"style": "primary"} if action == ids.FOLLOWUP_DONE else {}),
            }
            for action, text in ANSWERS
        ],
    }


def followup(view: FollowupView, voice: Voice) -> Body:
    """Paint one follow-up for its owner."""
    lead = ":seedling: " if view.state == "open" else ":white_check_mark: "
    blocks: list[Block] = [section(lead + words.headline(view, voice))]
    small = []
    if view.link:
        small.append(safe(view.link, 500))
    if view.opened_by and view.state == "open":
        small.append(f"From {voice.person(view.opened_by)}")
    if small:
        blocks.append(context(*small))
    if view.newest and view.state == "open":
        blocks.append(_answers(view.number))
    text = f"{words.about(view.kind, view.gap, view.tier, view.area)}: {view.text}"
    return Body(text=safe(one_line(text, 300), 300), blocks=blocks)


def listed(found: Sequence[Followup], voice: Voice) -> list[Block]:
    """Return open follow-ups with their buttons, the first to be due first."""
    if not found:
        return [section(words.NOTHING)]
    blocks: list[Block] = []
    for one in found[: words.MOST]:
        blocks += [section(words.line(one, voice)), _answers(one.number)]
    more = words.more(found)
    return [*blocks, context(more)] if more else blocks


def rating(view: RatingView) -> Body:
    """Paint the question to the customer: native thumbs, or two buttons where they are refused."""
    name = f"ESC-{view.number}"
    said = ratings.question(view.language)
    if view.score is not None:
        text = (said.thanks if view.score >= SATISFIED else said.sorry).format(id=name)
        return Body(text=text, blocks=[section(text)])
    text = said.ask.format(id=name)
    blocks: list[Block] = [section(text)]
    good, bad = (f"{view.team}/{view.number}/{score}" for score in (5, 1))
    native: Block = {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": ids.RATING,
                "positive_button": {
                    "text": plain(said.good, 75),
                    "value": good,
                    "accessibility_label": said.good,
                },
                "negative_button": {
                    "text": plain(said.bad, 75),
                    "value": bad,
                    "accessibility_label": said.bad,
                },
            }
        ],
    }
    classic: Block = {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": action,
                "text": plain(f"{emoji} {label}", 75),
                "value": value,
            }
            for action, emoji, label, value in (
                (ids.RATING_GOOD, ":+1:", said.good, good),
                (ids.RATING_BAD, ":-1:", said.bad, bad),
            )
        ],
    }
    return Body(text=text, blocks=[*blocks, native], classic=[*blocks, classic])
