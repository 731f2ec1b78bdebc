"""Up and down: tiers, severities, limits, and facts that turned out different."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from escbot.core.assess import assess
from escbot.core.commands import (
    ChangeFacts,
    ChangeSeverity,
    ChangeTier,
    ExtendLimit,
    MoveDown,
    MoveUp,
)
from escbot.core.decide.draft import Draft, Refused
from escbot.core.decide.lowering import propose_lower, take_back, take_back_unfounded
from escbot.core.decide.placing import call_management, follow_start, move, place
from escbot.core.decision import Assessment
from escbot.core.events import (
    Assessed,
    FactsChanged,
    LimitExtended,
    SeverityChanged,
    TierChanged,
)
from escbot.core.permissions import may_lower, standing
from escbot.core.policy import PLANNING


def move_up(draft: Draft, command: MoveUp) -> None:
    """The `Escalate` button: up by a criterion or a written reason; at the top, to a manager."""
    draft.open_only()
    draft.need("move_up")
    reason = (command.reason or "").strip() or None
    if command.criterion is None and reason is None:
        raise Refused("needs_reason")
    asked = _asked_tier(draft, command.criterion)
    take_back(draft, "moved_up")
    if asked == "management":
        call_management(draft, (str(command.criterion),), again=True)
        return
    tier = draft.case.tier
    if tier == PLANNING:
        move(draft, 1, command.criterion or "discretion", reason)
        return
    if tier == draft.policy.top:
        call_management(draft, ("escalated_at_top",), again=True)
        return
    to = min(max(asked or 0, tier + 1), draft.policy.top)
    move(draft, to, command.criterion or "discretion", reason)


def _asked_tier(draft: Draft, criterion: str | None) -> int | Literal["management"] | None:
    for known in draft.policy.criteria:
        if known.id == criterion:
            return None if known.to == "next" else known.to
    if criterion is not None:
        raise Refused("unknown_criterion", criterion=criterion)
    return None


def move_down(draft: Draft, command: MoveDown) -> None:
    """The `De-escalate` button: to a lower severity, or one tier down."""
    draft.open_only()
    draft.need("move_down")
    _need_text(command.reason)
    if command.to_severity is not None:
        _change_severity(draft, command.by, command.to_severity, command.reason)
        return
    case = draft.case
    if not isinstance(case.tier, int) or case.tier <= draft.policy.tiers[0].number:
        raise Refused("lowest_tier")
    _lower_tier(draft, case.tier - 1, command.reason)


def _lower_tier(draft: Draft, to: int, reason: str) -> None:
    requester = draft.roster.person(draft.case.requester)
    stays = requester is not None and to in requester.tiers and draft.is_there(requester.id)
    draft.add(TierChanged(to, "deescalated", reason))
    place(draft, to, "deescalated", reason, keep=requester.id if requester and stays else None)


def _need_text(reason: str) -> None:
    if not reason.strip():
        raise Refused("needs_reason")


def change_severity(draft: Draft, command: ChangeSeverity) -> None:
    """Set another severity; lowering needs whom the policy names."""
    draft.open_only()
    planned = draft.case.tier == PLANNING
    draft.need("reclassify" if planned else "change_severity")
    _need_text(command.reason)
    _change_severity(draft, command.by, command.to, command.reason)


def _change_severity(draft: Draft, by: str, to: str, reason: str) -> None:
    case, policy = draft.case, draft.policy
    known = {severity.id: severity for severity in policy.severities}
    if to not in known:
        raise Refused("unknown_severity", severity=to, known=", ".join(known))
    if to == case.severity:
        raise Refused("same_severity", severity=to)
    lower = known[to].rank > draft.severity.rank
    if lower and not may_lower(policy, draft.roster, case, by):
        raise Refused("may_not_lower", severity=case.severity, who=draft.severity.lower_by)
    draft.add(SeverityChanged(to, "lowered" if lower else "raised", reason))
    follow_start(draft, reason, lower=lower)


def change_tier(draft: Draft, command: ChangeTier) -> None:
    """A lead or manager puts the case into another tier."""
    draft.open_only()
    draft.need("change_tier")
    _need_text(command.reason)
    if command.to not in {tier.number for tier in draft.policy.tiers}:
        raise Refused("unknown_tier", tier=command.to)
    if command.to == draft.case.tier:
        raise Refused("same_tier", tier=command.to)
    move(draft, command.to, "changed", command.reason)


def extend(draft: Draft, command: ExtendLimit) -> None:
    """`Two more hours` on a tier limit: once in a tier, with a reason; then the lead decides."""
    draft.open_only()
    _need_text(command.reason)
    case = draft.case
    if "tier" not in case.clocks:
        raise Refused("no_tier_limit")
    mine = standing(draft.roster, case, command.by)
    if case.extended and mine.isdisjoint({"lead", "manager"}):
        raise Refused("extended_already")
    draft.need("extend")
    draft.add(LimitExtended(draft.policy.extension, command.reason))


def change_facts(draft: Draft, command: ChangeFacts) -> None:
    """Reassess: worse moves at once, better only proposes."""
    draft.open_only()
    draft.need("change_facts")
    before = draft.case
    facts = command.facts.over(command.shown, before.facts) if command.shown else command.facts
    facts = replace(facts, from_tier=before.facts.from_tier, customer=before.customer)
    if facts == before.facts:
        raise Refused("nothing_changed")
    draft.add(FactsChanged(facts, command.by))
    assessment = assess(draft.policy, facts)
    draft.add(Assessed(assessment))
    if not _raised(draft, assessment):
        take_back_unfounded(draft, before, assessment)
        propose_lower(draft, before, assessment)


def _raised(draft: Draft, assessment: Assessment) -> bool:
    """Move up at once where the facts are worse now; tell whether they are.

    Managers are called under the severity that it has then.
    """
    rank = draft.policy.severity(assessment.severity).rank
    worse = rank < draft.severity.rank
    if worse:
        draft.add(SeverityChanged(assessment.severity, "reassessed"))
    call_management(draft, assessment.management)
    tier = draft.case.tier
    higher = isinstance(assessment.tier, int) and (tier == PLANNING or assessment.tier > tier)
    if higher:
        take_back(draft, "facts")
        move(draft, assessment.tier, "reassessed")
    return worse or higher
