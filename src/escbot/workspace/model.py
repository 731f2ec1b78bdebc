"""What a workspace consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person, or an app's bot user."""

    id: str
    name: str
    title: str = ""
    tz: str = "UTC"
    is_bot: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Channel:
    """A channel, or the direct messages between the app and one person (`user`)."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    user: str | None = None
    direct: bool = False  # between two people


@dataclass(slots=True)
class Message:
    """A message as Slack holds it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Raw] = field(default_factory=list)
    attachments: list[Raw] = field(default_factory=list)
    metadata: Raw | None = None
    thread_ts: str | None = None
    edited: bool = False
    is_bot: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_for: str | None = None
    subtype: str | None = None

    def all_blocks(self) -> list[Raw]:
        """Return the blocks, those of attachments too."""
        nested = [block for item in self.attachments for block in item.get("blocks", [])]
        return [*self.blocks, *nested]

    def words(self) -> str:
        """Return everything that can be read."""
        blocks = self.all_blocks()
        return "\n".join(texts_of(blocks)) if blocks else self.text

    def buttons(self) -> list[str]:
        """Return the texts of the buttons."""
        return [
            element["text"]["text"]
            for element in elements_of(self.all_blocks())
            if element.get("type") == "button"
        ]

    def api(self) -> Raw:
        """Return the message as the Web API shows it."""
        raw: Raw = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.is_bot:
            raw |= {"bot_id": "B01", "app_id": "A01"}
        if self.blocks:
            raw["blocks"] = self.blocks
        if self.attachments:
            raw["attachments"] = self.attachments
        if self.thread_ts:
            raw["thread_ts"] = self.thread_ts
        if self.edited:
            raw["edited"] = {"user": self.user, "ts": self.ts}
        if self.reactions:
            raw["reactions"] = [
                {"name": name, "users": users, "count": len(users)}
                for name, users in self.reactions.items()
            ]
        return raw


@dataclass(slots=True)
class View:
    """An open modal, or an App Home, with what the person has filled in."""

    id: str
    user: str
    body: Raw
    hash: str
    root_id: str
    previous: str | None = None
    values: dict[str, dict[str, Raw]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class App:
    """An installed app with its secrets."""

    app_id: str
    team_id: str
    bot_user_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    manifest: Raw


def elements_of(blocks: list[Raw]) -> list[Raw]:
    """Return every interactive element of some blocks, those inside cards and containers too."""
    found: list[Raw] = []
    for block in blocks:
        for key in ("elements", "actions"):
            found += [e for e in block.get(key, []) if isinstance(e, dict)]
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict):
                found.append(block[key])
        inside = block.get("elements", []) if block.get("type") == "carousel" else []
        nested = [b for b in (*block.get("child_blocks", []), *inside) if isinstance(b, dict)]
        found += elements_of(nested) if nested else []
    return found


def texts_of(node: object) -> list[str]:
    """Return every text in blocks, in reading order."""
    if isinstance(node, list):
        return [text for item in node for text in texts_of(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") in ("mrkdwn", "plain_text") and isinstance(node.get("text"), str):
        return [node["text"]]
    order = (
        "label",
        "title",
        "text",
        "fields",
        "elements",
        "element",
        "accessory",
        "blocks",
        "child_blocks",
    )
    found = [text for key in order if key in node for text in texts_of(node[key])]
    return [*found, *texts_of(node["options"])] if isinstance(node.get("options"), list) else found
