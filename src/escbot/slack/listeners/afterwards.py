"""A case ends, and after it: follow-ups, the customer's word, what a review proposes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core import commands as c
from escbot.core.card import area_name, cause_name
from escbot.core.decide import Refused
from escbot.core.followups import Asked, Followup
from escbot.slack import ids, payloads
from escbot.slack.blocks import forms
from escbot.slack.blocks.base import Block, context
from escbot.slack.blocks.followups import listed
from escbot.slack.blocks.memo import Memo
from escbot.slack.listeners import figures
from escbot.slack.listeners.answers import case_of, privately, sentence
from escbot.slack.listeners.live import repeated
from escbot.slack.services import Services
from escbot.words import repeats as words

_RATED = re.compile(r"(\w{1,20})/(\d{1,9})/([1-5])", re.ASCII)


def register(app: AsyncApp, services: Services) -> None:
    """Add the listeners."""
    answers: dict[str, Asked] = {
        ids.FOLLOWUP_DONE: "done",
        ids.FOLLOWUP_LATER: "later",
        ids.FOLLOWUP_DROPPED: "dropped",
    }
    for action, asked in answers.items():
        app.action(action)(_followup(services, asked))
    for action in (ids.RATING, ids.RATING_GOOD, ids.RATING_BAD):
        app.action(action)(_rating(services))
    for prefix, accepted in ((ids.REVIEW_ACCEPT, True), (ids.REVIEW_DECLINE, False)):
        app.action(re.compile(f"{prefix}.*"))(_decision(services, accepted=accepted))

    async def resolve(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        click = payloads.click(body)
        number, seen, _ = payloads.case_reference(click.value)
        try:
            case = await case_of(services, click.team, number)
        except Refused as refused:
            await ack()
            await privately(respond, sentence(services, refused))
            return
        policy = services.library.at(case.policy)
        lately = await repeated(services, click.team, case.facts.area or "")
        text = words.resolving(
            lately,
            area_name(policy, case.facts.area) or "",
            lambda id_: cause_name(policy.root_causes, id_),
            services.voice(),
        )
        small = [context(text)] if text else []
        view = forms.resolve(case, policy, Memo(number, seen), small)
        await client.views_open(trigger_id=click.trigger_id, view=view)
        await ack()

    async def draft(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        number = payloads.case_reference(click.value)[0]
        text = await figures.draft(services, click.team, number)
        page = forms.page(f"Draft from ESC-{number}", figures.as_code(text))
        await ack()
        await client.views_update(view_id=click.view_id, view=page)

    app.action(ids.BUTTON + "resolve")(resolve)
    app.action(ids.BUTTON + "draft")(draft)


def _followup(services: Services, asked: Asked) -> Callable[..., Any]:
    async def clicked(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        click = payloads.click(body)
        number = payloads.case_reference(click.value)[0]
        said = ""
        try:
            await services.desk.ledger.answer_followup(
                click.team, number, asked, click.user, key=click.key
            )
        except Refused as refused:
            said = sentence(services, refused)
        await ack()
        if said:
            await privately(respond, said)
        elif click.is_ephemeral:  # a list that only this person sees: show what is left
            blocks = await mine(services, click.team, click.user)
            await respond(text="Follow-ups", blocks=blocks, replace_original=True)

    return clicked


async def mine(services: Services, team: str, user: str) -> list[Block]:
    """Return somebody's open follow-ups with their buttons."""
    found = await open_of(services, team, user)
    policy = services.library.current
    named = [replace(one, area=area_name(policy, one.area)) for one in found]
    return listed(named, services.voice())


async def open_of(services: Services, team: str, user: str) -> list[Followup]:
    """Return somebody's open follow-ups, the first to be due first."""
    found = await services.desk.ledger.followups(team)
    own = [one for one in found if one.state == "open" and one.owner == user]
    return sorted(own, key=lambda one: (one.due_on, one.number))


def _rating(services: Services) -> Callable[..., Any]:
    async def clicked(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        click = payloads.click(body)
        # Somebody outside presses it: the team of the case stands in the value.
        match = _RATED.fullmatch(click.value)
        said = ""
        if match is not None:
            team, number, score = match[1], int(match[2]), int(match[3])
            try:
                command = c.Rate(click.user, score, "thumbs")
                await services.desk.do(team, number, command, key=click.key)
            except Refused as refused:
                said = sentence(services, refused)
        await ack()
        if said:
            await privately(respond, said)

    return clicked


def _decision(services: Services, *, accepted: bool) -> Callable[..., Any]:
    async def clicked(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        click = payloads.click(body)
        team, _, rest = click.value.partition("|")
        month, _, decision = rest.partition("|")
        said = ""
        try:
            await services.reviews.decide(
                click.team, team, month, decision, accepted=accepted, by=click.user, key=click.key
            )
        except Refused as refused:
            said = sentence(services, refused)
        await ack()
        if said:
            await privately(respond, said)

    return clicked
