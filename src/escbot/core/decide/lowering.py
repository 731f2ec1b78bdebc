"""Down by a rule of the policy: proposed, kept, confirmed, done after its grace, undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from escbot.core.case import Case
from escbot.core.commands import ConfirmDeescalation, KeepLevel, UndoDeescalation
from escbot.core.decide.draft import Draft, Refused
from escbot.core.decide.placing import follow_start
from escbot.core.decision import Assessment
from escbot.core.events import DeescalationKept, DeescalationProposed, SeverityChanged
from escbot.core.facts import Facts, Impact
from escbot.core.permissions import may_lower
from escbot.core.policy import PLANNING, Severity

_IMPACT_ORDER = (Impact.ONE_USER, Impact.MULTIPLE_USERS, Impact.SYSTEM_WIDE)


def propose_lower(draft: Draft, before: Case, assessment: Assessment) -> None:
    """Propose a lower severity by the first rule of the policy that fits and is rested."""
    happened = _better(before.facts, draft.case.facts)
    assessed = draft.policy.severity(assessment.severity)
    lower = assessed if assessed.rank > draft.severity.rank else _next_lower(draft)
    for rule in draft.policy.deescalation:
        if happened[rule.on]:
            _propose(draft, rule.id, lower)


def _better(before: Facts, now: Facts) -> Mapping[str, bool]:
    """Tell for each rule of facts whether what it speaks of happened between the two."""
    return {
        "workaround": now.workaround and not before.workaround,
        "impact_reduced": _IMPACT_ORDER.index(now.impact) < _IMPACT_ORDER.index(before.impact),
        "vip_lifted": before.vip and not now.vip,
        "waiting_customer": False,
    }


def take_back_unfounded(draft: Draft, before: Case, assessment: Assessment) -> None:
    """Take the proposal back where what it rests on was turned back, or the facts are worse now.

    Where they still speak for a smaller step by the same rule, that is proposed instead.
    """
    proposal = draft.case.proposal
    if proposal is None:
        return
    turned_back = _better(draft.case.facts, before.facts)
    on = next((rule.on for rule in draft.policy.deescalation if rule.id == proposal.rule), None)
    gone = on is not None and turned_back[on]
    assessed = draft.policy.severity(assessment.severity)
    lowest = draft.policy.severity(proposal.to_severity).rank
    spoke_for_it = before.assessment and draft.policy.severity(before.assessment.severity).rank
    if gone or (spoke_for_it and assessed.rank < lowest <= spoke_for_it):
        take_back(draft, "facts")
        if not gone and assessed.rank > draft.severity.rank:
            _propose(draft, proposal.rule, assessed)


def take_back(draft: Draft, why: Literal["facts", "moved_up"]) -> None:
    """Take back what was proposed, where there is something."""
    if draft.case.proposal is not None:
        draft.add(DeescalationKept(None, why))


def propose_after_wait(draft: Draft) -> None:
    """The customer was silent beyond the pause: propose the next lower severity."""
    for rule in draft.policy.deescalation:
        if rule.on == "waiting_customer":
            _propose(draft, rule.id, _next_lower(draft))


def _next_lower(draft: Draft) -> Severity | None:
    """Return the next severity below; what was a problem does not become a wish by a rule."""
    for severity in draft.policy.severities:
        if severity.rank > draft.severity.rank and severity.start != PLANNING:
            return severity
    return None


def _propose(draft: Draft, rule: str, lower: Severity | None) -> None:
    """Propose once; its grace period runs in the owner's hours."""
    if lower is None or draft.case.proposal is not None or not _rested(draft, rule):
        return
    owner = draft.roster.person(draft.case.owner) if draft.case.owner else None
    draft.add(
        DeescalationProposed(
            rule, lower.id, draft.severity.confirm_by, owner.hours if owner else None
        )
    )


def _rested(draft: Draft, rule: str) -> bool:
    last: datetime | None = draft.case.moved_down.get(rule)
    return last is None or draft.now - last >= draft.policy.rest


def keep(draft: Draft, command: KeepLevel) -> None:
    """`Keep`: the proposed de-escalation does not happen."""
    draft.open_only()
    draft.need("keep")
    if draft.case.proposal is None:
        raise Refused("nothing_proposed")
    draft.add(DeescalationKept(command.by))


def confirm(draft: Draft, command: ConfirmDeescalation) -> None:
    """Somebody who may confirms the proposed de-escalation."""
    draft.open_only()
    proposal = draft.case.proposal
    if proposal is None:
        raise Refused("nothing_proposed")
    least = proposal.confirm_by or draft.severity.lower_by
    if not may_lower(draft.policy, draft.roster, draft.case, command.by, least):
        raise Refused("may_not_lower", severity=draft.case.severity, who=least)
    lower_as_proposed(draft)


def lower_as_proposed(draft: Draft) -> None:
    """Do what was proposed; whoever works on it keeps it."""
    proposal = draft.case.proposal
    if proposal is not None:
        draft.add(SeverityChanged(proposal.to_severity, proposal.rule))
        follow_start(draft, None, lower=True)


def undo(draft: Draft, command: UndoDeescalation) -> None:
    """`Undo`: back to the severity from which a rule took it, the time used intact."""
    draft.open_only()
    draft.need("keep")
    before = draft.case.lowered_from
    if before is None:
        raise Refused("nothing_to_undo")
    draft.add(SeverityChanged(before, "undone"))
    follow_start(draft, None, lower=False)
