"""The beginning of a case."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core import events as e
from escbot.core import timing
from escbot.core.case import Case
from escbot.core.evolve.change import Change
from escbot.core.policy import Policy
from escbot.core.values import replace


def opened(recorded: e.Recorded, event: e.Opened, team: str, number: int, policy: Policy) -> Case:
    """Return the case as it begins; a drill stands at the mildest severity until it is assessed."""
    return Case(
        team=team,
        number=number,
        version=recorded.number,
        turn=recorded.number,
        policy=event.policy,
        opened_at=recorded.at,
        requester=event.requester,
        customer=event.customer,
        summary=event.summary,
        facts=event.facts,
        tried=event.tried,
        ticket=event.ticket,
        source=event.source,
        origin=event.origin,
        drill=event.drill,
        pace=event.pace,
        practice=event.practice,
        joined=(event.requester,) if event.practice else (),
        severity=policy.severities[-1].id if event.practice else "",
    )


def _assessed(case: Case, rec: e.Recorded, event: e.Assessed, policy: Policy) -> Case:
    after = replace(case, assessment=event.assessment)
    if case.severity:
        return after
    severity = policy.severity(event.assessment.severity)
    return replace(after, severity=severity.id, clocks=timing.begun(after, severity))


CHANGES: Mapping[type, Change] = {
    e.Assessed: _assessed,
}
