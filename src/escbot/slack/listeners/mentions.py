"""Called by name: the bot answers questions, and offers the form for everything else."""

from __future__ import annotations

import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.slack import payloads
from escbot.slack.blocks import home
from escbot.slack.blocks.base import actions, section
from escbot.slack.blocks.memo import Memo
from escbot.slack.escape import clean
from escbot.slack.grammar import parse
from escbot.slack.listeners import drills
from escbot.slack.listeners.answers import quietly
from escbot.slack.listeners.commands import answer, to_tell
from escbot.slack.services import Services

log = logging.getLogger(__name__)

MENTION = re.compile(r"<@[A-Z0-9]+>")
VALUE = 1900  # a button remembers 2,000 characters
TO_TELL = "The words for the customer of {id} open with this button."
ASKED = "Shall I open an escalation from here?"


def register(app: AsyncApp, services: Services) -> None:
    """Add the listener of mentions."""

    async def mention(body: dict[str, Any], client: AsyncWebClient) -> None:
        await _mentioned(services, client, payloads.said(body))

    app.event("app_mention")(mention)


async def _mentioned(services: Services, client: AsyncWebClient, said: payloads.Said) -> None:
    """Answer a question about a case; anything else gets a button that opens the form."""

    async def tell(told: str, **more: Any) -> None:  # noqa: ANN401 - Slack's arguments
        # Taken as the last thing: after a fault before it Slack's next try is answered.
        if await services.desk.once(said.team, said.key):
            place = said.thread_ts or None
            await quietly(client, said.channel, said.user, told, thread_ts=place, **more)

    text = MENTION.sub("", said.text).strip()
    areas = [area.id for area in services.library.current.areas]
    typed = parse(text, areas, list(services.drills().found))
    thread = said.thread_ts or None
    command = payloads.SlashCommand(said.team, said.user, said.channel, text, said.key)
    if typed.verb == "drill":
        roster, (_, _, after) = services.library.roster, said.text.lower().partition("drill")
        named = [one for one in MENTION.findall(after.upper()) if roster.person(one[2:-1])]
        await tell(await drills.begin(services, command, " ".join([typed.text, *named])))
        return
    if typed.verb == "update" and typed.number is not None:
        case = await to_tell(services, said.team, typed.number)
        if case is not None:  # a form opens by a click only
            asked = TO_TELL.format(id=case.id)
            buttons = actions(("update_customer",), f"{case.number}|{case.turn}")
            await tell(asked, blocks=[section(asked), *buttons])
            return
    if typed.verb != "new":
        await tell(await answer(services, command, typed))
        return
    found = await services.desk.by_message(said.team, said.channel, said.thread_ts)
    if found is not None:
        told = f"This thread is ESC-{found[0]} already. `/escalate help` says what I can do."
        await tell(told)
        return
    files = said.files
    if thread is not None:
        first, more = await _first(client, said.channel, thread)
        text, files = text or first, (*more, *files)
    text = clean(payloads.with_names(text, services.name))
    memo = Memo(channel=said.channel, ts=thread or said.ts, text=text, files=files)
    blocks = [section(ASKED), home.new_from(memo.dump(VALUE))]
    await tell(ASKED, blocks=blocks)


async def _first(client: AsyncWebClient, channel: str, thread: str) -> tuple[str, tuple[str, ...]]:
    """Return what a thread begins with; nothing where it can't be read."""
    try:
        answer = await client.conversations_replies(channel=channel, ts=thread, limit=1)
    except SlackApiError as error:
        log.info("a thread can't be read: %s", error.response.get("error"))
        return "", ()
    return payloads.first_of(answer.data if isinstance(answer.data, dict) else {})
