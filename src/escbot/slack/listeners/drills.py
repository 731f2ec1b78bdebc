"""`/escalate drill`: begin one, and open its form. Joining and ending are buttons like others."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.core.roster import Roster
from escbot.services.drillfile import FIRST
from escbot.slack import ids, payloads
from escbot.slack.blocks import forms
from escbot.slack.blocks.memo import Memo
from escbot.slack.listeners.answers import privately, sentence
from escbot.slack.services import Services
from escbot.words import drill as words

_ESCAPED = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


def register(app: AsyncApp, services: Services) -> None:
    """Add the listener of the lobby's `Escalate`."""

    async def escalate(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        click = payloads.click(body)
        number = payloads.case_reference(click.value)[0]
        case = await services.desk.case(click.team, number)
        if case is None or click.user not in case.joined:
            await ack()
            await privately(respond, sentence(services, Refused("join_first")))
            return
        form = forms.escalate(services.library.current, memo=Memo(number, case.turn))
        await client.views_open(trigger_id=click.trigger_id, view=form)
        await ack()

    app.action(ids.DRILL_ESCALATE)(escalate)


async def begin(services: Services, command: payloads.SlashCommand, text: str) -> str:
    """Start a drill, or list what there is; return the private answer."""
    drills = services.drills()
    named = [word for word in text.split() if word.startswith(("@", "<@"))]
    story = next((word.lower() for word in text.split() if word not in named), FIRST)
    if story == "list":
        return words.stories((one.practice for one in drills.found.values()), drills.troubles)
    drill = drills.found[story]
    people, unknown = _people(services.library.roster, named)
    if unknown:
        return words.UNKNOWN.format(names=services.voice().safe(", ".join(unknown)[:200]))
    start = c.StartDrill(command.user, drill.practice, drill.pace, people)
    try:
        outcome = await services.desk.do(
            command.team, None, start, key=f"slash:{command.trigger_id}"
        )
    except Refused as refused:
        return sentence(services, refused)
    channel = services.library.current.channels.get("escalations", "escalations")
    return words.BEGUN.format(title=drill.practice.title, id=outcome.case.id, channel=channel)


def _people(roster: Roster, named: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return whom the words mean, and the words that mean nobody."""
    found: list[str] = []
    unknown: list[str] = []
    for word in named:
        escaped = _ESCAPED.fullmatch(word)
        name = word.removeprefix("@").casefold()
        known = [one.id for one in roster.people if one.name.casefold() == name]
        if escaped is not None:
            found.append(escaped[1])
        elif len(known) == 1:
            found += known
        else:
            unknown.append(word)
    return tuple(found), unknown
