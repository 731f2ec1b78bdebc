"""Messages, reactions and what else happens in Slack."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core import commands as c
from escbot.core.case import Case
from escbot.core.decide import Refused
from escbot.core.handoff import missing
from escbot.slack import payloads
from escbot.slack.blocks.base import actions, section
from escbot.slack.escape import clean
from escbot.slack.homekeeper import HomeKeeper
from escbot.slack.listeners.answers import quietly, sentence
from escbot.slack.services import Services

TAKE = ("eyes",)
WRITTEN = ("", "file_share", "thread_broadcast")  # subtypes of what people write
DONE = ("white_check_mark", "heavy_check_mark")


def register(app: AsyncApp, services: Services, keeper: HomeKeeper) -> None:
    """Add the listeners of events; the last one takes what nobody else wants."""

    async def message(body: dict[str, Any], client: AsyncWebClient) -> None:
        said = payloads.said(body)
        if said.subtype == "message_deleted":
            await services.desk.deleted(said.team, said.channel, said.deleted_ts)
        elif said.user and not said.is_bot and said.thread_ts and said.subtype in WRITTEN:
            await _reply(services, client, said)

    async def reaction(body: dict[str, Any], client: AsyncWebClient) -> None:
        await _reaction(services, client, payloads.reaction(body))

    async def home_opened(body: dict[str, Any]) -> None:
        opened = payloads.home_opened(body)
        if opened.tab == "home":
            await keeper.open(opened.team, opened.user)

    async def user_change(body: dict[str, Any]) -> None:
        team, user, deactivated = payloads.user_changed(body)
        if services.library.roster.person(user) is not None:
            await services.desk.gone(team, user, gone=deactivated)

    async def nothing() -> None:
        """Take an event that needs no answer, so that Slack does not send it again."""

    app.event("message")(message)
    app.event("reaction_added")(reaction)
    app.event("app_home_opened")(home_opened)
    app.event("user_change")(user_change)
    app.event(re.compile(".*"))(nothing)


async def _reply(services: Services, client: AsyncWebClient, said: payloads.Said) -> None:
    """The offered person's first reply takes the case; the requester's adds what is missing."""
    found = await services.desk.by_message(said.team, said.channel, said.thread_ts)
    if found is None or found[1] != "card":
        return
    number = found[0]
    case = await services.desk.case(said.team, number)
    command = _meant(services, case, said) if case is not None else None
    if command is None:
        return
    try:
        await services.desk.do(said.team, number, command, key=said.key)
    except Refused as refused:
        if await services.desk.once(said.team, said.key):
            text = sentence(services, refused)
            await quietly(client, said.channel, said.user, text, thread_ts=said.thread_ts)


def _meant(services: Services, case: Case, said: payloads.Said) -> c.Command | None:
    if case.offered == said.user:
        return c.Acknowledge(said.user, "reply")
    text = clean(payloads.with_names("\n".join((said.text, *said.files)), services.name))
    if said.user == case.owner and _is_news(case):
        return c.Note(said.user, "sign", "")
    if said.user != case.requester or not text or not case.rounds:
        return None
    if "tried" in missing(case, services.library.at(case.policy)):
        return c.Note(said.user, "tried", text)
    asked = [note for note in case.notes if note.kind in ("asked", "info")]
    if asked and asked[-1].kind == "asked":
        return c.Note(said.user, "info", text)
    return None


def _is_news(case: Case) -> bool:
    """Tell whether the owner's word is the first one in this update time; one is enough."""
    clock = case.clocks.get("update")
    if case.phase.is_over or case.owner == case.requester or clock is None:
        return False
    if case.heard_at is None or clock.since is None or case.heard_at < clock.since:
        return True
    return case.heard_at == case.round.taken_at


async def _reaction(
    services: Services, client: AsyncWebClient, reaction: payloads.Reaction
) -> None:
    if reaction.name not in (*TAKE, *DONE):
        return
    found = await services.desk.by_message(reaction.team, reaction.channel, reaction.ts)
    if found is None or found[1] != "card":
        return
    number = found[0]
    if reaction.name in DONE:
        await _offer_resolve(services, client, reaction, number)
        return
    try:
        command = c.Acknowledge(reaction.user, "reaction")
        await services.desk.do(reaction.team, number, command, key=reaction.key)
    except Refused as refused:
        if refused.because.code == "already_yours":
            return
        if await services.desk.once(reaction.team, reaction.key):
            text = sentence(services, refused)
            await quietly(client, reaction.channel, reaction.user, text, thread_ts=reaction.ts)


async def _offer_resolve(
    services: Services, client: AsyncWebClient, reaction: payloads.Reaction, number: int
) -> None:
    """A check mark resolves nothing by itself: the form asks what solved it."""
    case = await services.desk.case(reaction.team, number)
    if case is None or case.phase.is_over:
        return
    if not await services.desk.once(reaction.team, reaction.key):
        return
    text = f"Is {case.id} solved? Tell what solved it, and everybody is told."
    blocks = [section(text), *actions(("resolve",), f"{number}|{case.turn}")]
    await quietly(client, reaction.channel, reaction.user, text, blocks=blocks)
