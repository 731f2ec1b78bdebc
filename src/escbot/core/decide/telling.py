"""What the customer was told, and what was added to the record."""

from __future__ import annotations

from escbot.core.commands import LinkCustomer, Note, TellCustomer, UnlinkCustomer
from escbot.core.decide.draft import Draft, Refused
from escbot.core.events import CustomerLinked, CustomerTold, CustomerUnlinked, Noted

LONGEST_TEXT = 3000
LONGEST_NAME = 150


def tell(draft: Draft, command: TellCustomer) -> None:
    """The customer has heard this text; the next update counts from now."""
    draft.need("tell_customer")
    text = command.text.strip()
    if not text:
        raise Refused("missing_field", field="text")
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", field="text", longest=LONGEST_TEXT)
    draft.add(CustomerTold(command.by, text))


def note(draft: Draft, command: Note) -> None:
    """Add to the record."""
    text = command.text.strip()
    if not text:
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
    here = {draft.case.customer.casefold(), *(x.customer.casefold() for x in draft.case.linked)}
    if name.casefold() in here:
        raise Refused("already_linked", customer=name)
    draft.add(CustomerLinked(name, command.by))


def unlink(draft: Draft, command: UnlinkCustomer) -> None:
    """It was another problem after all."""
    draft.open_only()
    draft.need("link")
    for linked in draft.case.linked:
        if linked.customer.casefold() == command.customer.strip().casefold():
            draft.add(CustomerUnlinked(linked.customer))
            return
    raise Refused("not_linked", customer=command.customer)
