"""The main stories again, over signed HTTP instead of Socket Mode; and who is turned away."""

from __future__ import annotations

import io
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.stories.conftest import World, a_world
from tests.stories.test_handoff import *  # noqa: F403 - the same stories
from tests.stories.test_happy_path import *  # noqa: F403
from tests.stories.test_live_form import *  # noqa: F403


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path, http=True) as made:
        yield made


async def _post(world: World, body: str, headers: dict[str, str]) -> int:
    url = f"http://{world.settings.escbot_http_address}/slack/events"
    kind = {"Content-Type": "application/json"}
    async with (
        ClientSession() as session,
        session.post(url, data=io.BytesIO(body.encode()), headers=headers | kind) as answer,
    ):
        await answer.read()
        return answer.status


async def test_a_request_without_a_true_signature_is_turned_away(world: World) -> None:
    body = '{"type": "event_callback", "event": {"type": "message"}}'
    sign = world.workspace.http.signature
    assert await _post(world, body, sign(body)) == 200
    assert await _post(world, body, {}) == 401
    assert await _post(world, body + " ", sign(body)) == 401
    old = sign(body, at=time.time() - 6 * 60)
    assert await _post(world, body, old) == 401
    false = sign(body) | {"X-Slack-Signature": "v0=" + "0" * 64}
    assert await _post(world, body, false) == 401


async def test_a_request_that_is_too_large_is_turned_away(world: World) -> None:
    body = '{"type": "' + "x" * 2_000_000 + '"}'
    assert await _post(world, body, world.workspace.http.signature(body)) == 413
