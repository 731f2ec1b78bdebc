"""The live part of the form: where this goes, and open cases that are perhaps the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escbot.core.preview import Other, Preview
from escbot.slack import ids
from escbot.slack.blocks.base import Block, context, plain, section
from escbot.words import preview as words
from escbot.words.voice import Voice


def nothing_yet(note: str = "") -> list[Block]:
    """Return the live part before there is anything to say."""
    return [{**context(note or words.NOTHING_YET), "block_id": ids.PREVIEW}]


def live(
    view: Preview | None,
    others: Sequence[Other],
    now: datetime,
    voice: Voice,
    note: str = "",
    repeats: str = "",
) -> list[Block]:
    """Return the live part. `note` is one more sentence, for what was just pressed; `repeats`
    says what the area has seen lately.
    """
    blocks: list[Block] = []
    if view is None:
        blocks += nothing_yet(note)
    else:
        blocks.append(section(words.headline(view, voice), ids.PREVIEW))
        small = [words.because(view, voice), words.pages(view, now, voice), note]
        blocks.append(context(*small))
        stays = words.stays(view, voice)
        if stays:
            blocks.append(context(stays))
    if repeats:
        blocks.append(context(repeats))
    blocks += [_other(other, voice) for other in others]
    return blocks


def _other(view: Other, voice: Voice) -> Block:
    block = section(words.other(view, voice), f"{ids.OTHER}{view.number}")
    if view.joined:
        return block
    button = {
        "type": "button",
        "action_id": ids.ADD_CUSTOMER,
        "text": plain(f"Add my customer to ESC-{view.number}", 75),
        "value": str(view.number),
    }
    return {**block, "accessory": button}
