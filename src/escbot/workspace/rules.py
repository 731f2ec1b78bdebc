"""Slack's limits on blocks and views (docs.slack.dev: Block Kit reference)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from escbot.workspace.model import Raw

ACTIONS = (
    "button", "static_select", "users_select", "overflow", "datepicker", "checkboxes",
    "radio_buttons", "conversations_select", "external_select", "multi_static_select",
    "datetimepicker", "timepicker",
)  # fmt: skip
INPUTS = (
    "plain_text_input", "static_select", "multi_static_select", "users_select", "checkboxes",
    "radio_buttons", "datepicker", "timepicker", "datetimepicker", "url_text_input",
    "email_text_input", "number_input", "external_select", "conversations_select", "file_input",
    "multi_users_select",
)  # fmt: skip
ELSEWHERE = (
    "rich_text", "markdown", "table", "data_table", "data_visualization", "container", "alert",
    "context_actions", "card", "carousel", "plan", "task_card", "video", "file",
)  # fmt: skip


def problems(blocks: object, *, most: int, where: str) -> list[str]:
    """Return what Slack would refuse; empty where everything fits."""
    if not isinstance(blocks, list):
        return ["blocks must be a list"]
    found: list[str] = []
    if len(blocks) > most:
        found.append(f"more than {most} blocks")
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict)]
    named = [id_ for id_ in ids if id_]
    if len(named) != len(set(named)):
        found.append("a block_id stands twice")
    for place, block in enumerate(blocks):
        found += [f"blocks[{place}]: {text}" for text in _block(block, where)]
    return found


def _block(block: object, where: str) -> Iterator[str]:
    if not isinstance(block, dict):
        yield "is not an object"
        return
    kind = str(block.get("type"))
    check = _CHECKS.get(kind)
    if check is not None:
        yield from check(block)
    elif kind not in ELSEWHERE:
        yield f"unknown type {kind}"
    if kind == "input" and where == "message":
        yield "an input has no place in a message"
    if kind == "alert" and where != "modal":
        yield "an alert has its place in a modal only"
    if len(str(block.get("block_id") or "")) > 255:
        yield "block_id is too long"


def _text(value: object, longest: int, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        yield "a text object is missing"
        return
    if not 1 <= len(value["text"]) <= longest:
        yield f"a text has {len(value['text'])} characters, allowed are 1 to {longest}"
    if plain and value.get("type") != "plain_text":
        yield "this text must be plain_text"
    if value.get("type") not in ("plain_text", "mrkdwn"):
        yield "a text is plain_text or mrkdwn"


def _section(block: Raw) -> Iterator[str]:
    if "text" in block:
        yield from _text(block["text"], 3000)
    elif not block.get("fields"):
        yield "a section has a text or fields"
    if len(block.get("fields", [])) > 10:
        yield "more than 10 fields"
    for entry in block.get("fields", []):
        yield from _text(entry, 2000)


def _header(block: Raw) -> Iterator[str]:
    yield from _text(block.get("text"), 150, plain=True)


def _context(block: Raw) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield "a context has 1 to 10 elements"
    for element in elements:
        if element.get("type") != "image":
            yield from _text(element, 3000)


def _actions(block: Raw) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield "actions have 1 to 25 elements"
    ids = [element.get("action_id") for element in elements]
    if len(ids) != len(set(ids)):
        yield "an action_id stands twice"
    for element in elements:
        if element.get("type") not in ACTIONS:
            yield f"{element.get('type')} has no place in actions"
        yield from _element(element)


def _element(element: Raw) -> Iterator[str]:
    if element.get("type") == "button":
        yield from _text(element.get("text"), 75, plain=True)
        if len(str(element.get("value") or "")) > 2000:
            yield "a button's value is too long"
        if element.get("style") not in (None, "primary", "danger"):
            yield "a button's style is primary or danger"
    options = element.get("options")
    if options is not None:
        most = 10 if element.get("type") in ("checkboxes", "radio_buttons") else 100
        if not 1 <= len(options) <= most:
            yield f"there are 1 to {most} options"
        for option in options:
            yield from _text(option.get("text"), 75)
            if not 1 <= len(str(option.get("value") or "")) <= 150:
                yield "an option's value has 1 to 150 characters"
    if len(str(element.get("action_id") or "")) > 255:
        yield "action_id is too long"


def _input(block: Raw) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, plain=True)
    element = block.get("element")
    if not isinstance(element, dict) or element.get("type") not in INPUTS:
        yield "an input has an input element"
        return
    yield from _element(element)
    longest = element.get("max_length")
    if longest is not None and not 1 <= longest <= 3000:
        yield "max_length is 1 to 3000"
    if len(str(element.get("initial_value") or "")) > (longest or 3000):
        yield "initial_value is too long"


def _divider(block: Raw) -> Iterator[str]:
    yield from ()


def _image(block: Raw) -> Iterator[str]:
    if not block.get("alt_text"):
        yield "an image has an alt_text"


_CHECKS: Mapping[str, Callable[[Raw], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": _divider,
    "image": _image,
}


def view_problems(view: object) -> list[str]:
    """Return what Slack would refuse in a view."""
    if not isinstance(view, dict):
        return ["a view is an object"]
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return ["a view is a modal or a home"]
    found = problems(view.get("blocks"), most=100, where=str(kind))
    if kind == "modal":
        for key in ("title", "submit", "close"):
            if key in view or key == "title":
                found += list(_text(view.get(key), 24, plain=True))
        has_input = any(b.get("type") == "input" for b in view.get("blocks", []))
        if has_input and "submit" not in view:
            found.append("a modal with inputs has a submit button")
    if len(str(view.get("private_metadata") or "")) > 3000:
        found.append("private_metadata is too long")
    if len(str(view.get("callback_id") or "")) > 255:
        found.append("callback_id is too long")
    return found
