"""Guests, people who left, people from outside, and the channels shared with them."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_bolt_app, a_client, a_workspace, connected


@pytest.fixture
async def shared() -> Any:
    """A workspace with a guest, somebody who left, and a customer in a shared channel."""
    made = a_workspace(pace=20)
    made.add_user("U03", "Gus", guest="single")
    made.add_user("U04", "Lea", deleted=True)
    made.add_user("W09", "Cleo", team="T09")
    made.add_channel("ext-acme", ["U01", "W09"], shared_with=("T09",))
    made.add_channel("random")
    made.invite_app("ext-acme")
    await made.start()
    yield made
    await made.stop()


async def test_a_shared_channel_says_so(shared: Workspace) -> None:
    client = a_client(shared)
    found = {c["name"]: c for c in (await client.conversations_list())["channels"]}
    assert found["ext-acme"]["is_ext_shared"] is True
    assert found["ext-acme"]["shared_team_ids"] == ["T01", "T09"]
    assert found["random"]["is_ext_shared"] is False
    assert "W09" not in shared.state.channel("random").members
    assert "U03" not in shared.state.channel("random").members


async def test_people_are_shown_as_what_they_are(shared: Workspace) -> None:
    client = a_client(shared)
    people = {user["id"]: user for user in (await client.users_list())["members"]}
    assert people["W09"]["team_id"] == "T09"
    assert people["W09"]["is_stranger"] is False
    assert people["U03"]["is_ultra_restricted"] is True
    assert people["U04"]["deleted"] is True
    assert "real_name" not in people["U04"]
    with pytest.raises(SlackApiError, match="user_disabled"):
        await client.conversations_open(users="U04")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.conversations_open(users="W09")


async def test_what_people_outside_write_arrives_with_their_team(shared: Workspace) -> None:
    bolt, bodies = a_bolt_app(shared), []

    @bolt.event("message")
    async def said(body: dict[str, Any]) -> None:
        bodies.append(body)

    async with connected(shared, bolt):
        await shared.person("W09").say("ext-acme", "it is still down")
        await shared.until(lambda: bodies)
    assert bodies[0]["is_ext_shared_channel"] is True
    assert bodies[0]["team_id"] == "T01"
    assert bodies[0]["event"]["user_team"] == "T09"
    with pytest.raises(PermissionError, match="is not in"):
        await shared.person("W09").say("random", "hello")
    with pytest.raises(PermissionError, match="deactivated"):
        await shared.person("U04").say("random", "hello")
