"""The forms behind `More…`: what happens to a case less often than once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from escbot.core.case import Case
from escbot.core.codec import to_plain
from escbot.core.facts import Facts, Relationship
from escbot.core.permissions import may
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.slack import ids
from escbot.slack.blocks.base import Block, button, option, plain, section
from escbot.slack.blocks.inputs import (
    ALSO,
    CUSTOMERS,
    DIAGNOSES,
    IMPACTS,
    KINDS,
    a_modal,
    an_input,
    area_field,
    select,
    text_input,
)
from escbot.slack.blocks.memo import Memo

# What the list offers: button id, what it does, the action in the policy's table (None: it only
# shows something).
OFFERS: tuple[tuple[str, str, str | None], ...] = (
    ("bring_in", "Somebody helps; the owner stays.", "bring_in"),
    ("facts", "A workaround, another impact: what turned out different.", "change_facts"),
    ("link", "Another customer has the same problem.", "link"),
    ("unlink", "It was another problem after all.", "link"),
    ("renew", "Wait once more, with a reason.", "wait"),
    ("change_severity", "Set another severity.", "change_severity"),
    ("change_tier", "Put it into another tier.", "change_tier"),
    ("take_over", "Take it from whoever has it.", "take_over"),
    ("merge", "It is the same as another case, which goes on.", "merge"),
    ("cancel", "It was opened by mistake.", "cancel"),
    ("draft", "A knowledge-base article from what solved it, as Markdown.", None),
)


def more(case: Case, policy: Policy, roster: Roster, person: str, memo: Memo) -> dict[str, Any]:
    """Return the list of what this person may do with the case now."""
    blocks = [
        {**section(text), "accessory": button(id_, f"{memo.number}|{memo.seen or ''}")}
        for id_, text, action in OFFERS
        if (action is None or may(policy, roster, case, person, action))
        and _makes_sense(case, id_, person)
    ]
    if not blocks:
        blocks = [section("There is nothing more to do with it now.")]
    return {
        "type": "modal",
        "callback_id": ids.FORM_MORE,
        "title": plain(case.id, 24),
        "close": plain("Close", 24),
        "private_metadata": memo.dump(),
        "blocks": blocks,
    }


def _makes_sense(case: Case, id_: str, person: str) -> bool:
    if case.drill and id_ == "merge":
        return False
    if id_ == "draft":
        return case.resolution is not None
    if case.phase.is_over:
        return False
    if id_ == "unlink":
        return bool(case.linked)
    if id_ == "renew":
        return case.wait is not None
    return not (id_ == "take_over" and case.owner == person)


def bring_in(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form that asks somebody for help."""
    blocks = [an_input(ids.PERSON, "Who?", {"type": "users_select"}, optional=False)]
    return a_modal(ids.FORM_BRING_IN, f"Help with {case.id}", "Bring in", blocks, memo)


def facts(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form that says what turned out different; it begins with what is known."""
    known = case.facts
    checks: Block = {"type": "checkboxes", "options": [option(v, text) for v, text in ALSO]}
    ticked = [one for one in checks["options"] if _holds(known, one["value"])]
    if ticked:
        checks["initial_options"] = ticked
    blocks = [
        select(ids.KIND, "Kind of problem", KINDS, initial=str(known.kind)),
        select(ids.IMPACT, "Impact", IMPACTS, initial=str(known.impact)),
        select(ids.DIAGNOSIS, "Diagnosis", DIAGNOSES, optional=True, initial=_text(known)),
        an_input(ids.ALSO, "Also true", checks, optional=True),
    ]
    blocks[2:2] = area_field(policy, known.area)
    # What was changed is kept, not what was there. The form asks for no reason, which may be long.
    memo = replace(memo, text=json.dumps(to_plain(replace(known, discretion=None))))
    return a_modal(ids.FORM_FACTS, f"{case.id} changed", "Save", blocks, memo)


def _text(known: Facts) -> str | None:
    return str(known.diagnosis) if known.diagnosis else None


def _holds(known: Facts, name: str) -> bool:
    if name == "relationship_at_risk":
        return known.relationship is Relationship.AT_RISK
    return bool(getattr(known, name))


def change_severity(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form that sets another severity."""
    choices = [(s.id, f"{s.id} · {s.name}") for s in policy.severities if s.id != case.severity]
    blocks = [select(ids.SEVERITY, "Severity", choices), text_input(ids.REASON, "Why?")]
    return a_modal(ids.FORM_SEVERITY, f"Severity of {case.id}", "Change", blocks, memo)


def change_tier(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form that puts a case into another tier."""
    choices = [(str(t.number), t.name) for t in policy.tiers if t.number != case.tier]
    blocks = [select(ids.TIER, "Tier", choices), text_input(ids.REASON, "Why?")]
    return a_modal(ids.FORM_TIER, f"Tier of {case.id}", "Change", blocks, memo)


def merge(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form that names the case which goes on."""
    blocks = [
        text_input(ids.INTO, "Which case goes on?", lines=False, longest=20, hint="Like ESC-7"),
    ]
    return a_modal(ids.FORM_MERGE, f"Merge {case.id}", "Merge", blocks, memo)


def link(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form that adds a customer to a case."""
    blocks = [an_input(ids.CUSTOMER_NAME, "Which customer?", CUSTOMERS, optional=False)]
    return a_modal(ids.FORM_LINK, f"Link to {case.id}", "Link", blocks, memo)


def unlink(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form that takes a customer from a case."""
    names = [(link.customer, link.customer) for link in case.linked]
    blocks = [select(ids.CUSTOMER_NAME, "Which customer?", names)]
    return a_modal(ids.FORM_UNLINK, f"Unlink from {case.id}", "Unlink", blocks, memo)
