"""Slack's dictionaries → typed values. The only file that indexes them.

A field that is missing or of another type than Slack documents reads as empty, never as an error.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Raw = Mapping[str, Any]
MOST_DIGITS = 9  # of a number in a button's value or a form's memory; each database holds those
LATEST = 2**33  # seconds since 1970: the year 2242, past which no deadline is meant


def _map(value: object) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _str(value: object) -> str:
    return value if isinstance(value, str) else ""


# What Slack made of a link, a channel or a group: `<target|label>`, the label not always there.
_MADE = re.compile(r"<(#\w+|![^<>|]+|[a-z][a-z+.-]*:[^<>|\s]+)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def unescaped(text: str) -> str:
    """Return a message as it was typed; people stay `<@U…>`. What is shown of it goes by `safe`."""
    text = _MADE.sub(lambda made: _typed(made[1], made[2] or ""), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def with_names(text: str, name: Callable[[str], str]) -> str:
    """Return a text with people's names where they were mentioned."""
    return _PERSON.sub(lambda made: f"@{name(made[1])}", text)


def _typed(target: str, label: str) -> str:
    if target[0] == "#":
        return f"#{label.removeprefix('#') or target[1:]}"
    if target[0] == "!":
        return label or f"@{target[1:]}"
    bare = target.removeprefix("mailto:")
    if label in ("", target, target.partition("://")[2], target.partition("://")[2].rstrip("/")):
        return bare
    return label if label == bare else f"{label} ({bare})"


def _seconds(value: object) -> float:
    try:
        found = float(_str(value) or 0)
    except ValueError:
        return 0.0
    return found if math.isfinite(found) else 0.0


def whole(text: str) -> int | None:
    """Return a number of up to nine digits, as case numbers and versions are; else None."""
    return int(text) if len(text) <= MOST_DIGITS and text.isascii() and text.isdigit() else None


CAPPED = "app_rate_limited"


def team_of(body: Raw) -> str:
    """Return the workspace that installed the app; `team` may be the one of who acts."""
    installed = _str(_map(body.get("view")).get("app_installed_team_id"))
    given = body.get("authorizations")
    given = _map(given[0]) if isinstance(given, list) and given else {}
    team = _str(_map(body.get("team")).get("id"))
    user_team = _str(_map(body.get("user")).get("team_id"))
    return (
        installed
        or _str(given.get("team_id"))
        or team
        or _str(body.get("team_id"))
        or _str(body.get("team"))
        or user_team
    )


def actors_team(body: Raw) -> str | None:
    """Return the workspace of who acts, None where a payload doesn't say."""
    event = _map(body.get("event"))
    if not event:
        user_team = _str(_map(body.get("user")).get("team_id"))
        return user_team or _str(body.get("team_id")) or None
    said = _str(event.get("user_team")) or _str(event.get("team"))
    return said or _str(_map(event.get("user")).get("team_id")) or None


@dataclass(frozen=True, slots=True)
class Frame:
    """What came over a socket: its kind, how many connections Slack counts, whether we said it."""

    kind: str = ""
    connections: int = 0
    own: bool = False


def frame(text: object) -> Frame:
    """Read one text frame of Socket Mode; empty where it is none."""
    try:
        body = _map(json.loads(text)) if isinstance(text, str | bytes) else {}
    except (ValueError, RecursionError):
        return Frame()
    count = body.get("num_connections")
    payload = _map(body.get("payload"))
    app = _str(_map(payload.get("event")).get("app_id"))
    return Frame(
        kind=_str(body.get("type")),
        connections=count if isinstance(count, int) else 0,
        own=bool(app) and app == _str(payload.get("api_app_id")),
    )


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """Somebody typed the slash command."""

    team: str
    user: str
    channel: str
    text: str
    trigger_id: str


def slash_command(body: Raw) -> SlashCommand:
    """Read a slash command."""
    return SlashCommand(
        team_of(body),
        _str(body.get("user_id")),
        _str(body.get("channel_id")),
        unescaped(_str(body.get("text"))),
        _str(body.get("trigger_id")),
    )


@dataclass(frozen=True, slots=True)
class MessageShortcut:
    """Somebody picked a shortcut, perhaps on a message."""

    team: str
    user: str
    trigger_id: str
    channel: str
    ts: str
    thread_ts: str
    text: str
    files: tuple[str, ...] = ()


