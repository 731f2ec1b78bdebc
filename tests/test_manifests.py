"""The manifests are made from the code, ask for what is used, and keep Slack's limits."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from escbot.slack import ids
from escbot.slack.app import register
from escbot.slack.blocks.base import BUTTONS
from escbot.slack.manifest import EVENTS, SCOPES, manifest, text
from escbot.workspace.manifest import problems
from escbot.workspace.scopes import EVENTS as EVENT_SCOPES
from escbot.workspace.scopes import SCOPES as NEEDED

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "url"), [("socket-mode", None), ("http", "https://escbot.example.com")]
)
def test_the_files_are_made_from_the_code(name: str, url: str | None) -> None:
    assert (ROOT / "manifests" / f"{name}.json").read_text("utf-8") == text(url)


def test_the_limits_are_kept() -> None:
    made = manifest("https://escbot.example.com")
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    features = made["features"]
    assert len(features["shortcuts"]) <= 5
    assert all(len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in features["shortcuts"])
    assert all(len(c["command"]) <= 32 for c in features["slash_commands"])
    assert len(EVENTS) <= 100
    json.dumps(made)
    assert problems(made) == problems(manifest()) == []


@dataclass
class Recorder:
    """Stands where the Bolt app stands, and notes what is listened for."""

    heard: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __getattr__(self, kind: str) -> Callable[[Any], Callable[[Any], Any]]:
        def listen(what: Any) -> Callable[[Any], Any]:
            if isinstance(what, dict):
                what = what["block_id"]
            if isinstance(what, str):  # a pattern takes what nobody else wants
                self.heard[kind].add(what)
            return lambda listener: listener

        return listen


def heard() -> dict[str, set[str]]:
    """Return everything that the listeners listen for, by kind."""
    app, nothing = Recorder(), cast(Any, None)
    register(cast(Any, app), nothing, nothing)
    return app.heard


def called() -> set[str]:
    """Return the Web API methods that the program calls."""
    found: set[str] = set()
    for path in (ROOT / "src/escbot").rglob("*.py"):
        if "workspace" not in path.relative_to(ROOT).parts:
            found |= set(re.findall(r"client\.([a-z]+_\w+)", path.read_text("utf-8")))
    return {name.replace("_", ".", 1) for name in found}


def test_commands_and_shortcuts_are_listened_for_and_nothing_else() -> None:
    features = manifest()["features"]
    assert {one["command"] for one in features["slash_commands"]} == heard()["command"]
    assert {one["callback_id"] for one in features["shortcuts"]} == heard()["shortcut"]


def test_events_are_subscribed_to_and_listened_for() -> None:
    kinds = {name.partition(".")[0] if name.startswith("message.") else name for name in EVENTS}
    assert kinds == heard()["event"]


def test_type_ahead_has_an_address_over_http() -> None:
    assert heard()["options"]
    interactivity = manifest("https://escbot.example.com")["settings"]["interactivity"]
    assert interactivity["message_menu_options_url"] == interactivity["request_url"]


def test_every_button_has_a_listener_and_every_listener_a_button() -> None:
    shown = {ids.BUTTON + id_ for id_ in BUTTONS}
    others = {name for name in heard()["action"] if not name.startswith(ids.BUTTON)}
    assert shown == heard()["action"] - others
    values = {value for name, value in vars(ids).items() if name.isupper()}
    assert others <= {value for value in values if isinstance(value, str)} | set(ids.LIVE)


def test_every_form_has_a_listener() -> None:
    forms = {value for name, value in vars(ids).items() if name.startswith("FORM_")}
    only_shown = {ids.FORM_DONE, ids.FORM_MORE}  # they have no submit button
    assert forms - only_shown == heard()["view"]


def test_every_method_and_event_has_its_scope() -> None:
    assert {"chat.postMessage", "views.open", "conversations.replies"} <= called()
    for name, needed in [(c, NEEDED.get(c, ())) for c in called()] + [
        (event, EVENT_SCOPES.get(event, ())) for event in EVENTS
    ]:
        assert not needed or set(needed) & set(SCOPES), name


def test_every_scope_is_asked_for_because_something_needs_it() -> None:
    needed = {scope for call in called() for scope in NEEDED.get(call, ())}
    needed |= {scope for event in EVENTS for scope in EVENT_SCOPES.get(event, ())}
    needed |= {"commands"} if heard()["command"] else set()
    needed |= {"chat:write.public"}  # chat.postMessage in a channel that the bot has not joined
    assert set(SCOPES) <= needed
