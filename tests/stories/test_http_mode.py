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
from tests.stories.test_management import (  # noqa: F401
    test_a_refusal_says_who_can,
    test_a_second_risk_is_a_second_ping_and_the_same_one_never,
    test_no_answer_goes_to_the_next_in_the_chain,
    test_the_ping_names_risk_money_history_clock_and_what_is_asked,
)
from tests.stories.test_specialist import (  # noqa: F401
    test_escalate_asks_for_a_criterion_of_the_next_move,
    test_need_information_asks_the_agent_and_the_clocks_run_on,
    test_one_click_says_still_on_it,
    test_one_direct_message_says_all_and_offers_every_answer,
    test_the_receiver_ticks_what_was_spoken_about_and_the_rest_is_missing,
)
from tests.stories.test_words import (  # noqa: F401
    test_send_posts_to_the_customers_channel_in_their_language_and_nothing_else,
    test_the_words_are_handed_over_where_everybody_sees_it,
    test_updates_and_the_resolution_reach_every_linked_customer,
    test_words_are_edited_and_told_once,
)

pytestmark: list[pytest.MarkDecorator] = []  # on SQLite only; the database is not what differs


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
