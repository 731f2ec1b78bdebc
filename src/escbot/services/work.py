"""One case inside one transaction: what was decided so far, and what it is rebuilt from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.case import Case, Past, Phase
from escbot.core.clocks import deadlines
from escbot.core.decide import Compose, Context, decide
from escbot.core.evolve import evolve
from escbot.core.notices import notices
from escbot.core.roster import Floor
from escbot.core.views import Message
from escbot.services.library import Library
from escbot.store.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """What the desk is made of. `clock` is domain time, `wall` machine time, both aware UTC."""

    database: Database
    library: Library
    clock: Callable[[], datetime]
    wall: Callable[[], datetime]
    new_key: Callable[[], str]
    compose: Compose


class Work:
    """One case inside one transaction: what was decided so far."""

    def __init__(
        self, services: Services, team: str, number: int, case: Case | None, floor: Floor
    ) -> None:
        self._library = services.library
        self._compose = services.compose
        self.now = services.clock()
        self.team = team
        self.number = number
        self.floor = floor
        self.is_new = case is None
        self.before = case
        self._case = case
        self.past: Past | None = None
        self.records: list[e.Recorded] = []
        self.notices: list[Message] = []
        self.policy = services.library.at(case.policy) if case else services.library.current

    @property
    def case(self) -> Case:
        """The case as it is now; LookupError before it is opened."""
        if self._case is None:
            raise LookupError(f"case {self.number} is not open")
        return self._case

    def next_due(self) -> str | None:
        """Return the kind of the first deadline that is due."""
        armed = deadlines(self.case, self.policy)
        return armed[0].kind if armed and armed[0].due_at <= self.now else None

    def apply(self, command: c.Command) -> tuple[e.Event, ...]:
        """Decide one command and evolve by its events. Raises Refused."""
        context = Context(
            policy=self.policy,
            roster=self._library.roster,
            floor=self.floor,
            now=self.now,
            team=self.team,
            number=self.number,
            compose=self._compose,
            past=self.past,
        )
        events = decide(self._case, command, context)
        by = getattr(command, "by", None)
        for event in events:
            number = (self._case.version if self._case else 0) + 1
            record = e.Recorded(number, self.now, by, event)
            before = self._case
            self._case = evolve(before, record, self.policy, team=self.team, number=self.number)
            self.records.append(record)
            self.notices += notices(
                before, record, self._case, self.policy, self._library.roster, self.floor
            )
        return events

    def take(self, record: e.Recorded) -> None:
        """Evolve by an event that no command decides."""
        self._case = evolve(self._case, record, self.policy, team=self.team, number=self.number)
        self.records.append(record)

    def marks(self) -> list[tuple[str, str, str]]:
        """Return what routing counts, as (person, kind, about); a drill counts for nothing."""
        if self.case.drill:
            return []
        found: list[tuple[str, str, str]] = []
        area = self.case.facts.area or ""
        for record in self.records:
            event = record.event
            if isinstance(event, e.Offered) and event.choice.person:
                found.append((event.choice.person, "assigned", ""))
            elif isinstance(event, e.Declined) and event.reason == "not_my_area":
                found.append((event.person, "declined", area))
            elif isinstance(event, e.Resolved):
                owner = self.case.owner or event.person
                found += [(owner, "solved", area), (owner, "served", self.case.customer)]
        return found

    def freed(self) -> bool:
        """Tell whether somebody carries less than before, or the queue has one case less."""
        before, after = self.before, self.case
        if before is None or before.drill or before.phase.is_over:
            return False
        was = before.owner or before.offered
        now = None if after.phase.is_over else after.owner or after.offered
        if was is None:
            return before.phase is Phase.UNASSIGNED and now is not None
        points = [self.policy.severity(case.severity).points for case in (before, after)]
        return was != now or points[1] < points[0]


def rebuild(records: Sequence[e.Recorded], library: Library, *, team: str, number: int) -> Case:
    """Build a case from its events. Raises ValueError where they don't begin with Opened."""
    case: Case | None = None
    for record in records:
        version = case.policy if case else getattr(record.event, "policy", "")
        case = evolve(case, record, library.at(version), team=team, number=number)
    if case is None:
        raise ValueError("a case has events")
    return case
