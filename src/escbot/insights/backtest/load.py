"""What people carry while cases live again, as the router reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from escbot.core.policy import Policy
from escbot.core.roster import Floor, Roster
from escbot.insights.backtest.run import Held, Run


class Load:
    """Points, last offers and what each person has solved. `rated` overrides capacities.

    Where there are people enough, nothing is weighed.
    """

    def __init__(
        self, policy: Policy, roster: Roster, rated: Mapping[str, int], *, crowded: bool
    ) -> None:
        usual = policy.routing.capacity
        self._crowded = crowded
        self._points = {one.id: one.points for one in policy.severities}
        self._capacity = {
            one.id: usual if one.capacity is None else one.capacity for one in roster.people
        }
        self._capacity.update(rated)
        self._usual = usual
        self._load: defaultdict[str, int] = defaultdict(int)
        self._last: dict[str, datetime] = {}
        self._solved: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._served: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.floor = Floor(
            load=self._load, last_assigned=self._last, solved=self._solved, served=self._served
        )

    def release(self, run: Run) -> None:
        """Take a case off its person, for a decision about this case or at its end."""
        if run.held is not None and not self._crowded:
            self._load[run.held.person] -= run.held.points

    def hold(self, run: Run, at: datetime) -> bool:
        """Put a case on whoever has it or is asked now; tell whether somebody else got free."""
        case = run.case
        if case is None or self._crowded:
            return False
        person = None if case.phase.is_over else case.owner or case.offered
        was = run.held
        points = self._points[case.severity] if person else 0
        if was is not None and (was.person, was.points) == (person, points):
            self._load[was.person] += points
            return False
        if was is not None:
            self._settle(run, was, at)
        run.held = None
        if person is not None:
            self._load[person] += points
            above = max(self._load[person] - self._capacity.get(person, self._usual), 0)
            run.held = Held(person, points, min(above, points), at)
        return was is not None and was.person != person

    def drop(self, run: Run, at: datetime) -> None:
        """The case weighs on nobody any more; an unfinished one not after its last sign."""
        was = run.held
        if was is None:
            return
        if run.case is not None and not run.case.phase.is_over:
            self.release(run)
        self._settle(run, was, at)
        run.held = None

    def _settle(self, run: Run, was: Held, at: datetime) -> None:
        run.fate.over += was.above * (at - was.since)

    def asked(self, person: str, at: datetime) -> None:
        """Somebody was asked now."""
        self._last[person] = at

    def solved(self, person: str, area: str, customer: str) -> None:
        """Somebody solved a case."""
        self._solved[person, area] += 1
        self._served[person, customer] += 1
