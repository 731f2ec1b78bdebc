"""What happens in a drill only: who plays, what the customer says, the marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from escbot.core import events as e
from escbot.core.case import Case
from escbot.core.evolve.change import Change
from escbot.core.policy import Policy


def _joined(case: Case, rec: e.Recorded, event: e.DrillJoined, policy: Policy) -> Case:
    return replace(case, joined=(*case.joined, event.person))


def _escalated(case: Case, rec: e.Recorded, event: e.DrillEscalated, policy: Policy) -> Case:
    """From here on it is a case like any other: its clocks begin now."""
    return replace(
        case,
        opened_at=rec.at,
        requester=event.requester,
        customer=event.customer,
        summary=event.summary,
        facts=event.facts,
        tried=event.tried,
        ticket=event.ticket,
        severity="",
    )


def _wrote(case: Case, rec: e.Recorded, event: e.CustomerWrote, policy: Policy) -> Case:
    said = case.lines_said if event.line is None else (*case.lines_said, event.line)
    answered = case.answered + (event.why == "answer")
    return replace(case, lines_said=said, answered=answered, wrote_at=rec.at)


def _graded(case: Case, rec: e.Recorded, event: e.DrillGraded, policy: Policy) -> Case:
    return replace(case, marks=event.marks, graded=True, clocks={})


CHANGES: Mapping[type, Change] = {
    e.DrillJoined: _joined,
    e.DrillEscalated: _escalated,
    e.CustomerWrote: _wrote,
    e.DrillGraded: _graded,
}
