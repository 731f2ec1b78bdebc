"""What every group of methods needs: the channel that is meant, its scope, arguments, pages."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from escbot.workspace.api.errors import ApiError, invalid_arguments
from escbot.workspace.model import Channel, Message, Raw, User

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

Item = TypeVar("Item")
MOST = 1000  # items of one page


class Group:
    """A group of methods with the same subject."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state

    @property
    def bot(self) -> str:
        """The user id of the app's bot."""
        return self._w.bot

    def need(self, *scopes: str) -> None:
        """Go on only with one of these scopes. Raises ApiError as Slack words it."""
        granted = self._w.scopes
        if not granted & set(scopes):
            raise ApiError(
                "missing_scope", needed=",".join(scopes), provided=",".join(sorted(granted))
            )

    def channel(self, a: Raw, key: str = "channel", *, scope: str = "") -> Channel:
        """Return the channel that is meant; `scope` is what is wanted of it, such as history."""
        name = str(a.get(key) or "")
        try:
            channel = self._s.channel(name)
        except KeyError:
            person = self._s.users.get(name)
            if person is None or person.is_bot or person.team:
                raise ApiError("channel_not_found") from None
            channel = self._s.dm(name)
        if scope:
            self.need(f"{channel.kind}s:{scope}" if channel.kind != "im" else f"im:{scope}")
        if channel.private and self.bot not in channel.members:
            raise ApiError("channel_not_found")
        return channel

    def message(self, a: Raw, key: str) -> Message:
        """Return the message that is meant. Raises ApiError."""
        found = self._s.find(self.channel(a).id, str(a.get(key) or ""))
        if found is None or found.ephemeral_for is not None or found.buried:
            raise ApiError("message_not_found")
        return found

    def user(self, id_: object) -> User:
        """Return somebody. Raises ApiError."""
        user = self._s.users.get(str(id_ or ""))
        if user is None:
            raise ApiError("user_not_found")
        return user


def required(a: Raw, *names: str) -> None:
    """Go on only with these arguments. Raises ApiError as Slack words it."""
    missing = [name for name in names if a.get(name) in (None, "")]
    if missing:
        raise invalid_arguments(*(f"missing required field: {name}" for name in missing))


def true(value: object) -> bool:
    """Return what a form or JSON means by a Boolean."""
    return str(value).lower() in ("true", "1")


def parsed(value: object) -> Any:  # noqa: ANN401 - whatever the app sent
    """Return a nested value that may come as JSON text. Raises ApiError."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError("invalid_json") from None
    return value


def listed(value: object) -> list[str]:
    """Return a list that may come separated by commas."""
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return [part.strip() for part in str(value or "").split(",") if part.strip()]


def page(items: Sequence[Item], a: Raw, usual: int = 100) -> tuple[list[Item], str]:
    """Return one page of items and the cursor of the next. Raises ApiError."""
    limit = int(a.get("limit") or usual)
    if not 1 <= limit <= MOST:
        raise ApiError("invalid_limit")
    start = 0
    if a.get("cursor"):
        try:
            start = int(base64.b64decode(str(a["cursor"])).decode().removeprefix("next:"))
        except (ValueError, binascii.Error):
            raise ApiError("invalid_cursor") from None
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), cursor
