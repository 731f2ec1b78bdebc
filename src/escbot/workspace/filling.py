"""What a person fills into a view: finding fields by their labels, and the state Slack sends."""

from __future__ import annotations

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


def initial(element: Raw) -> Raw:
    """Return the state of a field that nobody has touched."""
    kind = str(element.get("type"))
    state: Raw = {"type": kind}
    if kind in ("plain_text_input", "url_text_input", "email_text_input", "number_input"):
        state["value"] = element.get("initial_value")
    elif kind in ("checkboxes", "multi_static_select", "multi_external_select"):
        state["selected_options"] = element.get("initial_options", [])
    elif kind == "users_select":
        state["selected_user"] = element.get("initial_user")
    elif kind == "conversations_select":
        state["selected_conversation"] = element.get("initial_conversation")
    elif kind == "datepicker":
        state["selected_date"] = element.get("initial_date")
    elif kind == "timepicker":
        state["selected_time"] = element.get("initial_time")
    elif kind == "datetimepicker":
        state["selected_date_time"] = element.get("initial_date_time")
    else:
        state["selected_option"] = element.get("initial_option")
    return state


def complete(view: View) -> None:
    """Give every field its state, so that the view sends what Slack would send."""
    for block in inputs(view):
        element = block["element"]
        place = view.values.setdefault(str(block.get("block_id")), {})
        place.setdefault(str(element.get("action_id")), initial(element))


def set_value(view: View, block: Raw, value: object, names: dict[str, str]) -> None:
    """Fill a field: a text, an option's text or value, several of them, a person, a moment."""
    element = block["element"]
    state = initial(element)
    kind = str(element.get("type"))
    if "value" in state:
        state["value"] = str(value) if value is not None else None
    elif "selected_options" in state:
        wanted = value if isinstance(value, list | tuple) else [value]
        state["selected_options"] = [_option(element, str(item)) for item in wanted]
    elif "selected_option" in state:
        state["selected_option"] = None if value is None else _option(element, str(value))
    elif kind == "datetimepicker":
        at = int(value.timestamp()) if isinstance(value, datetime) else value
        state["selected_date_time"] = at
    elif kind == "users_select":
        state["selected_user"] = names.get(str(value), value)
    else:
        key = next(key for key in state if key != "type")
        state[key] = value
    view.values.setdefault(str(block["block_id"]), {})[str(element["action_id"])] = state


def _option(element: Raw, wanted: str) -> Raw:
    if element.get("type") == "external_select" and not element.get("known"):
        # Nobody typed into it: what the app would have offered for these words.
        return {"text": {"type": "plain_text", "text": wanted[:75]}, "value": wanted}
    groups = [group["options"] for group in element.get("option_groups", [])]
    options: list[Raw] = [
        *element.get("options", []),
        *element.get("known", []),
        *(option for group in groups for option in group),
    ]
    for option in options:
        if wanted in (option["text"]["text"], option["value"]):
            return option
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
