"""What a person fills into a view: finding fields by their labels, and the state Slack sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escbot.workspace.model import Raw, View

REQUIRED = "Please complete this required field."


def inputs(view: View) -> list[Raw]:
    """Return the input blocks of a view."""
    return [block for block in view.body.get("blocks", []) if block.get("type") == "input"]


def label_of(block: Raw) -> str:
    """Return a field's label."""
    return str(block.get("label", {}).get("text", ""))


def block_of(view: View, label: str) -> Raw:
    """Return the field with this label. Raises KeyError naming those there are."""
    for block in inputs(view):
        if label_of(block) == label:
            return block
    known = ", ".join(label_of(block) for block in inputs(view))
    raise KeyError(f"there is no field {label!r}; there are: {known}")


# element type -> the key of its state, and the key of what the app chose at first
STATES = {
    "plain_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def initial(element: Raw) -> Raw:
    """Return the state of a field that nobody has touched."""
    kind = str(element.get("type"))
    key, first = STATES.get(kind, ("selected_option", "initial_option"))
    many = kind == "checkboxes" or kind.startswith("multi_")
    return {"type": kind, key: element.get(first, [] if many else None)}


def complete(view: View) -> None:
    """Give every field its state, so that the view sends what Slack would send."""
    for block in inputs(view):
        element = block["element"]
        place = view.values.setdefault(str(block.get("block_id")), {})
        place.setdefault(str(element.get("action_id")), initial(element))


def set_value(view: View, block: Raw, value: object, names: dict[str, str]) -> None:
    """Fill a field: a text, an option's text or value, several of them, a person, a moment."""
    element = block["element"]
    place = view.values.setdefault(str(block["block_id"]), {})
    held = place.get(str(element["action_id"]), {})
    offered = view.offered.get(place_of(block), [])
    place[str(element["action_id"])] = state_of(element, value, names, held, offered)


def place_of(block: Raw) -> str:
    """Return where a block's element stands, as a key."""
    return f"{block.get('block_id') or ''}/{block['element'].get('action_id')}"


def state_of(
    element: Raw,
    value: object,
    names: dict[str, str],
    held: Raw | None = None,
    offered: Sequence[Raw] = (),
) -> Raw:
    """Return an element's state with something chosen; `held` is what it was before,
    `offered` what the app answered to what was typed.

    Raises KeyError for a choice that isn't there.
    """
    state = initial(element)
    kind = str(element.get("type"))
    if "value" in state:
        state["value"] = str(value) if value is not None else None
    elif "selected_options" in state:
        wanted = value if isinstance(value, list | tuple) else [value]
        state["selected_options"] = [_option(element, str(item), held, offered) for item in wanted]
    elif "selected_option" in state:
        chosen = None if value is None else _option(element, str(value), held, offered)
        state["selected_option"] = chosen
    elif kind == "datetimepicker":
        at = int(value.timestamp()) if isinstance(value, datetime) else value
        state["selected_date_time"] = at
    elif kind == "users_select":
        state["selected_user"] = names.get(str(value), value)
    else:
        key = next(key for key in state if key != "type")
        state[key] = value
    return state


def _option(element: Raw, wanted: str, held: Raw | None = None, offered: Sequence[Raw] = ()) -> Raw:
    groups = [group["options"] for group in element.get("option_groups", [])]
    before = held or {}
    single = before.get("selected_option")
    options: list[Raw] = [
        *element.get("options", []),
        *offered,
        *(option for group in groups for option in group),
        *(before.get("selected_options") or []),
        *([single] if single else []),
    ]
    for option in options:
        if wanted in (option["text"]["text"], option["value"]):
            return option
    if str(element.get("type")).endswith("external_select") and not offered:
        # Nobody typed into it: what the app would have offered for these words.
        return {"text": {"type": "plain_text", "text": wanted[:75]}, "value": wanted}
    known = ", ".join(option["text"]["text"] for option in options)
    raise KeyError(f"there is no choice {wanted!r}; there are: {known}")


def errors(view: View) -> dict[str, str]:
    """Return what Slack's own client would not let pass, by block id."""
    found: dict[str, str] = {}
    for block in inputs(view):
        element = block["element"]
        id_ = str(block["block_id"])
        state = view.values.get(id_, {}).get(str(element["action_id"]), {})
        given = next((v for key, v in state.items() if key != "type"), None)
        if not block.get("optional") and given in (None, "", []):
            found[id_] = REQUIRED
        longest = element.get("max_length")
        if isinstance(given, str) and longest is not None and len(given) > longest:
            found[id_] = f"This entry must be at most {longest} characters."
    return found
