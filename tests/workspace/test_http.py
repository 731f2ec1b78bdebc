"""HTTP mode: signed requests, retries with their reasons, and the app's veto."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_manifest, a_workspace


@dataclass
class Bot:
    """A web server that plays a bot: it answers as it is told."""

    workspace: Workspace
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)
    answers: list[web.Response | float] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.requests.append((dict(request.headers), body))
        told = self.answers.pop(0) if self.answers else web.Response()
        if isinstance(told, float):
            await asyncio.sleep(told)
            return web.Response()
        return told

    def headers(self, name: str) -> list[str | None]:
        """Return one header of every request."""
        return [headers.get(name) for headers, _ in self.requests]


@pytest.fixture
async def bot(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setattr("escbot.workspace.httpdelivery.ACK_WITHIN", 0.3)
    app = web.Application()
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    workspace = a_workspace(pace=600)
    made = Bot(workspace)
    app.router.add_post("/slack", made.answer)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack"
    workspace.install(a_manifest(url=url))
    await workspace.start()
    yield made
    await workspace.stop()
    await runner.cleanup()


def verifier(workspace: Workspace) -> SignatureVerifier:
    """Return slack-sdk's own check of signatures."""
    app = workspace.state.app
    assert app is not None
    return SignatureVerifier(app.signing_secret)


async def test_every_request_is_signed(bot: Bot) -> None:
    ann = bot.workspace.person("U01")
    await ann.say("general", "hello")
    assert await ann.slash("/ask", "anybody?")
    await bot.workspace.until(lambda: len(bot.requests) == 2)
    for headers, body in bot.requests:
        assert verifier(bot.workspace).is_valid_request(body, headers)
        assert not verifier(bot.workspace).is_valid_request(body + " ", headers)
    form = next(body for _, body in bot.requests if not body.startswith("{"))
    fields = {key: value[0] for key, value in parse_qs(form).items()}
    assert fields["command"] == "/ask"
    assert fields["user_name"] == "ann"
    assert fields["channel_name"] == "general"


async def test_a_failed_event_comes_again_with_number_and_reason(bot: Bot) -> None:
    bot.answers = [web.Response(status=500), 1.0, web.Response()]
    await bot.workspace.person("U01").say("general", "hello")
    await bot.workspace.until(lambda: len(bot.requests) == 3)
    await bot.workspace.settle()
    assert bot.headers("X-Slack-Retry-Num") == [None, "1", "2"]
    assert bot.headers("X-Slack-Retry-Reason") == [None, "http_error", "http_timeout"]
    assert len({json.loads(body)["event_id"] for _, body in bot.requests}) == 1


async def test_an_app_can_stop_the_retries(bot: Bot) -> None:
    bot.answers = [web.Response(status=503, headers={"X-Slack-No-Retry": "1"})]
    await bot.workspace.person("U01").say("general", "hello")
    await bot.workspace.until(lambda: bot.requests)
    await asyncio.sleep(0.3)  # the first retry would come within a millisecond at this pace
    assert len(bot.requests) == 1


async def test_a_failed_command_does_not_come_again(bot: Bot) -> None:
    bot.answers = [web.Response(status=500)]
    ann = bot.workspace.person("U01")
    assert not await ann.slash("/ask", "anybody?")
    assert ann.ephemeral()[0].text == '/ask failed with the error "dispatch_failed"'
    await bot.workspace.settle()
    assert len(bot.requests) == 1


async def test_the_address_is_verified_by_a_challenge(bot: Bot) -> None:
    assert not await bot.workspace.http.verify()
    body: dict[str, Any] = json.loads(bot.requests[0][1])
    assert body["type"] == "url_verification"
    assert verifier(bot.workspace).is_valid_request(bot.requests[0][1], bot.requests[0][0])

    async def echo(request: web.Request) -> web.StreamResponse:
        return web.json_response({"challenge": (await request.json())["challenge"]})

    app = web.Application()
    app.router.add_post("/slack", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack"
    bot.workspace.install(a_manifest(url=url))
    assert await bot.workspace.http.verify()
    await runner.cleanup()
