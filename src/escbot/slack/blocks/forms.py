"""The modals. Labels are part of the product: people and tests know the fields by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from escbot.core.case import Case
from escbot.core.decide.texts import languages
from escbot.core.policy import Policy, RootCause
from escbot.core.roster import Roster
from escbot.core.steps import teller
from escbot.slack import ids
from escbot.slack.blocks.base import Block, mrkdwn, option, plain, section
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
from escbot.slack.blocks.preview import nothing_yet
from escbot.slack.escape import clean
from escbot.words.drill import MARK
from escbot.words.notices import DECLINE_CHOICES
from escbot.words.reasons import criterion_name
from escbot.words.telling import also_for, language_name
from escbot.words.voice import listed

MOST_LANGUAGES = 20  # fields of a form, beside the case's own
MOST_LISTED_NAMES = 5  # customers that a label names

WAITS = (
    ("customer", "The customer"),
    ("vendor", "A vendor"),
    ("inside", "Somebody inside the company"),
)
GAPS = (
    ("missing", "An article is missing"),
    ("wrong", "An article is wrong"),
    ("not_found", "The article was there, but not found"),
)


def escalate(
    policy: Policy,
    *,
    summary: str = "",
    memo: Memo | None = None,
    live: list[Block] | None = None,
) -> dict[str, Any]:
    """Return the form of `/escalate`; `live` is what it says to the choices so far.

    A memo with a number is a drill's.
    """
    checks: Block = {"type": "checkboxes", "options": [option(v, text) for v, text in ALSO]}
    blocks = [
        an_input(ids.CUSTOMER, "Customer", CUSTOMERS, optional=False),
        text_input(ids.SUMMARY, "What is happening?", initial=summary),
        select(ids.KIND, "Kind of problem", KINDS),
        select(ids.IMPACT, "Impact", IMPACTS),
        *(live or nothing_yet()),
        text_input(ids.TRIED, "What have you tried?", optional=True),
    ]
    blocks += [
        *area_field(policy),
        select(ids.DIAGNOSIS, "Diagnosis", DIAGNOSES, optional=True),
        an_input(ids.ALSO, "Also true", checks, optional=True),
        text_input(ids.REASON, "Your reason, if none of these fits", optional=True),
        text_input(ids.TICKET, "Ticket link", lines=False, optional=True, longest=2000),
        an_input(ids.DEADLINE, "Customer's deadline", {"type": "datetimepicker"}, optional=True),
    ]
    for block in blocks:
        if block.get("block_id") in ids.LIVE:
            block["dispatch_action"] = True
    kept = replace(memo or Memo(), text=clean(summary))
    title = f"{MARK}: escalate" if kept.number else "Escalate"
    return a_modal(ids.FORM_ESCALATE, title, "Escalate", blocks, kept)


def done(title: str, text: str) -> dict[str, Any]:
    """Return a form's last page, which only says that something was done."""
    return page(title, [section(text)])


def page(title: str, blocks: list[Block]) -> dict[str, Any]:
    """Return a page to read."""
    return {
        "type": "modal",
        "callback_id": ids.FORM_DONE,
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }


def decline(case: Case, memo: Memo) -> dict[str, Any]:
    """Return the form that asks why somebody can't take a case."""
    blocks = [
        select(ids.REASON, "Why?", DECLINE_CHOICES),
        text_input(ids.TEXT, "Anything the next person should know", optional=True),
    ]
    return a_modal(ids.FORM_DECLINE, f"Decline {case.id}", "Decline", blocks, memo)


def reassign(case: Case, memo: Memo) -> dict[str, Any]:
    """Return the form that asks somebody by name."""
    blocks = [
        an_input(ids.PERSON, "To", {"type": "users_select"}, optional=False),
        text_input(ids.TEXT, "Why?", optional=True),
    ]
    return a_modal(ids.FORM_REASSIGN, f"Reassign {case.id}", "Reassign", blocks, memo)


