"""The briefing checklist in the thread: the receiver ticks what was spoken about."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.slack import ids, payloads
from escbot.slack.blocks.steps import MOST_BOXES
from escbot.slack.listeners.answers import privately, sentence
from escbot.slack.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Add the listener."""

    async def ticked(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        ticks = payloads.ticks(body)
        click = ticks.click
        number, start, _ = payloads.case_reference(ticks.place)
        said = ""
        try:
            case = await services.desk.case(click.team, number)
            if case is None:
                raise Refused("unknown_case", number=number)
            lines = services.library.at(case.policy).handoff.briefing
            here = range(start or 0, min((start or 0) + MOST_BOXES, len(lines)))
            checked = {line for line in case.round.checked if line not in [lines[n] for n in here]}
            checked |= {lines[n] for n in here if str(n) in ticks.chosen}
            command = c.CheckBrief(click.user, tuple(line for line in lines if line in checked))
            await services.desk.do(click.team, number, command, key=click.key)
        except Refused as refused:
            said = sentence(services, refused)
        await ack()
        if said and await services.desk.once(click.team, click.key):
            await privately(respond, said)

    app.action(ids.BRIEF_LINES)(ticked)
