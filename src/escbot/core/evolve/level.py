"""Severity, waits and limits."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core import events as e
from escbot.core import timing
from escbot.core.case import Case, Clock, Management, Phase, Wait
from escbot.core.evolve.change import Change
from escbot.core.policy import Policy, Severity
from escbot.core.values import replace


def _severity_changed(
    case: Case, rec: e.Recorded, event: e.SeverityChanged, policy: Policy
) -> Case:
    moved, proposal = case.moved_down, case.proposal
    if proposal is not None:
        moved = {**moved, proposal.rule: rec.at}
    by_rule = proposal is not None and event.why == proposal.rule
    severity = policy.severity(event.to)
    called = replace(case, management=_awake(case, severity))
    moved_on = timing.alike(called, lambda whole: timing.under(whole, policy, severity, rec.at))
    return replace(
        moved_on,
        severity=event.to,
        proposal=None,
        lowered_from=case.severity if by_rule else None,
        moved_down=moved,
    )


def _awake(case: Case, severity: Severity) -> tuple[Management, ...]:
    """An urgent case waits for nobody's hours."""
    if not severity.urgent:
        return case.management
    return tuple(replace(ping, after=None) for ping in case.management)


def _wait_started(case: Case, rec: e.Recorded, event: e.WaitStarted, policy: Policy) -> Case:
    severity = policy.severity(case.severity)
    return replace(
        case,
        phase=Phase.WAITING,
        wait=Wait(event.on, rec.at, event.reason),
        undo=None,
        clocks=timing.waiting(case, policy, severity, event.on, rec.at),
    )


def _wait_renewed(case: Case, rec: e.Recorded, event: e.WaitRenewed, policy: Policy) -> Case:
    severity = policy.severity(case.severity)
    clocks = timing.started(case, "pause", severity.pause, rec.at, severity.calendar)
    wait = replace(case.wait, reason=event.reason) if case.wait else None
    return replace(case, clocks=clocks, wait=wait)


def _resumed(case: Case, rec: e.Recorded, event: e.Resumed, policy: Policy) -> Case:
    after = timing.alike(case, lambda whole: timing.going_on(whole, rec.at))
    undo = after.undo
    if undo is not None:  # it was taken while it waited
        undo = replace(undo, phase=_held(None, undo.offered))
    return replace(after, phase=_held(case.owner, case.offered), wait=None, undo=undo)


def _held(owner: str | None, offered: str | None) -> Phase:
    return Phase.WORKING if owner else Phase.OFFERED if offered else Phase.UNASSIGNED


def _warned(case: Case, rec: e.Recorded, event: e.Warned, policy: Policy) -> Case:
    def heard(clock: Clock) -> Clock:
        return replace(clock, warned=event.share)

    return replace(case, clocks=timing.changed(case, event.clock, heard))


def _breached(case: Case, rec: e.Recorded, event: e.Breached, policy: Policy) -> Case:
    def broken(clock: Clock) -> Clock:
        return replace(clock, warned=1.0, breached=True)

    return replace(case, clocks=timing.changed(case, event.clock, broken))


def _limit_extended(case: Case, rec: e.Recorded, event: e.LimitExtended, policy: Policy) -> Case:
    def longer(clock: Clock) -> Clock:
        return timing.lengthened(clock, event.by_time)

    return replace(case, extended=True, clocks=timing.changed(case, "tier", longer))


CHANGES: Mapping[type, Change] = {
    e.SeverityChanged: _severity_changed,
    e.WaitStarted: _wait_started,
    e.WaitRenewed: _wait_renewed,
    e.Resumed: _resumed,
    e.Warned: _warned,
    e.Breached: _breached,
    e.LimitExtended: _limit_extended,
}