def inputs_of(body: Raw) -> tuple[str, ...]:
    """Return the block ids of the fields of the view that a payload is about."""
    blocks = _map(body.get("view")).get("blocks")
    found = [_map(block) for block in blocks] if isinstance(blocks, list) else []
    return tuple(_str(block.get("block_id")) for block in found if block.get("type") == "input")


def modal_of(body: Raw) -> str:
    """Return the id of the modal that a payload is about, "" where it is about none."""
    view = _map(body.get("view"))
    return _str(view.get("id")) if view.get("type") == "modal" else ""


def files_of(message: Raw) -> tuple[str, ...]:
    """Return links to the files that hang on a message."""
    files = message.get("files")
    links = [_str(_map(file).get("permalink")) for file in files] if isinstance(files, list) else []
    return tuple(link for link in links if link)


def first_of(answer: Raw) -> tuple[str, tuple[str, ...]]:
    """Return (text, links to files) of the first message of a thread, as the Web API gives it."""
    messages = answer.get("messages")
    message = _map(messages[0]) if isinstance(messages, list) and messages else {}
    return unescaped(_str(message.get("text"))), files_of(message)


def shortcut(body: Raw) -> MessageShortcut:
    """Read a shortcut, global ones with empty message fields."""
    message = _map(body.get("message"))
    ts = _str(message.get("ts"))
    return MessageShortcut(
        team=team_of(body),
        user=_str(_map(body.get("user")).get("id")),
        trigger_id=_str(body.get("trigger_id")),
        channel=_str(_map(body.get("channel")).get("id")),
        ts=ts,
        thread_ts=_str(message.get("thread_ts")) or ts,
        text=unescaped(_str(message.get("text"))),
        files=files_of(message),
    )


@dataclass(frozen=True, slots=True)
class Click:
    """Somebody pressed a button or chose something; `key` makes it one.

    `at` is Slack's moment of the action, in seconds; 0 where it says none.
    """

    team: str
    user: str
    action: str
    value: str
    channel: str
    ts: str
    trigger_id: str
    view_id: str
    view_hash: str
    at: float
    key: str
    is_ephemeral: bool = False

    @property
    def in_view(self) -> bool:
        """Whether the button stands in a view and not in a message."""
        return bool(self.view_id) and not self.ts


def click(body: Raw) -> Click:
    """Read a click on a message or in a view."""
    actions = body.get("actions")
    action = _map(actions[0]) if isinstance(actions, list) and actions else {}
    container = _map(body.get("container"))
    message = _map(body.get("message"))
    view = _map(body.get("view"))
    channel = _str(_map(body.get("channel")).get("id")) or _str(container.get("channel_id"))
    ts = _str(message.get("ts")) or _str(container.get("message_ts"))
    place = f"{channel}:{ts}" if ts else _str(view.get("id"))
    action_id = _str(action.get("action_id"))
    return Click(
        team=team_of(body),
        user=_str(_map(body.get("user")).get("id")),
        action=action_id,
        value=_str(action.get("value")),
        channel=channel,
        ts=ts,
        trigger_id=_str(body.get("trigger_id")),
        view_id=_str(view.get("id")),
        view_hash=_str(view.get("hash")),
        at=_seconds(action.get("action_ts")),
        key=f"click:{place}:{action_id}:{_str(action.get('action_ts'))}",
        is_ephemeral=container.get("is_ephemeral") is True,
    )


@dataclass(frozen=True, slots=True)
class Ticks:
    """What is ticked in a list of boxes now; `place` is what the block's id says after the #."""

    click: Click
    place: str
    chosen: tuple[str, ...]


def ticks(body: Raw) -> Ticks:
    """Read a tick that was set or taken away."""
    actions = body.get("actions")
    action = _map(actions[0]) if isinstance(actions, list) and actions else {}
    options = action.get("selected_options")
    chosen = options if isinstance(options, list) else []
    return Ticks(
        click(body),
        _str(action.get("block_id")).partition("#")[2],
        tuple(_str(_map(option).get("value")) for option in chosen),
    )


@dataclass(frozen=True, slots=True)
class Form:
    """A modal that was submitted. `values` holds each field's value by its block id."""

    team: str
    user: str
    view_id: str
    metadata: str
    values: Mapping[str, Value]

    def text(self, field: str) -> str:
        """Return a text or the one chosen value, empty where nothing was given."""
        value = self.values.get(field)
        return value.strip() if isinstance(value, str) else ""

    def many(self, field: str) -> tuple[str, ...]:
        """Return the chosen values."""
        value = self.values.get(field)
        return value if isinstance(value, tuple) else ()

    def moment(self, field: str) -> datetime | None:
        """Return a chosen moment, aware UTC."""
        value = self.values.get(field)
        if not isinstance(value, int) or not 0 <= value <= LATEST:
            return None
        return datetime.fromtimestamp(value, UTC)


