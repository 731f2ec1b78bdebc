"""One case's events → what it contributes to the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escbot.core import events as e
from escbot.core.calendars import Calendar, open_between
from escbot.core.events import Recorded
from escbot.core.evolve import evolve
from escbot.core.handoff import lacks
from escbot.core.policy import Policy

CLOCKS = ("respond", "tier", "answer", "update", "manage")
MARKS = ("taken", "told", "handed", "resolved")


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in one tier, from entering it until leaving it or until the case ended. Hours."""

    tier: str
    hours: float
    open_hours: float


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody was asked in a tier, and what came of it: taken, declined, passed or moved."""

    person: str
    tier: str
    outcome: str = "moved"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What one case contributes. Hours are None where the moment never came."""

    id: str
    opened_at: datetime
    severity: str
    tier: str
    kind: str
    area: str
    customer: str
    origin: str
    owner: str
    drill: bool
    hours: Mapping[str, float]  # taken, told, handed, resolved: elapsed since opening
    open_hours: Mapping[str, float]  # the same in open time
    clocks: Mapping[str, str]  # clock -> kept, warned or breached; only clocks that ran
    updates_missed: int
    offers: int
    declines: int
    reassigned: int
    reopened: int
    lowered: int
    ping_pong: bool
    complete: bool  # the handoff that it is in lacks nothing that the policy asks for
    scores: Mapping[str, bool]
    raised: bool  # it went up a tier after it was opened
    resolved: bool
    root_cause: str
    takers: tuple[str, ...]
    moved_down: bool = False  # it went down a tier, or to planning
    rating: int | None = None
    stays: tuple[Stay, ...] = ()
    asked: tuple[Offer, ...] = ()
    held: Mapping[str, float] = field(default_factory=dict)  # person -> elapsed hours
    ended_at: datetime | None = None
    resolution: str = ""

    @property
    def month(self) -> str:
        """The month in which it was opened, UTC."""
        return f"{self.opened_at:%Y-%m}"

    @property
    def tiers(self) -> tuple[str, ...]:
        """Every tier that it was in, in order of first coming."""
        return tuple(dict.fromkeys([*(stay.tier for stay in self.stays), self.tier]))

    @property
    def late(self) -> bool:
        """Whether a promise to take it or to move it on was broken."""
        return any(self.clocks.get(clock) == "breached" for clock in ("respond", "tier"))

    @property
    def solved_low(self) -> bool:
        """Whether it was resolved without going up after it was opened."""
        return self.resolved and not self.raised


def story(id_: str, records: Sequence[Recorded], policy_of: Callable[[str], Policy]) -> Story:
    """Read one case's events. Raises ValueError where they don't begin with Opened."""
    reader = _Reader(id_, records, policy_of)
    for record in records[1:]:
        reader.read(record)
    return reader.story()


