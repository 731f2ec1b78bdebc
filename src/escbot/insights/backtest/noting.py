"""Events of a replay → what is kept of the case: its fate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from escbot.core import events as e
from escbot.core.calendars import open_between
from escbot.core.case import Case
from escbot.core.policy import Policy
from escbot.insights.backtest.fate import End, Last, Stay, Step
from escbot.insights.backtest.load import Load
from escbot.insights.backtest.run import Run
from escbot.insights.backtest.trace import ZERO, Habits


class Noting:
    """Writes into a run's fate what happens, and places the run in its recorded stages."""

    def __init__(self, policy: Policy, habits: Habits, load: Load, *, crowded: bool) -> None:
        self._policy, self._habits, self._load = policy, habits, load
        self._crowded = crowded
        self._ranks = {one.id: one for one in policy.severities}

    def note(self, run: Run, at: datetime, event: e.Event, after: Case) -> None:
        """Note one event. `after` is the case as it was left by the whole command."""
        kind = type(event)
        if kind in STEPS:
            run.fate.steps.append(Step(at, event))
        noted = _NOTES.get(kind)
        if noted is not None:
            noted(self, run, at, event, after)

    def over(self, run: Run, at: datetime, how: End) -> None:
        """Note the end of a case."""
        fate = run.fate
        fate.end, fate.ended_at = how, at
        fate.steps.append(Step(at, Last(how)))
        self._owe(run, at)
        if fate.stays:
            fate.stays[-1].until = at
        if run.unowned_since is not None:
            fate.unowned += at - run.unowned_since
            run.unowned_since = None
        fate.false_alarms = [
            (clock, share) for marks in run.alarms.values() for clock, share, _ in marks
        ]

    def _assessed(self, run: Run, at: datetime, event: e.Assessed, after: Case) -> None:
        fate = run.fate
        if not fate.severity:
            fate.severity = event.assessment.severity
            fate.severities.append(fate.severity)
            fate.because = event.assessment.severity_because
            fate.criteria = tuple(met.id for met in event.assessment.criteria)

    def _changed(self, run: Run, at: datetime, event: e.SeverityChanged, after: Case) -> None:
        self._owe(run, at)
        run.fate.severities.append(event.to)

    def _owe(self, run: Run, at: datetime) -> None:
        """Count the updates that the customer was promised under the severity so far."""
        if run.owed_since is not None and run.fate.severities:
            severity = self._ranks[run.fate.severities[-1]]
            calendar = self._policy.calendars[severity.calendar]
            run.fate.updates += open_between(calendar, run.owed_since, at) // severity.update
        run.owed_since = at

    def _placed(self, run: Run, at: datetime, event: e.RoundOpened, after: Case) -> None:
        stays = run.fate.stays
        if stays and stays[-1].tier == event.tier:
            return
        if stays:
            stays[-1].until = at
            _moved(run, event)
        stays.append(Stay(event.tier, at, event.why))
        run.arrive(event, self._habits, first=len(stays) == 1, crowded=self._crowded)

    def _offered(self, run: Run, at: datetime, event: e.Offered, after: Case) -> None:
        if event.choice.person is not None:
            run.fate.offers += 1
            run.asked_at = at
            self._load.asked(event.choice.person, at)
        # Nobody has it now: the part under way stops where it is.
        if run.began is not None and run.left is not None:
            run.left = max(run.left - (at - run.began), ZERO)
            run.began = None
        if run.unowned_since is None:
            run.unowned_since = at

    def _passed(self, run: Run, at: datetime, event: e.Passed, after: Case) -> None:
        run.fate.passes += 1

    def _taken(
        self, run: Run, at: datetime, event: e.Acknowledged | e.Kept | e.PlanAccepted, after: Case
    ) -> None:
        fate = run.fate
        fate.taken_at = fate.taken_at or at
        if run.unowned_since is not None:
            fate.unowned += at - run.unowned_since
            run.unowned_since = None
        if self._crowded and run.asked_at is not None and isinstance(event, e.Acknowledged):
            severity = self._ranks[after.severity]
            if severity.answer:
                calendar = self._policy.calendars[severity.calendar]
                fate.passes += open_between(calendar, run.asked_at, at) // severity.answer

    def _warned(self, run: Run, at: datetime, event: e.Warned, after: Case) -> None:
        run.fate.warned.append((event.clock, event.share))
        run.alarms.setdefault(event.clock, []).append((event.clock, event.share, at))

    def _breached(self, run: Run, at: datetime, event: e.Breached, after: Case) -> None:
        run.fate.breaches.append(event.clock)
        ahead = {share: at - when for _, share, when in run.alarms.pop(event.clock, [])}
        run.fate.notice.append(ahead)

    def _pinged(self, run: Run, at: datetime, event: e.ManagementCalled, after: Case) -> None:
        if not event.quiet:
            run.fate.pings.append("+".join(event.criteria))


def _moved(run: Run, event: e.RoundOpened) -> None:
    if event.why.endswith("_breached"):
        run.fate.limit_moves += 1
    elif event.why != "severity":
        run.fate.hand_moves += 1


_NOTES: Mapping[type, Any] = {
    e.Assessed: Noting._assessed,
    e.SeverityChanged: Noting._changed,
    e.RoundOpened: Noting._placed,
    e.Offered: Noting._offered,
    e.Passed: Noting._passed,
    e.Acknowledged: Noting._taken,
    e.Kept: Noting._taken,
    e.PlanAccepted: Noting._taken,
    e.Warned: Noting._warned,
    e.Breached: Noting._breached,
    e.ManagementCalled: Noting._pinged,
}
# What two lives of a case are compared by: whatever says where it is, who has it and who hears.
STEPS = frozenset(_NOTES) | {
    e.Queued, e.WaitStarted, e.Resumed, e.DeescalationProposed, e.Closed, e.Reopened, e.Resolved,
}  # fmt: skip
