"""What never leaves the program: tokens, and one workspace's cases towards another."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_base_client import AsyncBaseClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.slack import ids, payloads
from tests.fuzz import samples
from tests.fuzz.test_doors import agrees, an_app
from tests.stories.conftest import World

FORGED = "Globex\nERROR escbot: forged \x1b[31mline"


async def test_no_token_is_ever_written_down(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither at the most talkative log level, nor on the health page, nor in a repr."""
    caplog.set_level(logging.DEBUG)
    world.workspace.faults.error("chat.postMessage", "internal_error")
    world.workspace.faults.drop_reply("chat.update")
    card = await world.escalate()
    await world.workspace.person("U05").click((await world.directs("U05"))[0], "Acknowledge")
    await world.shows(card, "is working on it")
    assert world.program.health is not None
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{world.program.health.port}/") as answer,
    ):
        page = await answer.text()
    app = world.workspace.state.app
    assert app is not None
    said = caplog.text + page + repr(world.settings) + repr(vars(world.program))
    for secret in (app.bot_token, app.app_token, app.signing_secret):
        assert secret not in said


async def test_what_people_write_forges_no_line_of_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="escbot")
    world.workspace.faults.drop_reply("chat.postMessage")
    card = await world.escalate(customer=FORGED, summary=FORGED)
    await world.sees(card, "5 Update")
    ours = [record for record in caplog.records if record.name.startswith("escbot")]
    assert ours
    assert all("\n" not in record.getMessage() for record in ours)


async def test_a_case_is_unreachable_from_another_workspace_by_any_door(
    tmp_path: Path, monkeypatch: Any
) -> None:
    said: list[str] = []

    async def responded(client: object, body: dict[str, Any], **_: object) -> WebhookResponse:
        said.append(str(body.get("text")))
        return WebhookResponse(url="", status_code=200, body="ok", headers={})

    monkeypatch.setattr(AsyncBaseClient, "api_call", agrees)
    monkeypatch.setattr(AsyncWebhookClient, "send_dict", responded)
    app, office = await an_app(tmp_path)  # with ESC-1 in T01
    before = await office.desk.case("T01", 1)
    elsewhere = {"team": {"id": "T02"}, "team_id": "T02"}
    for verb in ("status", "why", "history", "tell", "update", "draft"):
        body = {**samples.SLASH, **elsewhere, "text": f"{verb} ESC-1"}
        await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    for text in ("list", "mine", "find pay"):
        body = {**samples.SLASH, **elsewhere, "text": text}
        await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    for button in ("acknowledge", "resolve", "sent", "have_it", "more"):
        action = {**samples.CLICK["actions"][0], "action_id": ids.BUTTON + button}
        body = {**samples.CLICK, **elsewhere, "actions": [action]}
        await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    assert len(said) >= 9
    assert not any("Globex" in text or "Nobody can pay" in text for text in said), said
    with pytest.raises(Refused):
        await office.desk.do("T02", 1, c.Acknowledge("U05"))
    assert await office.desk.case("T02", 1) is None
    assert await office.desk.open_cases("T02") == ()
    assert await office.desk.events("T02", 1) == ()
    assert await office.desk.case("T01", 1) == before
    await office.database.close()


async def test_people_of_another_workspace_see_no_case_and_open_none(world: World) -> None:
    workspace = world.workspace
    cleo = workspace.add_user("W01", "Cleo", team="T09")
    workspace.add_channel("ext-acme", ["U01", "W01"], shared_with=("T09",))
    workspace.invite_app("ext-acme")
    await world.escalate(customer="Nordwind", summary="Secret: their key leaked")
    asked = ("list", "status ESC-1", "tell ESC-1", "find key", "load", "our checkout is down")
    for number, text in enumerate(asked, 1):
        await cleo.say("ext-acme", f"<@{workspace.bot}> {text}")
        await workspace.until(lambda number=number: len(cleo.ephemeral()) == number)
    for answer in cleo.ephemeral():
        assert "the workspace that installed me" in answer.words()
        assert not answer.buttons()
    desk = world.program.desk
    assert desk is not None
    assert len(await desk.open_cases("T01")) == 1
    assert await desk.open_cases("T09") == ()


def test_what_an_outsider_does_belongs_to_the_workspace_that_installed_the_app() -> None:
    theirs = {"team": {"id": "T09"}, "user": {"id": "W01", "team_id": "T09"}}
    view = {"type": "view_submission", "view": {"app_installed_team_id": "T01"}, **theirs}
    event = {"team_id": "T09", "authorizations": [{"team_id": "T01"}], "event": {"team": "T09"}}
    for body in (view, event):
        assert payloads.team_of(body) == "T01"
        assert payloads.actors_team(body) == "T09"
