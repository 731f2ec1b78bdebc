"""Blocks: where each may stand, its fields and its limits (docs.slack.dev: Block Kit reference)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from escbot.workspace.model import Raw
from escbot.workspace.rules import newer
from escbot.workspace.rules.elements import IN_ACTIONS, IN_INPUT, IN_SECTION, element, image
from escbot.workspace.rules.wording import (
    count,
    keys,
    lengths,
    needs,
    optional,
    plain,
    said,
    text,
    unsupported,
)

Check = Callable[[Raw, str], Iterator[str]]
EVERYWHERE = ("message", "modal", "home")
PLACES: Mapping[str, tuple[str, ...]] = {
    "actions": EVERYWHERE,
    "alert": ("modal",),
    "card": EVERYWHERE,
    "carousel": ("message", "home"),
    "container": ("message", "home"),
    "context": EVERYWHERE,
    "context_actions": ("message",),
    "data_table": ("message", "home"),
    "data_visualization": ("message",),
    "divider": EVERYWHERE,
    "file": ("message",),
    "header": EVERYWHERE,
    "image": EVERYWHERE,
    "input": EVERYWHERE,
    "markdown": ("message",),
    "plan": ("message",),
    "rich_text": EVERYWHERE,
    "section": EVERYWHERE,
    "table": ("message", "home"),
    "task_card": ("message",),
    "video": EVERYWHERE,
}
_BLOCK = {"type", "block_id"}
FIELDS: Mapping[str, set[str]] = {
    "actions": {"elements"},
    "alert": {"text", "level"},
    "card": {"hero_image", "icon", "title", "subtitle", "body", "actions"},
    "carousel": {"elements"},
    "container": {
        "title", "rich_text_title", "subtitle", "child_blocks", "width", "icon", "is_collapsible",
        "default_collapsed", "has_header_divider",
    },
    "context": {"elements"},
    "context_actions": {"elements"},
    "data_table": {"rows", "page_size", "caption", "row_header_column_index"},
    "data_visualization": {"title", "chart"},
    "divider": set(),
    "file": {"external_id", "source"},
    "header": {"text", "level"},
    "image": {"alt_text", "image_url", "slack_file", "title"},
    "input": {"label", "hint", "element", "optional", "dispatch_action"},
    "markdown": {"text"},
    "plan": {"title", "tasks"},
    "rich_text": {"elements"},
    "section": {"text", "fields", "accessory", "expand"},
    "table": {"rows", "column_settings"},
    "task_card": {"task_id", "title", "details", "output", "sources", "status"},
    "video": {
        "alt_text", "video_url", "thumbnail_url", "title", "title_url", "description",
        "provider_icon_url", "provider_name", "author_name",
    },
}  # fmt: skip


def problems(
    blocks: object,
    *,
    most: int,
    where: str,
    at: str = "/blocks",
    refused: Collection[str] = frozenset(),
) -> list[str]:
    """Return what Slack would refuse; `refused` are types that this workspace doesn't know."""
    if not isinstance(blocks, list):
        return [said("must be an array", at)]
    found = [*count(blocks, most, at, least=0)]
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        here = f"{at}/{place}"
        found += check_block(block, where, here, refused)
        name = block.get("block_id") if isinstance(block, dict) else None
        if name and name in seen:
            found.append(said("`block_id` must be unique", f"{here}/block_id"))
        seen.add(str(name))
    return [*found, *newer.together(blocks, at)]


def message_problems(
    blocks: list[Raw], attachments: list[Raw], *, refused: Collection[str] = frozenset()
) -> list[str]:
    """Return what Slack would refuse in a message's blocks and those of its attachments."""
    found = problems(blocks, most=50, where="message", refused=refused)
    for place, item in enumerate(attachments):
        at = f"/attachments/{place}/blocks"
        inner = item.get("blocks") or []
        found += problems(inner, most=50, where="message", at=at, refused=refused)
    return found


def refused_types(blocks: list[Raw], attachments: list[Raw]) -> set[str]:
    """Return the types of all blocks, nested ones too."""
    every = [*blocks, *(block for item in attachments for block in item.get("blocks") or [])]
    kinds = set()
    for block in every:
        if isinstance(block, dict):
            kinds |= {str(block.get("type"))} | refused_types(block.get("child_blocks") or [], [])
    return kinds


def check_block(block: object, where: str, at: str, refused: Collection[str]) -> Iterator[str]:
    """Check one block."""
    if not isinstance(block, dict):
        yield said("must provide an object", at)
        return
    kind = str(block.get("type"))
    if kind not in PLACES or where not in PLACES[kind] or kind in refused:
        yield unsupported(kind, at)
        return
    yield from keys(block, FIELDS[kind] | _BLOCK, at)
    yield from lengths(block, {"block_id": 255}, at)
    check = CHECKS.get(kind)
    if check is not None:
        yield from check(block, at)
    for place, child in enumerate(block.get("child_blocks") or []):
        yield from check_block(child, where, f"{at}/child_blocks/{place}", refused)


def _section(block: Raw, at: str) -> Iterator[str]:
    if block.get("text") is None and not block.get("fields"):
        yield said("missing required field: text", at)
    if block.get("text") is not None:
        yield from text(block["text"], 3000, f"{at}/text")
    if "fields" in block:
        yield from count(block["fields"], 10, f"{at}/fields")
        for place, entry in enumerate(block["fields"]):
            yield from text(entry, 2000, f"{at}/fields/{place}")
    if "accessory" in block:
        yield from element(block["accessory"], IN_SECTION, f"{at}/accessory")


def _header(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("text",), at)
    if block.get("text") is not None:
        yield from plain(block["text"], 150, f"{at}/text")


def _context(block: Raw, at: str) -> Iterator[str]:
    elements = block.get("elements") or []
    yield from count(elements, 10, f"{at}/elements")
    for place, entry in enumerate(elements):
        here = f"{at}/elements/{place}"
        if isinstance(entry, dict) and entry.get("type") == "image":
            yield from element(entry, ("image",), here)
        else:
            yield from text(entry, 3000, here)


def _actions(block: Raw, at: str) -> Iterator[str]:
    elements = block.get("elements") or []
    yield from count(elements, 25, f"{at}/elements")
    seen: set[str] = set()
    for place, entry in enumerate(elements):
        here = f"{at}/elements/{place}"
        yield from element(entry, IN_ACTIONS, here)
        name = entry.get("action_id") if isinstance(entry, dict) else None
        if name and name in seen:
            yield said("`action_id` must be unique", f"{here}/action_id")
        seen.add(str(name))


def _input(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("label", "element"), at)
    yield from optional(block, "label", 2000, at)
    yield from optional(block, "hint", 2000, at)
    if block.get("element") is not None:
        yield from element(block["element"], IN_INPUT, f"{at}/element")


def _image(block: Raw, at: str) -> Iterator[str]:
    yield from image(block, at)
    yield from lengths(block, {"image_url": 3000, "alt_text": 2000}, at)
    yield from optional(block, "title", 2000, at)


def _video(block: Raw, at: str) -> Iterator[str]:
    yield from needs(block, ("alt_text", "title", "thumbnail_url", "video_url"), at)
    yield from optional(block, "title", 199, at)
    yield from optional(block, "description", 200, at)


CHECKS: Mapping[str, Check] = {
    "actions": _actions,
    "context": _context,
    "header": _header,
    "image": _image,
    "input": _input,
    "section": _section,
    "video": _video,
    **newer.CHECKS,
}
