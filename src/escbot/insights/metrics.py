"""Figures of cases, from their events alone. docs/metrics.md has each one's definition.

Drills are left out. Times are given elapsed and, where a calendar counts, in open time of the
case's severity; both in hours. Percentiles are interpolated linearly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escbot.core import events as e
from escbot.core.calendars import open_between
from escbot.core.events import Recorded
from escbot.core.policy import Policy
from escbot.insights.numbers import percentile

SMALL = 20  # cases under which a percentile says little, and the report says so
CLOCKS = ("respond", "tier")
DIMENSIONS = ("severity", "tier", "kind", "area", "customer", "origin", "owner", "month")


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
    hours: Mapping[str, float]  # taken, told, resolved: elapsed since opening
    open_hours: Mapping[str, float]  # the same in open time
    clocks: Mapping[str, str]  # clock -> kept, warned or breached
    updates_missed: int
    offers: int
    declines: int
    reassigned: int
    reopened: int
    lowered: int
    ping_pong: bool
    complete: bool
    scores: Mapping[str, bool]
    raised: bool  # it went up a tier after it was opened
    resolved: bool
    root_cause: str
    takers: tuple[str, ...]

    @property
    def month(self) -> str:
        """The month in which it was opened, UTC."""
        return f"{self.opened_at:%Y-%m}"


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
        self.complete = bool(first.summary and first.tried)
        self.marks: dict[str, datetime] = {}
        self.clocks = dict.fromkeys(CLOCKS, "kept")
        self.counts: Counter[str] = Counter()
        self.takers: list[str] = []
        self.scores: dict[str, bool] = {}
        self.raised = False
        self.root_cause = ""

    def read(self, record: Recorded) -> None:
        """Take one more event."""
        event, at = record.event, record.at
        self.counts[type(event).__name__] += 1
        match event:
            case e.Assessed() if not self.counts["RoundOpened"]:
                self.severity = event.assessment.severity
            case e.SeverityChanged():
                self._severity(event)
            case e.RoundOpened():
                self._tier(event)
            case e.Acknowledged() | e.Kept():
                self._taken(event.person, at)
            case e.Warned() | e.Breached():
                self._clock(event)
            case e.Scored():
                self.scores[event.question] = event.yes
            case _:
                self._mark(event, at)

    def _mark(self, event: e.Event, at: datetime) -> None:
        match event:
            case e.CustomerTold():
                self.marks.setdefault("told", at)
            case e.Resolved():
                self.marks["resolved"] = at
                self.root_cause = event.root_cause
            case e.Reopened():
                self.marks.pop("resolved", None)
            case e.Noted():
                self.complete = self.complete or event.kind == "tried"

    def _severity(self, event: e.SeverityChanged) -> None:
        ranks = {severity.id: severity.rank for severity in self.policy.severities}
        if ranks.get(event.to, 0) > ranks.get(self.severity, 0):
            self.counts["lowered"] += 1
        self.severity = event.to

    def _tier(self, event: e.RoundOpened) -> None:
        to = str(event.tier)
        if self.counts["RoundOpened"] > 1 and to.isdigit() and self.tier.isdigit():
            self.raised = self.raised or int(to) > int(self.tier)
        self.tier = to

    def _taken(self, person: str, at: datetime) -> None:
        self.marks.setdefault("taken", at)
        if not self.takers or self.takers[-1] != person:
            self.takers.append(person)

    def _clock(self, event: e.Warned | e.Breached) -> None:
        if event.clock not in self.clocks:
            return
        if isinstance(event, e.Breached):
            self.clocks[event.clock] = "breached"
        elif self.clocks[event.clock] == "kept" and event.share < 1:
            self.clocks[event.clock] = "warned"

    def story(self) -> Story:
        calendar = self.policy.calendar(self.severity)
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
                name: open_between(calendar, self.at, at).total_seconds() / 3600
                for name, at in self.marks.items()
            },
            clocks=self.clocks,
            updates_missed=self.counts["UpdateMissed"],
            offers=self.counts["Offered"],
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
        )


def _hours(at: datetime, since: datetime) -> float:
    return (at - since).total_seconds() / 3600


def report(stories: Iterable[Story], by: Sequence[str] = ()) -> dict[str, Any]:
    """Return all figures, and those of each value of the dimensions. Raises KeyError for another.

    Stories of drills are counted as left out.
    """
    for dimension in by:
        if dimension not in DIMENSIONS:
            raise KeyError(dimension)
    every = list(stories)
    real = [one for one in every if not one.drill]
    found = {**figures(real), "drills_left_out": len(every) - len(real)}
    found["by"] = {
        dimension: {
            value: figures([one for one in real if getattr(one, dimension) == value])
            for value in sorted({str(getattr(one, dimension)) for one in real})
        }
        for dimension in by
    }
    return found


def figures(stories: Sequence[Story]) -> dict[str, Any]:
    """Return the figures of some cases; shares are None where nothing could be counted."""
    cases = len(stories)
    offers = sum(one.offers for one in stories)
    scored = [one for one in stories if one.scores]
    taken = Counter(person for one in stories for person in set(one.takers))
    return {
        "cases": cases,
        "small": cases < SMALL,
        "resolved": sum(one.resolved for one in stories),
        "hours": {name: _times(stories, name) for name in ("taken", "told", "resolved")},
        "clocks": {
            clock: dict(Counter(one.clocks.get(clock, "kept") for one in stories))
            for clock in CLOCKS
        },
        "updates_missed": sum(one.updates_missed for one in stories),
        "raised_share": _share(sum(one.raised for one in stories), cases),
        "reopened_share": _share(sum(one.reopened > 0 for one in stories), cases),
        "declined_share": _share(sum(one.declines for one in stories), offers),
        "reassigned_share": _share(sum(one.reassigned > 0 for one in stories), cases),
        "ping_pong_share": _share(sum(one.ping_pong for one in stories), cases),
        "lowered": sum(one.lowered for one in stories),
        "complete_share": _share(sum(one.complete for one in stories), cases),
        "scored_share": _share(len(scored), cases),
        "scores": {
            question: _share(sum(one.scores.get(question, False) for one in scored), len(scored))
            for question in ("needed", "complete", "in_time")
        },
        "root_causes": _ranked(Counter(one.root_cause for one in stories if one.root_cause)),
        "taken_by": _ranked(taken),
    }


def _times(stories: Sequence[Story], name: str) -> dict[str, Any]:
    elapsed = sorted(one.hours[name] for one in stories if name in one.hours)
    opened = sorted(one.open_hours[name] for one in stories if name in one.open_hours)
    return {
        "cases": len(elapsed),
        "p50": percentile(elapsed, 0.5),
        "p90": percentile(elapsed, 0.9),
        "open_p50": percentile(opened, 0.5),
        "open_p90": percentile(opened, 0.9),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
