"""State → the card: the root of the thread."""

from __future__ import annotations

from escbot.core.case import Case, Phase
from escbot.core.clocks import due, next_promise
from escbot.core.policy import PLANNING, Policy, RootCause, TierRef
from escbot.core.views import (
    CardView,
    Next,
)

_ALWAYS_WHILE_OPEN = ("escalate", "deescalate", "update_customer", "resolve", "more")
_BUTTONS: dict[Phase, tuple[str, ...]] = {
    Phase.NEW: (),
    Phase.OFFERED: ("acknowledge", "decline", "reassign", "waiting", *_ALWAYS_WHILE_OPEN),
    Phase.UNASSIGNED: ("acknowledge", "reassign", "waiting", *_ALWAYS_WHILE_OPEN),
    Phase.WORKING: ("reassign", "waiting", *_ALWAYS_WHILE_OPEN),
    Phase.WAITING: ("resume", "reassign", *_ALWAYS_WHILE_OPEN),
    Phase.PLANNING: ("escalate", "update_customer", "more"),
    Phase.PLANNED: ("escalate", "update_customer", "resolve", "more"),
    Phase.RESOLVED: ("not_fixed", "more"),
    Phase.CLOSED: ("reopen", "more"),
    Phase.CANCELLED: ("reopen",),
    Phase.MERGED: (),
}
# The order in which buttons stand on a card.
_ORDER = (
    "acknowledge", "decline", "confirm", "keep", "resume", "customer_replied", "reassign",
    "escalate", "deescalate", "waiting", "update_customer", "resolve", "not_fixed", "reopen",
    "more", "join_drill", "drill_end",
)  # fmt: skip


def buttons(case: Case, policy: Policy) -> tuple[str, ...]:
    """Return the buttons that make sense on the card now, in their order."""
    if case.graded:
        return ()
    found = set(_BUTTONS[case.phase])
    if case.drill:
        found |= {"drill_end"} if case.phase.is_over else {"join_drill", "drill_end"}
    if case.tier in (PLANNING, policy.tiers[0].number):
        found.discard("deescalate")
    if case.wait is not None and case.wait.on == "customer":
        found.add("customer_replied")
    if case.proposal is not None:
        found.add("keep")
        if case.proposal.confirm_by is not None:
            found.add("confirm")
    return tuple(button for button in _ORDER if button in found)


def tier_name(policy: Policy, tier: TierRef) -> str:
    """Return the name of a tier as people say it."""
    return "Planning" if tier == PLANNING else policy.tier(tier).name


def tier_title(policy: Policy, tier: TierRef) -> str:
    """Return the name of a tier with who works there: "Tier 3 (Engineers)"."""
    people = None if tier == PLANNING else policy.tier(tier).people
    return f"{tier_name(policy, tier)} ({people})" if people else tier_name(policy, tier)


def next_of(case: Case, policy: Policy) -> Next | None:
    """Return the next deadline that people watch."""
    found = next_promise(case, policy)
    if found is None:
        return None
    clock, at = found
    heard = any(words.sent_at for words in case.words)
    return Next("first_update" if clock == "update" and not heard else clock, at)


def cause_name(causes: tuple[RootCause, ...], id_: str) -> str:
    """Return the name of a root cause, or its id where the policy no longer has it."""
    for cause in causes:
        if cause.id == id_:
            return cause.name
        below = cause_name(cause.children, id_)
        if below != id_:
            return below
    return id_


def area_name(policy: Policy, area: str | None) -> str | None:
    """Return the name of an area as people say it."""
    return next((known.name for known in policy.areas if known.id == area), area)


def card(case: Case, policy: Policy) -> CardView:
    """Return the root of the thread."""
    severity = policy.severity(case.severity)
    last = case.management[-1] if case.management else None
    return CardView(
        number=case.number,
        version=case.turn,
        customer=case.customer,
        vip=case.facts.vip,
        severity=severity.id,
        severity_name=severity.name,
        emoji=severity.emoji,
        tier=case.tier,
        tier_name=tier_name(policy, case.tier),
        phase=case.phase.value,
        summary=case.summary,
        area=area_name(policy, case.facts.area),
        requester=case.requester,
        owner=case.owner,
        offered=case.offered,
        next=next_of(case, policy),
        wait_on=case.wait.on if case.wait else None,
        wait_for=case.wait.reason if case.wait else None,
        breached=tuple(name for name, clock in case.clocks.items() if clock.breached),
        management=tuple(dict.fromkeys(c for ping in case.management for c in ping.criteria)),
        manager=(last.taken_by or (last.asked[-1] if last.asked else None)) if last else None,
        manager_has_it=any(ping.taken_by for ping in case.management),
        linked=tuple(link.customer for link in case.linked),
        root_cause=cause_name(policy.root_causes, case.resolution.root_cause)
        if case.resolution
        else None,
        resolved_by=case.resolution.by if case.resolution else None,
        proposal=_proposal(case, policy),
        buttons=buttons(case, policy),
        drill=case.drill,
    )


def _proposal(case: Case, policy: Policy) -> Next | None:
    grace = case.clocks.get("grace")
    at = due(grace, policy) if grace else None
    return Next(case.proposal.to_severity, at) if case.proposal and at else None
