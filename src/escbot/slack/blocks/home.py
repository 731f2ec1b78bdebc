"""The App Home: what is mine, what is new, whether I can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from escbot.core.case import Case, Phase
from escbot.core.roster import Floor
from escbot.services.library import Library
from escbot.slack import ids
from escbot.slack.blocks.base import Block, context, divider, header, plain, section
from escbot.words.lists import one_line
from escbot.words.voice import Voice

MOST = 20  # cases of one list; Slack allows a hundred blocks


def view(
    user: str, cases: Sequence[Case], library: Library, floor: Floor, voice: Voice
) -> dict[str, Any]:
    """Return the App Home of one person."""
    mine = [case for case in cases if user in (case.owner, case.offered)]
    opened = [case for case in cases if case.requester == user and case not in mine]
    blocks: list[Block] = [header("Escalations"), _top(user, floor)]
    blocks += _listed("Mine", mine, library, voice, "Nothing is waiting for you.")
    blocks += _listed("Opened by me", opened, library, voice, "Nothing of yours is open.")
    person = library.roster.person(user)
    if person is not None and {"manager", "lead"} & set(person.roles):
        nobody = [case for case in cases if case.phase is Phase.UNASSIGNED]
        late = [case for case in cases if any(clock.breached for clock in case.clocks.values())]
        blocks += _listed("Nobody has it", nobody, library, voice, "Everything has somebody.")
        blocks += _listed("Past a limit", late, library, voice, "Nothing is late.")
    return {"type": "home", "blocks": blocks[:100]}


def _top(user: str, floor: Floor) -> Block:
    absence = floor.away.get(user)
    away = absence is not None
    switch = _button(ids.HOME_BACK, "I'm back") if away else _button(ids.HOME_AWAY, "I'm away")
    new = {**_button(ids.HOME_NEW, "New escalation"), "style": "primary"}
    return {"type": "actions", "elements": [new, switch]}


def new_from(memo: str) -> Block:
    """Return the button that opens the form from where somebody called the bot."""
    button = {**_button(ids.MENTION_NEW, "Escalate"), "value": memo, "style": "primary"}
    return {"type": "actions", "elements": [button]}


def _button(action: str, text: str) -> Block:
    return {"type": "button", "action_id": action, "text": plain(text, 75), "value": "home"}


def _listed(
    title: str, cases: Sequence[Case], library: Library, voice: Voice, empty: str
) -> list[Block]:
    blocks = [divider(), section(f"*{title}*")]
    if not cases:
        return [*blocks, context(empty)]
    for case in cases[:MOST]:
        blocks.append(section(one_line(case, library.at(case.policy), voice)))
    if len(cases) > MOST:
        blocks.append(context(f"… and {len(cases) - MOST} more: `/escalate list`"))
    return blocks
