"""Buttons, selects, inputs: their fields, their limits and the blocks that may hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from escbot.workspace.model import Raw
from escbot.workspace.rules.wording import (
    choice,
    count,
    keys,
    lengths,
    missing,
    needs,
    no_match,
    optional,
    plain,
    said,
    text,
    unsupported,
)

SELECTS = (
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
)  # fmt: skip
MULTI = tuple(f"multi_{kind}" for kind in SELECTS)
PICKERS = ("datepicker", "timepicker")
IN_ACTIONS = (
    "button", "overflow", "checkboxes", "radio_buttons", "datetimepicker", "workflow_button",
    "rich_text_input", "plain_text_input", *SELECTS, *PICKERS,
)  # fmt: skip
IN_SECTION = (
    "button", "image", "overflow", "checkboxes", "radio_buttons", "workflow_button",
    *SELECTS, *MULTI, *PICKERS,
)  # fmt: skip
IN_INPUT = (
    "plain_text_input", "url_text_input", "email_text_input", "number_input", "file_input",
    "rich_text_input", "checkboxes", "radio_buttons", "datetimepicker", *SELECTS, *MULTI, *PICKERS,
)  # fmt: skip

_BASE = {"type", "action_id"}
_ASK = {"confirm", "focus_on_load"}
_SELECT = _BASE | _ASK | {"placeholder"}
_TYPED = _BASE | {"placeholder", "focus_on_load", "initial_value", "dispatch_action_config"}
_OPTIONS = {"options", "option_groups"}
FIELDS: Mapping[str, set[str]] = {
    "button": _BASE | {
        "text", "url", "value", "style", "confirm", "accessibility_label", "agent_prompt",
        "agent_prompt_display", "visible_to_user_ids",
    },
    "workflow_button": _BASE | {"text", "workflow", "style", "accessibility_label"},
    "icon_button": _BASE | {
        "icon", "text", "accessibility_label", "value", "visible_to_user_ids", "confirm",
    },
    "feedback_buttons": _BASE | {"positive_button", "negative_button"},
    "image": {"type", "alt_text", "image_url", "slack_file"},
    "overflow": _BASE | {"options", "confirm"},
    "checkboxes": _BASE | _ASK | {"options", "initial_options"},
    "radio_buttons": _BASE | _ASK | {"options", "initial_option"},
    "datepicker": _SELECT | {"initial_date"},
    "timepicker": _SELECT | {"initial_time", "timezone"},
    "datetimepicker": _BASE | _ASK | {"initial_date_time"},
    "static_select": _SELECT | _OPTIONS | {"initial_option"},
    "multi_static_select": _SELECT | _OPTIONS | {"initial_options", "max_selected_items"},
    "external_select": _SELECT | {"initial_option", "min_query_length"},
    "multi_external_select": _SELECT | {
        "initial_options", "min_query_length", "max_selected_items",
    },
    "users_select": _SELECT | {"initial_user"},
    "multi_users_select": _SELECT | {"initial_users", "max_selected_items"},
    "conversations_select": _SELECT | {
        "initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter",
    },
    "multi_conversations_select": _SELECT | {
        "initial_conversations", "default_to_current_conversation", "max_selected_items", "filter",
    },
    "channels_select": _SELECT | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": _SELECT | {"initial_channels", "max_selected_items"},
    "plain_text_input": _TYPED | {"multiline", "min_length", "max_length"},
    "rich_text_input": _TYPED | {"min_lines", "max_lines"},
    "url_text_input": _TYPED,
    "email_text_input": _TYPED,
    "number_input": _TYPED | {"is_decimal_allowed", "min_value", "max_value"},
    "file_input": _BASE | {"filetypes", "max_files"},
}  # fmt: skip
MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
STYLES = ("primary", "danger")


def element(node: object, allowed: tuple[str, ...], at: str) -> Iterator[str]:
    """Check one element in a place that allows some."""
    if not isinstance(node, dict):
        yield said("must provide an object", at)
        return
    kind = str(node.get("type"))
    if kind not in allowed:
        yield unsupported(kind, at)
        return
    yield from keys(node, FIELDS[kind], at)
    yield from lengths(node, {"action_id": 255, "image_url": 3000, "alt_text": 2000}, at)
    yield from optional(node, "placeholder", 150, at)
    if "confirm" in node:
        yield from confirm(node["confirm"], f"{at}/confirm")
    if kind in ("button", "workflow_button", "icon_button"):
        yield from button(node, at)
    elif kind == "image":
        yield from image(node, at)
    elif kind == "plain_text_input":
        yield from typed(node, at)
    elif kind == "number_input":
        yield from needs(node, ("is_decimal_allowed",), at)
    elif kind == "file_input" and not 1 <= int(node.get("max_files") or 10) <= 10:
        yield said("must be less than 11", f"{at}/max_files")
    yield from options(node, kind, at)


def button(node: Raw, at: str) -> Iterator[str]:
    """Check a button."""
    yield from needs(node, ("text",), at)
    if node.get("text") is not None:
        yield from plain(node["text"], 75, f"{at}/text")
    yield from lengths(node, {"value": 2000, "url": 3000, "accessibility_label": 75}, at)
    if "style" in node:
        yield from choice(node["style"], STYLES, f"{at}/style")


def image(node: Raw, at: str) -> Iterator[str]:
    """Check where a picture comes from and that it can be read out."""
    yield from needs(node, ("alt_text",), at)
    if node.get("image_url") is None and node.get("slack_file") is None:
        yield missing("image_url", at)


def typed(node: Raw, at: str) -> Iterator[str]:
    """Check a field to type in."""
    for name in ("min_length", "max_length"):
        given = node.get(name)
        if given is not None and not (isinstance(given, int) and 0 <= given <= 3000):
            yield said("must be less than 3001", f"{at}/{name}")
    yield from lengths(node, {"initial_value": int(node.get("max_length") or 3000)}, at, least=0)


def confirm(node: object, at: str) -> Iterator[str]:
    """Check the question before an action."""
    if not isinstance(node, dict):
        yield said("must provide an object", at)
        return
    yield from keys(node, ("title", "text", "confirm", "deny", "style"), at)
    yield from needs(node, ("title", "text", "confirm", "deny"), at)
    yield from optional(node, "title", 100, at)
    yield from optional(node, "text", 300, at, plainly=False)
    yield from optional(node, "confirm", 30, at)
    yield from optional(node, "deny", 30, at)


def option(node: object, kind: str, at: str) -> Iterator[str]:
    """Check one choice."""
    if not isinstance(node, dict):
        yield said("must provide an object", at)
        return
    rich = kind in ("checkboxes", "radio_buttons")
    yield from keys(node, ("text", "value", "description", "url"), at)
    yield from needs(node, ("text", "value"), at)
    if node.get("text") is not None:
        check = text if rich else plain
        yield from check(node["text"], 75, f"{at}/text")
    yield from lengths(node, {"value": 150, "url": 3000}, at)
    yield from optional(node, "description", 75, at, plainly=not rich)


def options(node: Raw, kind: str, at: str) -> Iterator[str]:
    """Check the choices, those chosen already, and the groups."""
    most = MOST_OPTIONS.get(kind, 100)
    static = kind in ("static_select", "multi_static_select", *MOST_OPTIONS)
    given = node.get("options")
    if static and given is None and node.get("option_groups") is None:
        yield missing("options", at)
    offered: list[Raw] = []
    if given is not None:
        yield from count(given, most, f"{at}/options")
        for place, item in enumerate(given if isinstance(given, list) else []):
            yield from option(item, kind, f"{at}/options/{place}")
            offered.append(item)
    for place, group in enumerate(node.get("option_groups") or []):
        where = f"{at}/option_groups/{place}"
        yield from optional(group, "label", 75, where)
        yield from count(group.get("options"), 100, f"{where}/options")
        for inner, item in enumerate(group.get("options") or []):
            yield from option(item, kind, f"{where}/options/{inner}")
            offered.append(item)
    if len(node.get("option_groups") or []) > 100:
        yield said("no more than 100 items allowed", f"{at}/option_groups")
    yield from chosen(node, offered if static else None, at)


def chosen(node: Raw, offered: list[Raw] | None, at: str) -> Iterator[str]:
    """Check what is chosen at first; where all options are known it must be one of them."""
    if node.get("initial_option") is not None:
        first = node["initial_option"]
        if offered is not None and first not in offered:
            yield said("must be one of the provided options", f"{at}/initial_option")
    if node.get("initial_options") is not None:
        several = node["initial_options"]
        if not several:
            yield said("must be one of the provided options", f"{at}/initial_options")
        elif offered is not None and any(item not in offered for item in several):
            yield no_match(at)
            yield said("must be one of the provided options", f"{at}/initial_options")