class _Reader:
    """Goes through a case's events once."""

    def __init__(
        self, id_: str, records: Sequence[Recorded], policy_of: Callable[[str], Policy]
    ) -> None:
        first = records[0].event if records else None
        if not isinstance(first, e.Opened):
            raise ValueError(f"{id_} does not begin with Opened")
        self.id, self.opened, self.at = id_, first, records[0].at
        self.policy = policy_of(first.policy)
        self.severity, self.tier = self.policy.severities[-1].id, "1"
        self.facts = first.facts
        self.policy_of = policy_of
        # The case as it became, to know when its handoff was complete.
        self.case = evolve(None, records[0], self.policy, team="", number=1)
        self.marks: dict[str, datetime] = {}
        self.clocks: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.takers: list[str] = []
        self.scores: dict[str, bool] = {}
        self.raised = self.moved_down = False
        self.root_cause = self.resolution = ""
        self.rating: int | None = None
        self.since = self.last = records[0].at  # since when it is in this tier; the last event
        self.spans: list[tuple[str, datetime, datetime]] = []
        self.asked: list[Offer] = []
        self.owner: tuple[str, datetime] | None = None
        self.held: dict[str, float] = {}
        self.ended: datetime | None = None

    def read(self, record: Recorded) -> None:
        """Take one more event."""
        event, at = record.event, record.at
        self.counts[type(event).__name__] += 1
        self.last = at
        match event:
            case e.Assessed() if not self.counts["RoundOpened"]:
                self.severity = event.assessment.severity
            case e.SeverityChanged():
                self._severity(event)
            case e.RoundOpened():
                self._tier(event, at)
            case e.Offered() | e.Passed() | e.Declined() | e.Reassigned() | e.GivenBack():
                self._asked(event, at)
            case e.Acknowledged() | e.Kept():
                self._taken(event.person, at)
            case (
                e.Warned() | e.Breached() | e.UpdateMissed() | e.ManagementPassed()
                | e.CustomerTold()
            ):  # fmt: skip
                self._clock(event, at)
            case _:
                self._mark(event, at)
        self.case = evolve(self.case, record, self.policy_of(self.case.policy), team="", number=1)
        for clock in self.case.clocks:
            self.clocks.setdefault(clock.partition(":")[0], "kept")  # it runs
        self._handed(at)

    def _mark(self, event: e.Event, at: datetime) -> None:
        match event:
            case e.Resolved():
                self.marks["resolved"] = at
                self.root_cause, self.resolution = event.root_cause, event.summary
                self._end(at)
            case e.Closed() | e.Cancelled() | e.Merged():
                self._end(at)
            case e.Reopened():
                self.marks.pop("resolved", None)
                self.ended, self.since = None, at
                self.owner = (self.takers[-1], at) if self.takers else None
            case e.FactsChanged():
                self.facts = event.facts
            case e.Scored():
                self.scores[event.question] = event.yes
            case e.Rated():
                self.rating = event.score

    def _end(self, at: datetime) -> None:
        if self.ended is None:
            self.spans.append((self.tier, self.since, at))
            self.ended = at
        self._let_go(at)

    def _let_go(self, at: datetime) -> None:
        if self.owner is not None:
            person, since = self.owner
            self.held[person] = self.held.get(person, 0.0) + _hours(at, since)
        self.owner = None

    def _severity(self, event: e.SeverityChanged) -> None:
        ranks = {severity.id: severity.rank for severity in self.policy.severities}
        if ranks.get(event.to, 0) > ranks.get(self.severity, 0):
            self.counts["lowered"] += 1
        self.severity = event.to

    def _tier(self, event: e.RoundOpened, at: datetime) -> None:
        to = str(event.tier)
        if to == self.tier:
            return
        if self.counts["RoundOpened"] > 1:
            up = to.isdigit() and (not self.tier.isdigit() or int(to) > int(self.tier))
            self.raised, self.moved_down = self.raised or up, self.moved_down or not up
            if self.ended is None:
                self.spans.append((self.tier, self.since, at))
            self._let_go(at)
        self.tier, self.since = to, at

    def _asked(self, event: e.Event, at: datetime) -> None:
        match event:
            case e.Offered():
                self._let_go(at)
                if event.choice.person:
                    self.asked.append(Offer(event.choice.person, self.tier))
            case e.Passed():
                self.clocks["answer"] = "breached"
                self._outcome(event.person, "passed")
            case e.Declined():
                self._outcome(event.person, "declined", event.reason)
                self._let_go(at)
            case e.Reassigned() | e.GivenBack():
                self._let_go(at)

    def _outcome(self, person: str, outcome: str, reason: str = "") -> None:
        for place in range(len(self.asked) - 1, -1, -1):
            if self.asked[place].person == person:
                self.asked[place] = Offer(person, self.asked[place].tier, outcome, reason)
                return

    def _taken(self, person: str, at: datetime) -> None:
        self.marks.setdefault("taken", at)
        self._outcome(person, "taken")
        self._let_go(at)
        self.owner = (person, at)
        if not self.takers or self.takers[-1] != person:
            self.takers.append(person)

    def _handed(self, at: datetime) -> None:
        """Note when a handoff was whole first: taken, complete, customer told."""
        if "handed" in self.marks or "told" not in self.marks:
            return
        if self.case.owner is not None and self.complete:
            self.marks["handed"] = at

    @property
    def complete(self) -> bool:
        """Whether the handoff as it is now lacks nothing that the policy asks for."""
        case = self.case
        return bool(case.rounds) and not lacks(case, self.policy_of(case.policy), case.round)

    def _clock(self, event: e.Event, at: datetime) -> None:
        match event:
            case e.CustomerTold():
                self.marks.setdefault("told", at)
            case e.UpdateMissed():
                self.clocks["update"] = "breached"
            case e.ManagementPassed():
                self.clocks["manage"] = "breached"
            case e.Breached() if event.clock in CLOCKS:
                self.clocks[event.clock] = "breached"
            case e.Warned() if event.clock in CLOCKS and event.share < 1:
                if self.clocks.get(event.clock, "kept") == "kept":
                    self.clocks[event.clock] = "warned"

    def _ran(self) -> Mapping[str, str]:
        """Return the clocks that ran, in their order."""
        return {clock: self.clocks[clock] for clock in CLOCKS if clock in self.clocks}

    def story(self) -> Story:
        """Return what the events say together."""
        calendar = self.policy.calendar(self.severity)
        spans = list(self.spans)
        if self.ended is None:
            spans.append((self.tier, self.since, self.last))
            self._let_go(self.last)
        return Story(
            id=self.id,
            opened_at=self.at,
            severity=self.severity,
            tier=self.tier,
            kind=str(self.facts.kind),
            area=self.facts.area or "(none)",
            customer=self.opened.customer,
            origin=self.opened.origin,
            owner=self.takers[-1] if self.takers else "(nobody)",
            drill=self.opened.drill,
            hours={name: _hours(at, self.at) for name, at in self.marks.items()},
            open_hours={
                name: _open_hours(calendar, self.at, at) for name, at in self.marks.items()
            },
            clocks=self._ran(),
            updates_missed=self.counts["UpdateMissed"],
            offers=len(self.asked),
            declines=self.counts["Declined"],
            reassigned=self.counts["Reassigned"],
            reopened=self.counts["Reopened"],
            lowered=self.counts["lowered"],
            ping_pong=len(set(self.takers)) < len(self.takers),
            complete=self.complete,
            scores=self.scores,
            raised=self.raised,
            resolved="resolved" in self.marks,
            root_cause=self.root_cause,
            takers=tuple(self.takers),
            moved_down=self.moved_down,
            rating=self.rating,
            stays=tuple(
                Stay(tier, _hours(end, start), _open_hours(calendar, start, end))
                for tier, start, end in spans
            ),
            asked=tuple(self.asked),
            held=dict(sorted(self.held.items())),
            ended_at=self.ended,
            resolution=self.resolution,
        )


def _hours(at: datetime, since: datetime) -> float:
    return (at - since).total_seconds() / 3600


def _open_hours(calendar: Calendar, start: datetime, end: datetime) -> float:
    return open_between(calendar, start, end).total_seconds() / 3600
