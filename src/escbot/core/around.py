"""State → what is shown beside the thread: direct messages, management, planning, pointers."""

from __future__ import annotations

from typing import Literal

from escbot.core.card import buttons, next_of, tier_name
from escbot.core.case import Case, Management, Phase, Round
from escbot.core.policy import Policy
from escbot.core.roster import Customer, Roster
from escbot.core.steps import last_told
from escbot.core.views import (
    DirectView,
    ManageView,
    PlanView,
    PointerView,
)


def direct(case: Case, policy: Policy, round_: Round, person: str) -> DirectView:
    """Return the direct message of somebody who was asked."""
    severity = policy.severity(case.severity)
    told = last_told(case)
    standing: Literal["asked", "yours", "passed", "over"]
    shown: tuple[str, ...] = ()
    if case.phase.is_over:
        standing = "over"
    elif case.offered == person and round_ is case.round:
        standing, shown = "asked", _for_them(buttons(case, policy))
    elif case.owner == person and round_ is case.round:
        standing, shown = "yours", _for_them(buttons(case, policy))
    else:
        standing = "passed"
    live = standing in ("asked", "yours")
    return DirectView(
        number=case.number,
        version=case.turn,
        person=person,
        standing=standing,
        customer=case.customer,
        vip=case.facts.vip,
        severity=severity.id,
        severity_name=severity.name,
        emoji=severity.emoji,
        tier_name=tier_name(policy, round_.tier),
        summary=case.summary,
        tried=case.tried,
        requester=case.requester,
        owner=case.owner if not live else None,
        because=round_.choice.because if round_.choice and round_.choice.person == person else (),
        told=told.text if told and live else None,
        next=next_of(case, policy) if live else None,
        why=round_.why,
        note=round_.note,
        buttons=shown,
        drill=case.drill,
        scored=_scored(case, round_, person) if standing == "yours" else None,
    )


def _for_them(card: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a specialist may answer, in front of the rest of the card's buttons."""
    extra = ("need_information", "bring_in")
    wanted = ("acknowledge", "decline", "need_information", "reassign", "bring_in")
    first = tuple(id_ for id_ in wanted if id_ in (*card, *extra))
    return (*first, *(id_ for id_ in card if id_ not in first))


def _scored(case: Case, round_: Round, person: str) -> bool | None:
    """Tell whether the receiver has said how good the handoff was; one's own is not scored."""
    if round_.taken_by != person or case.requester == person:
        return None
    return bool(round_.scores)


def manage(case: Case, policy: Policy, roster: Roster, ping: Management) -> ManageView:
    """Return one ping of the management."""
    severity = policy.severity(case.severity)
    customer = roster.customer(case.customer)
    over = case.phase.is_over
    return ManageView(
        number=case.number,
        version=case.turn,
        ping=ping.number,
        criteria=ping.criteria,
        customer=case.customer,
        vip=case.facts.vip,
        arr=customer.arr if customer else None,
        relationship=_relationship(case, customer),
        past=ping.past,
        severity=severity.id,
        severity_name=severity.name,
        emoji=severity.emoji,
        summary=case.summary,
        owner=case.owner,
        asked=ping.asked[-1] if ping.asked else None,
        taken_by=ping.taken_by,
        next=None if over else next_of(case, policy),
        over=over,
        buttons=() if over or ping.taken_by else ("have_it",),
        drill=case.drill,
    )


def _relationship(case: Case, customer: Customer | None) -> str | None:
    known = case.facts.relationship or (customer.relationship if customer else None)
    return str(known) if known else None


def plan(case: Case, policy: Policy) -> PlanView:
    """Return the case as the planners see it."""
    waits = case.phase is Phase.PLANNING
    planner = case.round.taken_by or case.owner
    return PlanView(
        number=case.number,
        version=case.turn,
        customer=case.customer,
        summary=case.summary,
        requester=case.requester,
        planner=planner,
        phase=case.phase.value,
        next=next_of(case, policy) if waits else None,
        buttons=("accept_plan", "decline_plan", "reclassify") if waits else (),
        drill=case.drill,
    )


def pointer(case: Case, policy: Policy, here: str) -> PointerView:
    """Return the line that leads to the thread."""
    severity = policy.severity(case.severity)
    return PointerView(
        number=case.number,
        severity=severity.id,
        emoji=severity.emoji,
        customer=case.customer,
        summary=case.summary,
        phase=case.phase.value,
        owner=case.owner,
        here="tier" if here == "tier" else "source",
        drill=case.drill,
    )
