"""The bot asks for the scopes it needs and no more: without one of them a story fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from escbot.slack.manifest import manifest
from escbot.workspace.scopes import SCOPES
from escbot.workspace.workspace import Workspace
from tests.stories.conftest import World, a_world

Story = Callable[[World], Awaitable[None]]


async def a_case_is_taken(world: World) -> None:
    """Somebody escalates; the specialist is asked in a direct message and takes it."""
    card = await world.escalate()
    await world.directs("U05")
    await world.workspace.person("U05").react(card, "eyes")
    await world.shows(card, "is working on it")


async def a_reply_is_read(world: World) -> None:
    """The specialist takes the case with a word in its thread."""
    card = await world.escalate()
    await world.directs("U05")
    await world.workspace.person("U05").say("escalations", "mine", card.ts)
    await world.shows(card, "is working on it")


def without(scope: str) -> Callable[[str | None], dict[str, Any]]:
    """Return a manifest that lacks one scope."""

    def made(url: str | None = None) -> dict[str, Any]:
        whole = manifest(url)
        whole["oauth_config"]["scopes"]["bot"].remove(scope)
        return whole

    return made


@pytest.mark.parametrize("story", [a_case_is_taken, a_reply_is_read])
async def test_with_all_scopes_the_stories_pass(tmp_path: Path, story: Story) -> None:
    async with a_world(tmp_path) as world:
        await story(world)


@pytest.mark.parametrize(
    ("scope", "story", "refused"),
    [
        ("chat:write", a_case_is_taken, "chat.postMessage"),
        ("im:write", a_case_is_taken, "conversations.open"),
        ("reactions:read", a_case_is_taken, None),
        ("channels:history", a_reply_is_read, None),
        ("commands", a_case_is_taken, None),
    ],
)
async def test_without_a_scope_a_story_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str, story: Story, refused: str | None
) -> None:
    monkeypatch.setattr("tests.stories.conftest.manifest", without(scope))
    monkeypatch.setattr(Workspace.until, "__defaults__", (0.7,))
    async with a_world(tmp_path, strict=False) as world:
        with pytest.raises((AssertionError, KeyError)):
            await story(world)
        found = [line for line in world.workspace.refusals if "missing_scope" in line]
    if refused is None:  # an event or a command that isn't there is no call
        assert found == []
    else:
        assert any(line.startswith(f"{refused}: ") for line in found), found
        assert all(scope in line.split('"provided"')[0] for line in found)


async def test_the_recorded_calls_are_covered_by_the_manifest(world: World) -> None:
    await a_case_is_taken(world)
    await world.workspace.settle()
    known = set(world.workspace.api.methods)
    called = {line.what for line in world.workspace.traffic if line.direction == "app"} & known
    assert {"chat.postMessage", "chat.update", "conversations.open", "views.open"} <= called
    granted = set(manifest()["oauth_config"]["scopes"]["bot"])
    assert [call for call in called if call in SCOPES and not granted & set(SCOPES[call])] == []