def suggestion(body: Raw) -> tuple[str, str]:
    """Return (field, what was typed into it) of a field with type-ahead."""
    return _str(body.get("block_id")).partition("#")[0], _str(body.get("value"))


Value = str | int | tuple[str, ...] | None


def form(body: Raw) -> Form:
    """Read a submitted modal, or the state of an open one."""
    view = _map(body.get("view"))
    state = _map(_map(view.get("state")).get("values"))
    values = {
        str(block).partition("#")[0]: _value(_map(next(iter(_map(inputs).values()), {})))
        for block, inputs in state.items()
    }
    return Form(
        team=team_of(body),
        user=_str(_map(body.get("user")).get("id")),
        view_id=_str(view.get("id")),
        metadata=_str(view.get("private_metadata")),
        values=values,
    )


def _value(state: Raw) -> Value:
    for key in (
        "value",
        "selected_user",
        "selected_conversation",
        "selected_date",
        "selected_time",
    ):
        if isinstance(state.get(key), str):
            return _str(state.get(key))
    moment = state.get("selected_date_time")
    if isinstance(moment, int) and not isinstance(moment, bool):
        return moment
    chosen = state.get("selected_option")
    if isinstance(chosen, Mapping):
        return _str(chosen.get("value"))
    options = state.get("selected_options")
    if isinstance(options, list):
        return tuple(_str(_map(option).get("value")) for option in options)
    return None


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody reacted to a message."""

    team: str
    user: str
    name: str
    channel: str
    ts: str
    key: str


def reaction(body: Raw) -> Reaction:
    """Read a reaction."""
    event = _map(body.get("event"))
    item = _map(event.get("item"))
    return Reaction(
        team=team_of(body),
        user=_str(event.get("user")),
        name=_str(event.get("reaction")).partition("::")[0],
        channel=_str(item.get("channel")),
        ts=_str(item.get("ts")),
        key=event_key(body),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote a message; `subtype` is Slack's own."""

    team: str
    user: str
    channel: str
    ts: str
    thread_ts: str
    text: str
    subtype: str
    deleted_ts: str
    is_bot: bool
    key: str
    files: tuple[str, ...] = ()


def said(body: Raw) -> Said:
    """Read a message event."""
    event = _map(body.get("event"))
    after = _map(event.get("message"))
    if _str(after.get("subtype")) == "tombstone":  # how Slack tells of a deleted root with replies
        event = {**event, "subtype": "message_deleted", "deleted_ts": after.get("ts")}
    return Said(
        team=team_of(body),
        user=_str(event.get("user")),
        channel=_str(event.get("channel")),
        ts=_str(event.get("ts")),
        thread_ts=_str(event.get("thread_ts")),
        text=unescaped(_str(event.get("text"))),
        subtype=_str(event.get("subtype")),
        deleted_ts=_str(event.get("deleted_ts")),
        is_bot=bool(event.get("bot_id")),
        key=event_key(body),
        files=files_of(event),
    )


def event_key(body: Raw) -> str:
    """Return what makes an event one, however often it is delivered."""
    return f"event:{_str(body.get('event_id'))}"


def event_type(body: Raw) -> str:
    """Return the name of an event."""
    return _str(_map(body.get("event")).get("type"))


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opened the App Home."""

    team: str
    user: str
    tab: str


def home_opened(body: Raw) -> Opened:
    """Read an opened App Home."""
    event = _map(body.get("event"))
    return Opened(team_of(body), _str(event.get("user")), _str(event.get("tab")))


def user_changed(body: Raw) -> tuple[str, str, bool]:
    """Return (team, user, deactivated) of a changed profile."""
    user = _map(_map(body.get("event")).get("user"))
    return team_of(body), _str(user.get("id")), user.get("deleted") is True


def case_reference(value: str) -> tuple[int, int | None, int | None]:
    """Return (number, version seen, which) of a button's value; number 0 where it is none.

    `which`: of several pings the number, of words the mark.
    """
    parts = [*(whole(part) for part in value.split("|")), None, None, None]
    return parts[0] or 0, parts[1], parts[2]
