"""How a listener answers a refusal or a fault: privately, in one sentence, never a traceback."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core.case import Case
from escbot.core.decide import Refused
from escbot.core.roster import Roster
from escbot.slack import payloads
from escbot.slack.blocks import forms
from escbot.slack.services import Services
from escbot.words.refusals import refusal
from escbot.words.voice import Voice, plain_voice

log = logging.getLogger(__name__)

# Which field of a form a refusal is about; the others show at the form's first field.
_FIELDS = {"missing_field", "too_long", "needed_first", "names_another"}
_BLOCKS = {"discretion": "reason"}


def sentence(services: Services, refused: Refused) -> str:
    """Return what the person reads."""
    return refusal(refused.because, services.voice())


async def case_of(services: Services, team: str, number: int) -> Case:
    """Return a case; raises Refused where there is none."""
    case = await services.desk.case(team, number)
    if case is None:
        raise Refused("unknown_case", number=number)
    return case


def _at_a_field(roster: Roster) -> Voice:
    """Return the voice for what Slack shows at a field, where nothing is formatted."""
    plain = plain_voice(roster)

    def person(id_: str) -> str:
        return plain.person(id_) if roster.person(id_) else "That person"

    return replace(plain, person=person)


async def at_field(
    ack: AsyncAck, body: dict[str, Any], services: Services, refused: Refused, first: str
) -> None:
    """Answer a form at the field that the refusal is about."""
    field = first
    if refused.because.code in _FIELDS:
        named = str(refused.because.values.get("field") or first)
        field = _BLOCKS.get(named, named)
    # Slack shows an error only at a field that the form has, under its whole id.
    inputs = {id_.partition("#")[0]: id_ for id_ in payloads.inputs_of(body)}
    field = inputs.get(field) or inputs.get(first, first)
    text = refusal(refused.because, _at_a_field(services.library.roster))
    await ack(response_action="errors", errors={field: text.replace("`", "")})


async def on_page(client: AsyncWebClient, body: dict[str, Any], title: str, text: str) -> bool:
    """Answer where the button stood in a modal without fields; tell whether it did.

    A click in a modal has no response_url, and a form with fields keeps what was typed.
    """
    modal = payloads.modal_of(body)
    if not modal or payloads.inputs_of(body):
        return False
    try:
        await client.views_update(view_id=modal, view=forms.done(title, text))
    except (SlackApiError, ClientError, TimeoutError, OSError) as error:
        log.info("a page could not be shown: %s", error)
    return True


async def privately(
    respond: AsyncRespond, text: str, blocks: list[dict[str, Any]] | None = None
) -> None:
    """Answer one person where they clicked or typed; if it can't be shown, nothing is lost."""
    try:
        await respond(text=text, blocks=blocks, response_type="ephemeral", replace_original=False)
    except (ClientError, TimeoutError, OSError, ValueError) as error:
        # ValueError is the SDK's word for a request that came without a response_url.
        log.info("a private answer could not be shown: %s", error)


async def quietly(
    client: AsyncWebClient,
    channel: str,
    user: str,
    text: str,
    **more: Any,  # noqa: ANN401 - Slack's arguments
) -> None:
    """Tell one person something in a channel; if they can't see it, nothing is lost."""
    try:
        await client.chat_postEphemeral(channel=channel, user=user, text=text, **more)
    except SlackApiError as error:
        log.info("a private answer could not be shown: %s", error.response.get("error"))
