"""When a case of a replay must be looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

from escbot.core.calendars import NeverOpen, next_open
from escbot.core.case import Case, Phase
from escbot.core.clocks import deadlines
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.insights.backtest.run import Run
from escbot.insights.backtest.trace import ZERO, Stage

LOOK_AGAIN = timedelta(hours=4)  # an unassigned case looks at least this often


class Moments:
    """Knows when deadlines pass, when people act and when they come to work."""

    def __init__(self, policy: Policy, roster: Roster, *, crowded: bool) -> None:
        self._policy, self._crowded = policy, crowded
        self._ranks = {one.id: one for one in policy.severities}
        hours = sorted({person.hours for person in roster.people if person.tiers})
        known = [policy.calendars[name] for name in hours if name in policy.calendars]
        self._calendars = [calendar for calendar in known if not calendar.always]

    def next(self, run: Run, at: datetime) -> datetime | None:
        """Return the next moment of a case, not before `at`; None where nothing comes any more."""
        person, due = self._next_person(run, at), self._next_due(run)
        if person is None or (due is not None and due < person):
            person = due
        return None if person is None else max(person, at)

    def _next_due(self, run: Run) -> datetime | None:
        if run.armed is not run.case:  # deadlines are a function of the case
            armed = deadlines(run.case, self._policy) if run.case is not None else ()
            run.due, run.armed = armed[0] if armed else None, run.case
        return run.due.due_at if run.due else None

    def _next_person(self, run: Run, at: datetime) -> datetime | None:
        """Return when somebody acts next, or None while everybody is silent."""
        case = run.case
        if case is None:
            return None
        stage = run.stages[run.stage]
        if case.phase is Phase.UNASSIGNED:
            look = self._next_look(at)
            return min(look, run.take_at) if run.take_at and at < run.take_at else look
        if case.phase is Phase.OFFERED:
            return self._next_taking(run, case, stage, at)
        if case.phase is Phase.PLANNING:
            if run.take_at is None:
                run.take_at = at + stage.quiet + stage.takes
            return run.take_at
        if run.began is None or run.left is None:
            return at
        return run.began + run.left

    def _next_taking(self, run: Run, case: Case, stage: Stage, at: datetime) -> datetime | None:
        """Return when the offer is taken; None where whoever was asked gives no sign."""
        if run.take_at is None and run.asked != run.fate.offers:
            run.asked = run.fate.offers
            if run.silent > 0 and self._ranks[case.severity].answer is not None:
                run.silent -= 1
                return None
            run.take_at = at + stage.takes + (stage.quiet if self._crowded else ZERO)
        return run.take_at

    def _next_look(self, at: datetime) -> datetime:
        """Return when somebody's hours begin, at the latest in a few hours."""
        soonest = at + LOOK_AGAIN
        for calendar in self._calendars:
            try:
                opens = next_open(calendar, at)
            except NeverOpen:
                continue
            if at < opens < soonest:
                soonest = opens
        return soonest
