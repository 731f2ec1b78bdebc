"""Drills: who plays, the form, the simulated customer, the end with its marks."""

from __future__ import annotations

from dataclasses import replace

from escbot.core import commands as c
from escbot.core.assess import assess
from escbot.core.case import Case, Phase
from escbot.core.decide.draft import Draft, Refused
from escbot.core.decide.opening import begin, check, check_handoff, with_roster
from escbot.core.decide.placing import route
from escbot.core.drill.customer import next_word
from escbot.core.drill.grading import grade
from escbot.core.events import (
    Closed,
    CustomerWrote,
    DrillEscalated,
    DrillGraded,
    DrillJoined,
    Opened,
    Resumed,
)

OVER = "drill_over"
_BEFORE = (c.JoinDrill, c.EscalateDrill, c.EndDrill, c.DeadlinePassed, c.LoseThread, c.RouteAgain)
_ALWAYS = (c.LoseThread, c.DeadlinePassed, c.RouteAgain, c.TakeIn)
_DRILLS = (c.JoinDrill, c.EscalateDrill, c.EndDrill)


def admit(case: Case, command: c.Command) -> None:
    """Raise Refused for what has no place in a drill, or only there."""
    if case.practice is None:
        if isinstance(command, _DRILLS):
            raise Refused("not_a_drill")
        return
    by = getattr(command, "by", None)
    if isinstance(command, _ALWAYS):
        return
    if case.graded:
        raise Refused(OVER)
    if by not in case.joined and not isinstance(command, c.JoinDrill):
        raise Refused("join_first")
    if case.phase is Phase.NEW and not isinstance(command, _BEFORE):
        raise Refused("drill_not_begun")
    if isinstance(command, c.Merge):
        raise Refused("not_in_drill")
    named = getattr(command, "to", None) if isinstance(command, c.Reassign) else None
    named = command.person if isinstance(command, c.BringIn) else named
    if named is not None and named not in case.joined:
        raise Refused("not_joined", person=named)


def start(draft: Draft, command: c.StartDrill) -> None:
    """Open a practice case; it waits for somebody to escalate."""
    draft.need("drill")
    practice = command.practice
    draft.add(
        Opened(
            policy=draft.policy.version,
            requester=command.by,
            customer=practice.customer,
            summary=practice.call,
            facts=practice.facts,
            origin="drill",
            drill=True,
            pace=command.pace,
            practice=practice,
        )
    )
    for person in dict.fromkeys(command.people):
        if person != command.by:
            draft.add(DrillJoined(person))


def join(draft: Draft, command: c.JoinDrill) -> None:
    """Play too; a case that nobody could take looks again."""
    if command.by in draft.case.joined:
        raise Refused("joined_already")
    draft.open_only()
    draft.add(DrillJoined(command.by))
    if draft.case.phase is Phase.UNASSIGNED:
        route(draft)


def escalate(draft: Draft, command: c.EscalateDrill) -> None:
    """The form of the drill, checked and assessed as every other."""
    if draft.case.phase is not Phase.NEW:
        raise Refused("drill_escalated", person=draft.case.requester)
    known = draft.roster.customer(command.customer)
    customer = known.name if known else command.customer.strip()
    facts = with_roster(draft.roster, known, command.by, command.facts)
    check(command, customer)
    assessment = assess(draft.policy, facts)
    check_handoff(draft, command, assessment)
    draft.add(
        DrillEscalated(
            requester=command.by,
            customer=customer,
            summary=command.summary.strip(),
            facts=replace(facts, customer=customer),
            tried=(command.tried or "").strip() or None,
            ticket=(command.ticket or "").strip() or None,
        )
    )
    begin(draft, assessment)


def customer_speaks(draft: Draft) -> None:
    """The simulated customer says what is due."""
    word = next_word(draft.case)
    if word is None or word.at > draft.now:
        return
    draft.add(CustomerWrote(word.says, word.why, word.line))
    if word.why == "back":
        draft.add(Resumed("replied"))


def end(draft: Draft, command: c.EndDrill) -> None:
    """End it now."""
    finish(draft)


def finish(draft: Draft) -> None:
    """Close what is open and give the marks."""
    marks = grade(draft.case, draft.policy, draft.roster, draft.now)
    if not draft.case.phase.is_over:
        draft.add(Closed(OVER))
    draft.add(DrillGraded(marks))


def after_telling(draft: Draft) -> None:
    """The customer of a drill has heard the end of it: nothing is left to do."""
    case = draft.case
    if case.practice is not None and case.resolution is not None and not case.graded:
        finish(draft)
