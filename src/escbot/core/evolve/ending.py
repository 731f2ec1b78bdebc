"""Down and out: de-escalation, resolving, closing, reopening."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core import events as e
from escbot.core import timing
from escbot.core.case import Case, Clock, Phase, Proposal, Resolution
from escbot.core.evolve.change import Change
from escbot.core.policy import PLANNING, Policy
from escbot.core.values import replace


def _deescalation_proposed(
    case: Case, rec: e.Recorded, event: e.DeescalationProposed, policy: Policy
) -> Case:
    severity = policy.severity(case.severity)
    proposal = Proposal(event.rule, event.to_severity, rec.at, event.confirm_by)
    grace = None if event.confirm_by else severity.grace
    hours = event.calendar if event.calendar in policy.calendars else None
    clocks = timing.started(case, "grace", grace, rec.at, hours or severity.calendar)
    return replace(case, proposal=proposal, clocks=clocks)


def _deescalation_kept(
    case: Case, rec: e.Recorded, event: e.DeescalationKept, policy: Policy
) -> Case:
    moved = case.moved_down
    # What was taken back does not rest: the facts may speak for it again within the day.
    if case.proposal is not None and event.why == "kept":
        moved = {**moved, case.proposal.rule: rec.at}
    clocks = timing.without(case, "grace")
    return replace(case, proposal=None, moved_down=moved, clocks=clocks)


def _resolved(case: Case, rec: e.Recorded, event: e.Resolved, policy: Policy) -> Case:
    severity = policy.severity(case.severity)
    clocks = dict(timing.banked(case, policy, rec.at))
    if severity.close is not None and not case.facts.vip:
        clocks["close"] = Clock(severity.close, severity.calendar, since=rec.at)
    return replace(
        _ended(case, rec, Phase.RESOLVED),
        owner=case.owner or event.person,
        resolution=Resolution(event.person, rec.at, event.summary, event.root_cause),
        clocks=clocks,
    )


def _ended(case: Case, rec: e.Recorded, phase: Phase) -> Case:
    return replace(
        case,
        phase=phase,
        offered=None,
        wait=None,
        undo=None,
        proposal=None,
        ended_at=case.ended_at or rec.at,
    )


def _reopened(case: Case, rec: e.Recorded, event: e.Reopened, policy: Policy) -> Case:
    after = replace(
        case,
        phase=Phase.PLANNING if case.tier == PLANNING else Phase.WORKING,
        owner=case.owner or event.person,  # what follows says who has it; old records end here
        resolution=None,
        ended_at=None,
    )
    return replace(after, clocks=timing.back(after, policy.severity(case.severity), rec.at))


def _closed(case: Case, rec: e.Recorded, event: e.Closed, policy: Policy) -> Case:
    clocks = timing.banked(case, policy, rec.at)
    return replace(_ended(case, rec, Phase.CLOSED), clocks=clocks)


def _cancelled(case: Case, rec: e.Recorded, event: e.Cancelled, policy: Policy) -> Case:
    clocks = timing.banked(case, policy, rec.at)
    return replace(_ended(case, rec, Phase.CANCELLED), clocks=clocks)


def _merged(case: Case, rec: e.Recorded, event: e.Merged, policy: Policy) -> Case:
    return replace(_ended(case, rec, Phase.MERGED), merged_into=event.into, clocks={})


def _thread_lost(case: Case, rec: e.Recorded, event: e.ThreadLost, policy: Policy) -> Case:
    return replace(case, episode=case.episode + 1)


def _policy_stamped(case: Case, rec: e.Recorded, event: e.PolicyStamped, policy: Policy) -> Case:
    return replace(case, policy=event.policy)


def _redacted(case: Case, rec: e.Recorded, event: e.Redacted, policy: Policy) -> Case:
    return case


CHANGES: Mapping[type, Change] = {
    e.DeescalationProposed: _deescalation_proposed,
    e.DeescalationKept: _deescalation_kept,
    e.Resolved: _resolved,
    e.Reopened: _reopened,
    e.Closed: _closed,
    e.Cancelled: _cancelled,
    e.Merged: _merged,
    e.ThreadLost: _thread_lost,
    e.PolicyStamped: _policy_stamped,
    e.Redacted: _redacted,
}
