"""The Bolt app. Built by a function: importing this module does nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import DBAPIError

from escbot.slack import payloads
from escbot.slack.escape import one_line, safe
from escbot.slack.homekeeper import HomeKeeper
from escbot.slack.listeners import (
    actions,
    afterwards,
    briefing,
    commands,
    drills,
    events,
    homes,
    live,
    mentions,
    removal,
    views,
)
from escbot.slack.listeners.answers import on_page, privately
from escbot.slack.outsiders import keep_out
from escbot.slack.services import Services
from escbot.store.faults import plainly
from escbot.words.refusals import GENERIC, TOO_LATE, TYPED

LATE = "expired_trigger_id"  # a trigger lives three seconds
OPENED = "exchanged_trigger_id"  # a trigger opens one form
LONGEST_TYPED = 1000  # characters that are given back
log = logging.getLogger(__name__)


def build_app(
    services: Services,
    client: AsyncWebClient,
    keeper: HomeKeeper,
    home: str | None = None,
) -> AsyncApp:
    """Build the app with every listener, for the people of the workspace `home` only.

    Listeners run before the acknowledgement: what was acknowledged is in the database.
    """
    app = AsyncApp(
        client=client,
        request_verification_enabled=False,  # webhook.py has checked it; a socket needs none
        process_before_response=True,
        # Bolt would also drop the deletion of our own card: Slack names its author as the user.
        ignoring_self_events_enabled=False,
    )
    app.use(_of_a_workspace)
    if home is not None:
        app.use(keep_out(home))
    register(app, services, keeper)
    app.error(_fault)
    return app


def register(app: AsyncApp, services: Services, keeper: HomeKeeper) -> None:
    """Add every listener; the one that takes what nobody else wants is the last."""
    for room in (commands, views, live, actions, briefing, drills, mentions, afterwards, removal):
        room.register(app, services)
    homes.register(app, services, keeper)
    events.register(app, services, keeper)


async def _of_a_workspace(
    body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]
) -> BoltResponse:
    """Leave what names no workspace: a case belongs to one, and is found in no other."""
    if payloads.team_of(body):
        return await next_()
    log.warning("a request without a workspace was left")
    return BoltResponse(status=200, body="")


async def _fault(
    error: Exception,
    request: AsyncBoltRequest,
    body: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
) -> BoltResponse:
    """Answer a fault with a sentence; the operator finds the rest in the log."""
    code = error.response.get("error") if isinstance(error, SlackApiError) else None
    if code == OPENED:
        return BoltResponse(status=200, body="")  # the same click came twice: its form is open
    if code == LATE:
        log.warning("a form could not open: Slack waits three seconds for it, and we were slower")
    elif isinstance(error, DBAPIError):
        log.error("a request could not be handled: %s", plainly(error))
    else:
        log.error("a request could not be handled", exc_info=error)
    text = TOO_LATE if code == LATE else GENERIC
    if body.get("type") == "view_submission":
        return _in_form(body, text)
    if body.get("type") == "event_callback":
        return BoltResponse(status=500, body="")  # not acknowledged: Slack sends it again
    if body.get("command"):
        typed = safe(one_line(payloads.slash_command(body).text, LONGEST_TYPED))
        if typed:  # it is no longer in the composer
            text = f"{text} {TYPED.format(text=typed)}"
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
    if body.get("response_url"):
        await privately(respond, text)
    elif body.get("type") == "block_actions":
        await on_page(client, body, "Please try again", text)
    return BoltResponse(status=200, body="")


def _in_form(body: dict[str, Any], text: str) -> BoltResponse:
    first = next(iter(payloads.inputs_of(body)), "form")
    answer = {"response_action": "errors", "errors": {first: text}}
    return BoltResponse(status=200, body=answer)
