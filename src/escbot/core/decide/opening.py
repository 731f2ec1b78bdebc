"""`/escalate`: open a case, assess it, and find its place."""

from __future__ import annotations

from dataclasses import replace

from escbot.core.assess import assess
from escbot.core.commands import Escalate, EscalateDrill
from escbot.core.decide.draft import Draft, Refused
from escbot.core.decide.placing import call_management, place
from escbot.core.decision import Assessment
from escbot.core.events import Assessed, Opened
from escbot.core.facts import Facts
from escbot.core.roster import Customer, Roster, with_customer

LONGEST = {"customer": 150, "summary": 3000, "tried": 3000, "ticket": 2000, "discretion": 3000}


def escalate(draft: Draft, command: Escalate) -> None:
    """Open the case. Raises Refused naming the field that is missing or too long."""
    draft.need("escalate")
    known = draft.roster.customer(command.customer)
    facts = with_roster(draft.roster, known, command.by, command.facts)
    customer = known.name if known else command.customer.strip()
    check(command, customer)
    assessment = assess(draft.policy, facts)
    check_handoff(draft, command, assessment)
    draft.add(
        Opened(
            policy=draft.policy.version,
            requester=command.by,
            customer=customer,
            summary=command.summary.strip(),
            facts=replace(facts, customer=customer),
            tried=(command.tried or "").strip() or None,
            ticket=(command.ticket or "").strip() or None,
            source=command.source,
            origin=command.origin,
        )
    )
    begin(draft, assessment)


def begin(draft: Draft, assessment: Assessment) -> None:
    """Give an opened case its place, and prepare the first words for the customer."""
    draft.add(Assessed(assessment))
    place(draft, assessment.tier, "opened", keep=_keeps(draft, assessment))
    call_management(draft, assessment.management)
    draft.prepare("acknowledgement")


def with_roster(roster: Roster, customer: Customer | None, by: str, facts: Facts) -> Facts:
    """Add what the roster knows: the opener's tier, whether the customer is a VIP, how we stand."""
    person = roster.person(by)
    if person is not None and person.tiers:
        facts = replace(facts, from_tier=min(person.tiers))
    return with_customer(facts, customer)


def check(command: Escalate | EscalateDrill, customer: str) -> None:
    """Raise Refused naming the field that is missing or too long."""
    if not customer:
        raise Refused("missing_field", field="customer")
    if not command.summary.strip():
        raise Refused("missing_field", field="summary")
    texts = {
        "customer": customer,
        "summary": command.summary,
        "tried": command.tried,
        "ticket": command.ticket,
        "discretion": command.facts.discretion,
    }
    for field, longest in LONGEST.items():
        if len(texts[field] or "") > longest:
            raise Refused("too_long", field=field, longest=longest)


def check_handoff(draft: Draft, command: Escalate | EscalateDrill, assessment: Assessment) -> None:
    """Hold a gated severity until the handoff has what the policy asks for; never the worst."""
    handoff = draft.policy.handoff
    if assessment.severity not in handoff.gated:
        return
    given = {"summary": command.summary, "tried": command.tried, "ticket": command.ticket}
    for field in handoff.required:
        if field in given and not (given[field] or "").strip():
            raise Refused("needed_first", field=field, severity=assessment.severity)


def _keeps(draft: Draft, assessment: Assessment) -> str | None:
    """Where the tier is the opener's own, the case stays with them, tracked."""
    requester = draft.roster.person(draft.case.requester)
    if assessment.stays and requester is not None and assessment.tier in requester.tiers:
        return requester.id
    return None
