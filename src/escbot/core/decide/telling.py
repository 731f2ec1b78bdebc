"""What the customer was told, and what was added to the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from escbot.core.case import Case, Copy, Linked
from escbot.core.commands import (
    EditWords,
    HandWords,
    LinkCustomer,
    Note,
    TakeIn,
    TellCustomer,
    UnlinkCustomer,
)
from escbot.core.decide.draft import Draft, Refused
from escbot.core.decide.drilling import after_telling
from escbot.core.decide.texts import by_hand, copies, languages, other_texts, words_for
from escbot.core.events import (
    CustomerLinked,
    CustomerTold,
    CustomerUnlinked,
    Noted,
    WordsEdited,
    WordsHanded,
)
from escbot.core.steps import teller

LONGEST_TEXT = 3000
LONGEST_NAME = 150


def tell(draft: Draft, command: TellCustomer) -> None:
    """The customer has heard this text, or hears it now; the next update counts from now."""
    draft.need("tell_customer")
    text = _text(command.text)
    case = draft.case
    last = case.words[-1] if case.words else None
    if command.prepared and (last is None or last.sent_at is not None):
        raise Refused("told_already", person=last.sent_by if last else None)
    if command.prepared and last is not None and command.mark not in (None, last.mark):
        raise Refused("words_changed")
    channel = None
    if command.send:
        if case.drill:
            raise Refused("drill_sends_nothing")
        channel = draft.roster.channel_of(case.customer)
        if channel is None:
            raise Refused("no_shared_channel", customer=case.customer)
    others = (
        replace(copy, channel=draft.roster.channel_of(copy.customer) if command.send else None)
        for copy in _copies(draft, text, command.others)
    )
    draft.add(CustomerTold(command.by, text, channel, tuple(others)))
    after_telling(draft)


def _text(text: str, field: str = "text") -> str:
    text = text.strip()
    if not text:
        raise Refused("missing_field", field=field)
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", field=field, longest=LONGEST_TEXT)
    return text


def _copies(
    draft: Draft, text: str, others: Mapping[str, str], wider: Case | None = None
) -> tuple[Copy, ...]:
    """Return the words for the others: as they are ready, else what was written, or a template.

    `wider` is the case with one more customer.
    """
    case, compose, roster = wider or draft.case, draft.context.compose, draft.roster
    if compose is None:
        return ()
    last = case.words[-1] if case.words and case.words[-1].sent_at is None else None
    made = partial(
        words_for,
        case,
        template=last.template if last is not None else "progress",
        policy=draft.policy,
        roster=roster,
        compose=compose,
    )
    shown = other_texts(case, roster, made)
    new = {at: _text(others[at], f"text:{at}") for at in shown if at in others}
    if last is not None and last.text == text and {**shown, **new} == shown:
        ready = {copy.customer for copy in last.copies}
        if ready == {link.customer for link in case.linked}:
            return last.copies
    names = languages(case, roster)
    edited = {**by_hand(last, roster), roster.language_of(case.customer): text, **new}
    edited = {
        language: written
        for language, written in edited.items()
        if language in names and written != made(customer=names[language][0])
    }
    found = tuple(copies(case, roster, made, edited))
    for language in new.keys() & edited.keys():
        if language not in {roster.language_of(copy.customer) for copy in found if copy.by_hand}:
            raise Refused("names_another", field=f"text:{language}", customer=names[language][0])
    return found


def edit(draft: Draft, command: EditWords) -> None:
    """Put other words in the place of those that are ready."""
    draft.need("tell_customer")
    text = _text(command.text)
    draft.add(WordsEdited(text, _copies(draft, text, command.others)))


def hand_over(draft: Draft, command: HandWords) -> None:
    """Somebody else owns the customer's words from now on."""
    draft.need("hand_words")
    if command.to == teller(draft.case):
        raise Refused("words_theirs_already", person=command.to)
    draft.need_there(command.to)
    draft.add(WordsHanded(command.to))


def note(draft: Draft, command: Note) -> None:
    """Add to the record; an owner's sign of life has no text."""
    text = command.text.strip()
    if command.kind == "sign":
        draft.open_only()
        if command.by != draft.case.owner:
            raise Refused("sign_not_yours", owner=draft.case.owner)
    elif not text:
        raise Refused("missing_field", field="text")
    draft.add(Noted(command.by, command.kind, text[:LONGEST_TEXT]))


def link(draft: Draft, command: LinkCustomer) -> None:
    """Another customer has the same problem."""
    draft.open_only()
    draft.need("link")
    known = draft.roster.customer(command.customer)
    name = known.name if known else command.customer.strip()
    if not name:
        raise Refused("missing_field", field="customer")
    if len(name) > LONGEST_NAME:
        raise Refused("too_long", field="customer", longest=LONGEST_NAME)
    if _is_here(draft.case, name):
        raise Refused("already_linked", customer=name)
    _link(draft, Linked(name, command.by))


def take_in(draft: Draft, command: TakeIn) -> None:
    """The customers of a case that ends in this one hear what this one's customer hears."""
    if draft.case.phase.is_over or draft.case.drill:
        raise Refused("no_such_target", into=draft.case.number)
    for one in command.customers:
        if not _is_here(draft.case, one.customer):
            _link(draft, one)


def _is_here(case: Case, customer: str) -> bool:
    names = (case.customer, *(link.customer for link in case.linked))
    return customer.casefold() in {name.casefold() for name in names}


def _link(draft: Draft, link: Linked) -> None:
    draft.add(CustomerLinked(link.customer, link.requester, _copy_for(draft, link)))


def _copy_for(draft: Draft, link: Linked) -> Copy | None:
    """Return the words for one more customer, where some are ready."""
    case = draft.case
    if not case.words or case.words[-1].sent_at is not None:
        return None
    wider = replace(case, linked=(*case.linked, link))
    made = _copies(draft, case.words[-1].text, {}, wider)
    return next((one for one in made if one.customer == link.customer), None)


def unlink(draft: Draft, command: UnlinkCustomer) -> None:
    """It was another problem after all."""
    draft.open_only()
    draft.need("link")
    for linked in draft.case.linked:
        if linked.customer.casefold() == command.customer.strip().casefold():
            draft.add(CustomerUnlinked(linked.customer))
            return
    raise Refused("not_linked", customer=command.customer)
