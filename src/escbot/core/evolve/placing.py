"""Who is asked and who has it: rounds, offers, owners."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core import events as e
from escbot.core import timing
from escbot.core.case import Case, Phase, Round, Undo
from escbot.core.evolve.change import Change, in_round
from escbot.core.policy import Policy
from escbot.core.values import replace


def _unplaced(case: Case, rec: e.Recorded) -> Case:
    """Nobody has it and nobody is asked; a wait of the last owner is over."""
    clocks = timing.going_on(case, rec.at) if case.wait else case.clocks
    after = replace(
        case, phase=Phase.UNASSIGNED, owner=None, offered=None, wait=None, undo=None, clocks=clocks
    )
    return replace(after, clocks=timing.without(after, "answer"))


def _round_opened(case: Case, rec: e.Recorded, event: e.RoundOpened, policy: Policy) -> Case:
    new = Round(
        number=len(case.rounds) + 1,
        tier=event.tier,
        opened_at=rec.at,
        why=event.why,
        note=event.note,
        assessment=case.assessment,
        brief_needed=event.brief_needed,
    )
    clocks = case.clocks
    if not case.rounds:
        clocks = timing.in_tier(case, policy.severity(case.severity), event.tier, rec.at)
    return replace(case, rounds=(*case.rounds, new), tier=event.tier, clocks=clocks, undo=None)


def _tier_changed(case: Case, rec: e.Recorded, event: e.TierChanged, policy: Policy) -> Case:
    left = _unplaced(case, rec)
    clocks = timing.in_tier(left, policy.severity(case.severity), event.to, rec.at)
    return replace(left, tier=event.to, clocks=clocks, passed=(), extended=False)


def _offered(case: Case, rec: e.Recorded, event: e.Offered, policy: Policy) -> Case:
    left = _unplaced(case, rec)
    person = event.choice.person
    if person is None:
        rounds = in_round(case, replace(case.round, choice=event.choice))
        return replace(left, rounds=rounds)
    asked = (*(p for p in case.round.asked if p != person), person)
    rounds = in_round(case, replace(case.round, choice=event.choice, asked=asked))
    severity = policy.severity(case.severity)
    return replace(
        left,
        rounds=rounds,
        phase=Phase.OFFERED,
        offered=person,
        clocks=timing.started(left, "answer", timing.patience(severity), rec.at, severity.calendar),
    )


def _passed(case: Case, rec: e.Recorded, event: e.Passed, policy: Policy) -> Case:
    return replace(_unplaced(case, rec), passed=(*case.passed, event.person))


def _declined(case: Case, rec: e.Recorded, event: e.Declined, policy: Policy) -> Case:
    return replace(_unplaced(case, rec), passed=(*case.passed, event.person))


def _reassigned(case: Case, rec: e.Recorded, event: e.Reassigned, policy: Policy) -> Case:
    return _unplaced(case, rec)


def _kept(case: Case, rec: e.Recorded, event: e.Kept, policy: Policy) -> Case:
    left = _unplaced(case, rec)
    return replace(
        left,
        phase=Phase.WORKING,
        owner=event.person,
        taken_at=case.taken_at or rec.at,
        rounds=in_round(case, replace(case.round, taken_by=event.person, taken_at=rec.at)),
        clocks=timing.without(left, "respond"),
    )


def _queued(case: Case, rec: e.Recorded, event: e.Queued, policy: Policy) -> Case:
    left = _unplaced(case, rec)
    return replace(left, phase=Phase.PLANNING, clocks=timing.without(left, "tier"))


def _plan_accepted(case: Case, rec: e.Recorded, event: e.PlanAccepted, policy: Policy) -> Case:
    return replace(
        case,
        phase=Phase.PLANNED,
        owner=event.planner,
        taken_at=rec.at,
        rounds=in_round(case, replace(case.round, taken_by=event.planner, taken_at=rec.at)),
        clocks=timing.without(case, "respond"),
    )


def _acknowledged(case: Case, rec: e.Recorded, event: e.Acknowledged, policy: Policy) -> Case:
    stopped = {name: case.clocks[name] for name in ("respond", "answer") if name in case.clocks}
    undo = None if case.owner else Undo(case.phase, case.offered, stopped)
    return replace(
        case,
        phase=Phase.WAITING if case.wait else Phase.WORKING,
        owner=event.person,
        offered=None,
        undo=undo,
        taken_at=case.taken_at or rec.at,
        rounds=in_round(case, replace(case.round, taken_by=event.person, taken_at=rec.at)),
        clocks=timing.without(case, "respond", "answer"),
    )


def _given_back(case: Case, rec: e.Recorded, event: e.GivenBack, policy: Policy) -> Case:
    if case.undo is None:
        return _unplaced(case, rec)
    first = not any(past.taken_by for past in case.rounds[:-1])
    return replace(
        case,
        phase=case.undo.phase,
        owner=None,
        offered=case.undo.offered,
        undo=None,
        taken_at=None if first else case.taken_at,
        rounds=in_round(case, replace(case.round, taken_by=None, taken_at=None)),
        clocks={**case.clocks, **case.undo.clocks},
    )


CHANGES: Mapping[type, Change] = {
    e.RoundOpened: _round_opened,
    e.TierChanged: _tier_changed,
    e.Offered: _offered,
    e.Passed: _passed,
    e.Declined: _declined,
    e.Reassigned: _reassigned,
    e.Kept: _kept,
    e.Queued: _queued,
    e.PlanAccepted: _plan_accepted,
    e.Acknowledged: _acknowledged,
    e.GivenBack: _given_back,
}
