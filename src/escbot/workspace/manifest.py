"""An app's manifest: what of it exists in the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from escbot.workspace.model import Raw
from escbot.workspace.scopes import EVENTS


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an app declares. Nothing that isn't declared exists."""

    raw: Raw

    def _at(self, *path: str) -> Any:  # noqa: ANN401 - whatever stands there
        found: Any = self.raw
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    @property
    def name(self) -> str:
        """The app's name."""
        return str(self._at("display_information", "name") or "app")

    @property
    def bot_name(self) -> str:
        """The name of the bot's user."""
        return str(self._at("features", "bot_user", "display_name") or self.name)

    @property
    def scopes(self) -> frozenset[str]:
        """The bot token's scopes."""
        return frozenset(self._at("oauth_config", "scopes", "bot") or ())

    @property
    def commands(self) -> list[Raw]:
        """The slash commands; they need the scope `commands`."""
        found = self._at("features", "slash_commands") or []
        return list(found) if "commands" in self.scopes else []

    def command(self, name: str) -> Raw | None:
        """Return one slash command."""
        return next((item for item in self.commands if item["command"] == name), None)

    @property
    def shortcuts(self) -> list[Raw]:
        """The shortcuts; they need interactivity and the scope `commands`."""
        found = self._at("features", "shortcuts") or []
        return list(found) if self.interactive and "commands" in self.scopes else []

    @property
    def interactive(self) -> bool:
        """Whether clicks, submissions and shortcuts are sent at all."""
        return bool(self._at("settings", "interactivity", "is_enabled"))

    @property
    def socket_mode(self) -> bool:
        """Whether the app uses Socket Mode."""
        return bool(self._at("settings", "socket_mode_enabled"))

    @property
    def events(self) -> frozenset[str]:
        """The events that are sent: subscribed to, with the scope that they need."""
        wanted = self._at("settings", "event_subscriptions", "bot_events") or ()
        return frozenset(
            name for name in wanted if not EVENTS.get(name) or self.scopes & set(EVENTS[name])
        )

    @property
    def home_tab(self) -> bool:
        """Whether there is an App Home."""
        return bool(self._at("features", "app_home", "home_tab_enabled"))

    @property
    def messages_tab(self) -> bool:
        """Whether the app can be written with; Slack's default is yes."""
        return self._at("features", "app_home", "messages_tab_enabled") is not False

    @property
    def bot_user(self) -> bool:
        """Whether there is a bot user; without one there is nobody to be invited."""
        return bool(self._at("features", "bot_user"))

    @property
    def messages_read_only(self) -> bool:
        """Whether people can't write to the app."""
        return bool(self._at("features", "app_home", "messages_tab_read_only_enabled"))

    @property
    def options_url(self) -> str:
        """Where an app in HTTP mode answers type-ahead fields; empty where it doesn't."""
        return str(self._at("settings", "interactivity", "message_menu_options_url") or "")

    @property
    def request_url(self) -> str:
        """Where an app in HTTP mode gets interactions."""
        return str(self._at("settings", "interactivity", "request_url") or "")

    @property
    def events_url(self) -> str:
        """Where an app in HTTP mode gets events."""
        return str(self._at("settings", "event_subscriptions", "request_url") or "")


def problems(raw: Raw) -> list[str]:
    """Return what Slack would refuse in a manifest, as far as this workspace relies on it."""
    return [*_features(raw), *_subscriptions(raw)]


def _features(raw: Raw) -> Iterator[str]:
    manifest, features = Manifest(raw), raw.get("features", {})
    if not 1 <= len(str(raw.get("display_information", {}).get("name", ""))) <= 35:
        yield "display_information.name has 1 to 35 characters"
    commands, shortcuts = features.get("slash_commands", []), features.get("shortcuts", [])
    for item in commands:
        if not str(item.get("command", "")).startswith("/") or len(item["command"]) > 32:
            yield "a slash command begins with / and has at most 32 characters"
        if not manifest.socket_mode and not item.get("url"):
            yield f"{item.get('command')} needs a url outside of Socket Mode"
    for item in shortcuts:
        if item.get("type") not in ("message", "global") or len(str(item.get("name"))) > 24:
            yield "a shortcut is message or global, and its name has at most 24 characters"
    if (shortcuts or commands) and "commands" not in manifest.scopes:
        yield "commands and shortcuts need the scope commands"
    if manifest.scopes and not manifest.bot_user:
        yield "bot scopes need features.bot_user"


def _subscriptions(raw: Raw) -> Iterator[str]:
    manifest = Manifest(raw)
    for name in raw.get("settings", {}).get("event_subscriptions", {}).get("bot_events", []):
        needed = EVENTS.get(name)
        if needed is None:
            yield f"the event {name} is not known here"
        elif needed and not manifest.scopes & set(needed):
            yield f"the event {name} needs the scope {' or '.join(needed)}"
