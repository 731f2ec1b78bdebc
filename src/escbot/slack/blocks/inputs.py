"""The parts of a form: a modal, its fields, and the choices that several forms offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from escbot.core.policy import Policy
from escbot.slack import ids
from escbot.slack.blocks.base import Block, option, plain
from escbot.slack.blocks.memo import Memo
from escbot.slack.escape import clean

MOST_LISTED = 100  # options of a select (docs.slack.dev: select menu)
LONGEST = 3000  # characters of a text field (docs.slack.dev: plain-text input)

KINDS = (
    ("outage", "System down"),
    ("major_function", "Major function broken"),
    ("minor_issue", "Minor issue"),
    ("enhancement", "Enhancement request"),
)
IMPACTS = (
    ("one_user", "One user"),
    ("multiple_users", "Multiple users"),
    ("system_wide", "System-wide"),
)
DIAGNOSES = (
    ("known", "Known"),
    ("cannot_diagnose", "Can't diagnose"),
    ("needs_development", "Needs development"),
)
ALSO = (
    ("workaround", "Workaround exists"),
    ("revenue_impact", "Money is being lost now"),
    ("revenue_at_risk", "Revenue at risk"),
    ("asks_for_manager", "Customer asks for a manager"),
    ("escalated_again", "Customer escalates this same issue again"),
    ("executive_contact", "Executive contact"),
    ("brand_risk", "Brand or public exposure"),
    ("relationship_at_risk", "Relationship at risk"),
    ("novel", "Never seen before"),
)
# Names are found while they are typed; one that is not known is taken as it is.
CUSTOMERS: Block = {
    "type": "external_select",
    "min_query_length": 0,
    "placeholder": plain("Type a name", 150),
}
Choices = Sequence[tuple[str, str]]


def a_modal(
    callback: str, title: str, submit: str, blocks: list[Block], memo: Memo
) -> dict[str, Any]:
    """Return a modal that remembers where it was opened."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": memo.dump(),
        "blocks": blocks,
    }


def an_input(
    field: str, label: str, element: Block, *, optional: bool, hint: str | None = None
) -> Block:
    """Return an input; its block id is the field's name."""
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label, 2000),
        "optional": optional,
        "element": {"action_id": ids.FIELD, **element},
    }
    return {**block, "hint": plain(hint, 2000)} if hint else block


def text_input(
    field: str,
    label: str,
    *,
    initial: str = "",
    lines: bool = True,
    optional: bool = False,
    hint: str | None = None,
    longest: int = LONGEST,
) -> Block:
    """Return a text field."""
    element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": longest}
    first = clean(initial, longest)
    if first:
        element["initial_value"] = first
    return an_input(field, label, element, optional=optional, hint=hint)


def select(
    field: str, label: str, choices: Choices, *, optional: bool = False, initial: str | None = None
) -> Block:
    """Return a select of up to a hundred choices."""
    options = [option(value, text) for value, text in choices[:MOST_LISTED]]
    element: Block = {"type": "static_select", "options": options}
    for made in options:
        if made["value"] == initial:
            element["initial_option"] = made
    return an_input(field, label, element, optional=optional)


def area_field(policy: Policy, initial: str | None = None) -> list[Block]:
    """Return the field of the product's part; Slack lists a hundred, more are found by typing."""
    areas = [(area.id, area.name) for area in policy.areas]
    if not areas:
        return []
    if len(areas) <= MOST_LISTED:
        return [select(ids.AREA, "Area", areas, optional=True, initial=initial)]
    element: Block = {
        "type": "external_select",
        "min_query_length": 0,
        "placeholder": plain("Type a part of the product", 150),
    }
    known = next((option(id_, name) for id_, name in areas if id_ == initial), None)
    if known is not None:
        element["initial_option"] = known
    return [an_input(ids.AREA, "Area", element, optional=True)]
