"""What a workspace consists of."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]
TOMBSTONE = "tombstone"
SLACKBOT = "USLACKBOT"


@dataclass(slots=True)
class User:
    """A person, or an app's bot user."""

    id: str
    name: str
    title: str = ""
    tz: str = "UTC"
    is_bot: bool = False
    deleted: bool = False
    email: str = ""
    guest: str = ""  # "", "multi" (several channels) or "single" (one channel)
    admin: bool = False
    team: str = ""  # another workspace's id: somebody from outside, known by Slack Connect

    def handle(self) -> str:
        """Return the name that Slack writes without spaces and capitals."""
        return self.name.lower().replace(" ", ".")


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
    teams: list[str] = field(default_factory=list)  # other workspaces it is shared with
    topic: str = ""
    purpose: str = ""
    created: int = 0
    creator: str = ""
    pins: list[str] = field(default_factory=list)  # timestamps of pinned messages
    bookmarks: list[Raw] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Slack's `channel_type`, which also begins the names of its scopes."""
        return "im" if self.user or self.direct else "group" if self.private else "channel"

    @property
    def listed_as(self) -> str:
        """The `types` under which conversations.list has it."""
        kinds = {"im": "im", "group": "private_channel", "channel": "public_channel"}
        return kinds[self.kind]

    @property
    def shared(self) -> bool:
        """Whether other organisations are in it (Slack Connect)."""
        return bool(self.teams)


@dataclass(slots=True)
class UserGroup:
    """A group that can be mentioned by its handle."""

    id: str
    name: str
    handle: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass(slots=True)
class File:
    """A file: announced, then uploaded, then shared to channels."""

    id: str
    name: str
    size: int
    user: str
    title: str = ""
    alt: str = ""
    content: bytes | None = None
    complete: bool = False
    channels: list[str] = field(default_factory=list)
    created: int = 0

    @property
    def kind(self) -> str:
        """What it is, as its name says."""
        text = "text/plain" if self.name.lower().endswith((".log", ".conf")) else None
        return text or mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(eq=False, slots=True)
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
    files: list[Raw] = field(default_factory=list)
    team: str = ""  # the workspace of an author from outside
    offered: dict[str, list[Raw]] = field(default_factory=dict)  # block/action -> the app's options

    @property
    def buried(self) -> bool:
        """Whether it stands for a deleted message that has replies."""
        return self.subtype == TOMBSTONE

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
        if self.subtype:
            raw |= {"subtype": self.subtype, **({"hidden": True} if self.buried else {})}
        if self.files:
            raw |= {"files": self.files, "upload": True}
        if self.team:
            raw["user_team"] = raw["source_team"] = raw["team"] = self.team
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
    offered: dict[str, list[Raw]] = field(default_factory=dict)  # block/action -> the app's options


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
    verification_token: str = ""


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


# The fields of blocks that hold texts, in reading order.
READ = (
    "label", "rich_text_title", "title", "subtitle", "caption", "text", "body", "fields", "hint",
    "segments", "series", "rows", "details", "output", "tasks", "elements", "element",
    "accessory", "positive_button", "negative_button", "actions", "blocks", "child_blocks",
)  # fmt: skip
WRITTEN = ("mrkdwn", "plain_text", "raw_text", "text", "markdown")


def texts_of(node: object) -> list[str]:
    """Return every text in blocks, in reading order; a table's row is one text."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, list):
        return [text for item in node for text in texts_of(item)]
    if not isinstance(node, dict):
        return []
    kind = node.get("type")
    if kind in WRITTEN and isinstance(node.get("text"), str):
        return [node["text"]]
    if kind in ("raw_number", "user", "link", "emoji", "date", "rich_text_section"):
        return [_inline(node)]
    if kind in ("table", "data_table"):
        rows = [" | ".join("".join(texts_of(cell)) for cell in row) for row in node["rows"]]
        return [*texts_of(node.get("caption", [])), *rows]
    if kind == "data_visualization":
        return [*texts_of(node.get("title", [])), *_charted(node["chart"])]
    found = [text for key in READ if key in node for text in texts_of(node[key])]
    return [*found, *texts_of(node["options"])] if isinstance(node.get("options"), list) else found


def _inline(node: Raw) -> str:
    """Return what stands in a line of rich text, or a number in a cell."""
    match node.get("type"):
        case "rich_text_section":
            return "".join("".join(texts_of(part)) for part in node.get("elements", []))
        case "user":
            return f"<@{node.get('user_id')}>"
        case "emoji":
            return f":{node.get('name')}:"
        case "link":
            return str(node.get("text") or node.get("url"))
        case "date":
            return str(node.get("fallback") or "")
    return str(node.get("text") or node.get("value"))


def _charted(chart: Raw) -> list[str]:
    """Return a chart's numbers with their labels."""
    parts = [(part, "") for part in chart.get("segments", [])]
    for series in chart.get("series", []):
        parts += [(point, f"{series.get('name')}, ") for point in series.get("data", [])]
    return [f"{name}{part.get('label')}: {part.get('value')}" for part, name in parts]