def move_up(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form of the `Escalate` button: which criterion of the next move holds."""
    options = [
        option(one.id, criterion_name(one.id), where)
        for one in policy.criteria
        if one.test == "facts" and (where := _leads(case, policy, one.to))
    ]
    element: Block = {"type": "static_select", "options": options}
    blocks = [
        text_input(ids.REASON, "What was tried, or your reason", optional=True),
    ]
    if options:
        blocks.insert(0, an_input(ids.CRITERION, "What holds now?", element, optional=True))
    return a_modal(ids.FORM_MOVE_UP, f"Escalate {case.id}", "Escalate", blocks, memo)


def _leads(case: Case, policy: Policy, to: int | str) -> str:
    """Return where a criterion leads from the case's tier, empty where it does not go up."""
    if to == "management":
        return "To management; the tier stays"
    tier = case.tier if isinstance(case.tier, int) else policy.tiers[0].number - 1
    if to == "next":
        to = min(tier + 1, policy.top)
    return f"To {policy.tier(int(to)).name}" if int(to) > tier else ""


def move_down(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    """Return the form of the `De-escalate` button."""
    rank = policy.severity(case.severity).rank
    lower = [(s.id, f"{s.id} · {s.name}") for s in policy.severities if s.rank > rank]
    blocks: list[Block] = []
    if lower:
        blocks.append(select(ids.SEVERITY, "To a lower severity", lower, optional=True))
        small = mrkdwn("Leave it empty to go one tier down.")
        blocks.append({"type": "context", "elements": [small]})
    blocks.append(text_input(ids.REASON, "Why?"))
    return a_modal(ids.FORM_MOVE_DOWN, f"De-escalate {case.id}", "De-escalate", blocks, memo)


def wait(case: Case, memo: Memo) -> dict[str, Any]:
    """Return the form that starts a wait."""
    blocks = [
        select(ids.ON, "Waiting for", WAITS, initial="customer"),
        text_input(ids.REASON, "What for?", optional=True),
    ]
    return a_modal(ids.FORM_WAIT, f"{case.id} waits", "Wait", blocks, memo)


def edit_words(case: Case, memo: Memo, roster: Roster, others: Mapping[str, str]) -> dict[str, Any]:
    """Return the form that changes the words before anybody tells them."""
    text = case.words[-1].text if case.words else ""
    blocks = _texts(case, roster, "will read", text, others)
    return a_modal(ids.FORM_EDIT_WORDS, f"Words for {case.id}", "Save", blocks, memo)


def hand_words(case: Case, memo: Memo) -> dict[str, Any]:
    """Return the form that gives the customer's words to somebody else."""
    other = case.owner if case.owner and case.owner != teller(case) else case.requester
    pick: Block = {"type": "users_select"}
    if other != teller(case):
        pick["initial_user"] = other
    blocks = [an_input(ids.PERSON, "Who tells the customer from now on?", pick, optional=False)]
    return a_modal(ids.FORM_HAND_WORDS, f"Words of {case.id}", "Hand over", blocks, memo)


def away() -> dict[str, Any]:
    """Return the form that says until when somebody is away."""
    until: Block = {"type": "timepicker", "placeholder": plain("Until I'm back", 150)}
    hint = "On your own clock. Left empty, you are away until you say that you are back."
    blocks = [an_input(ids.UNTIL, "Until", until, optional=True, hint=hint)]
    return a_modal(ids.FORM_AWAY, "Away", "I'm away", blocks, Memo())


def _texts(
    case: Case, roster: Roster, what: str, text: str, others: Mapping[str, str]
) -> list[Block]:
    """Return a field for the customer's text, and one for each other language of the case.

    `others` has those texts by language.
    """
    first, *rest = languages(case, roster).items()
    hint = also_for(first[1][1:])
    blocks = [text_input(ids.TEXT, f"What the customer {what}", initial=text, hint=hint)]
    for language, names in rest[:MOST_LANGUAGES]:
        label = f"What {listed(names[:MOST_LISTED_NAMES])} {what}, in {language_name(language)}"
        initial, hint = others.get(language, ""), also_for(names[1:])
        blocks.append(text_input(text_field(language), label, initial=initial, hint=hint))
    return blocks


def text_field(language: str) -> str:
    """Return the id of the field with the words for linked customers of a language."""
    return f"{ids.TEXT}:{language}"


def tell(
    case: Case, memo: Memo, text: str, roster: Roster, others: Mapping[str, str]
) -> dict[str, Any]:
    """Return the form with the customer's text."""
    blocks = _texts(case, roster, "was told", text, others)
    return a_modal(ids.FORM_TELL, f"Update {case.id}", "I sent it", blocks, memo)


def resolve(
    case: Case, policy: Policy, memo: Memo, repeats: list[Block] | None = None
) -> dict[str, Any]:
    """Return the form that resolves a case; `repeats` is what this area has seen before.

    What was learned is optional: each part that is filled in becomes a follow-up.
    """
    causes = cause_names(policy)
    tiers = [(str(tier.number), tier.name) for tier in policy.tiers]
    blocks = [
        text_input(ids.SUMMARY, "What solved it?"),
        select(ids.ROOT_CAUSE, "Root cause", causes),
        *(repeats or []),
        select(ids.GAP, "Knowledge base", GAPS, optional=True),
        _short(ids.KNOWLEDGE, "Which article, or what it should say"),
        _short(ids.LINK, "Link to the article"),
        _short(ids.TRAINING, "Training need"),
        select(ids.TRAINING_TIER, "Training for", tiers, optional=True),
        _short(ids.PRODUCT, "Input for the product"),
        _short(ids.TRACKER, "Link to the tracker"),
    ]
    return a_modal(ids.FORM_RESOLVE, f"Resolve {case.id}", "Resolve", blocks, memo)


def _short(field: str, label: str) -> Block:
    return text_input(field, label, lines=False, optional=True, longest=500)


def cause_names(policy: Policy) -> list[tuple[str, str]]:
    """Return (id, name) of each root cause that can be chosen, the names with their branches."""
    return _causes(policy.root_causes)


def _causes(causes: tuple[RootCause, ...], above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for cause in causes:
        name = f"{above}{cause.name}"
        found += _causes(cause.children, f"{name} › ") if cause.children else [(cause.id, name)]
    return found


def reason(callback: str, title: str, submit: str, label: str, memo: Memo) -> dict[str, Any]:
    """Return a form that asks for one text."""
    return a_modal(callback, title, submit, [text_input(ids.REASON, label)], memo)
