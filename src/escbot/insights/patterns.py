"""What a log of ticket events says about an organisation, case by case, in bounded memory.

Definitions, so that two people get the same numbers. Events of a case are sorted by time, stable
in the order of the file. An event without a line (or team) is left out where lines (or teams) are
compared, so that the events around it are consecutive.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from escbot.insights.numbers import percentile

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_NAMES = 2000  # different teams, severities or areas that are counted by name
OTHERS = "(others)"


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One row. `at` is aware and keeps the offset it was written with."""

    at: datetime
    line: int | None = None
    team: str = ""
    status: str = ""
    severity: str = ""
    area: str = ""
    others: Mapping[str, str] = field(default_factory=dict)  # further columns that were asked for


@dataclass
class Patterns:
    """Tallies over cases; add each case once, with its events in order."""

    cases: int = 0
    events: int = 0
    first: datetime | None = None
    last: datetime | None = None
    escalations: Counter[str] = field(default_factory=Counter)
    deescalations: Counter[str] = field(default_factory=Counter)
    handoffs: int = 0
    ping_pong_cases: int = 0
    escalated_cases: int = 0
    waiting: timedelta = timedelta(0)
    elapsed: timedelta = timedelta(0)
    by_line: Counter[str] = field(default_factory=Counter)
    by_severity: Counter[str] = field(default_factory=Counter)
    by_area: Counter[str] = field(default_factory=Counter)
    by_team: Counter[str] = field(default_factory=Counter)
    by_day: Counter[str] = field(default_factory=Counter)
    by_hour: Counter[int] = field(default_factory=Counter)
    by_week: Counter[str] = field(default_factory=Counter)  # by the date of its Monday
    by_month: Counter[str] = field(default_factory=Counter)
    time_by_line: dict[str, timedelta] = field(default_factory=dict)
    time_by_status: dict[str, timedelta] = field(default_factory=dict)
    before_rise: Counter[str] = field(default_factory=Counter)
    rises_by_area: Counter[str] = field(default_factory=Counter)
    team_pairs: Counter[str] = field(default_factory=Counter)
    _first_rises: array[float] = field(default_factory=lambda: array("d"))
    _lengths: array[float] = field(default_factory=lambda: array("d"))

    def add(self, events: Sequence[LogEvent]) -> None:
        """Count one case. Events must be in order and at least one."""
        start, end = events[0].at, events[-1].at
        self.cases += 1
        self.events += len(events)
        self.first = start if self.first is None else min(self.first, start)
        self.last = end if self.last is None else max(self.last, end)
        self.by_day[DAYS[start.weekday()]] += 1
        self.by_hour[start.hour] += 1
        self.by_week[(start - timedelta(days=start.weekday())).date().isoformat()] += 1
        self.by_month[start.date().isoformat()[:7]] += 1
        self._lengths.append(_hours(end - start))
        self._times(events)
        self._lines(events)
        self._teams(events)
        _count(self.by_severity, events[0].severity)
        _count(self.by_area, events[0].area)

    def _times(self, events: Sequence[LogEvent]) -> None:
        for now, after in pairwise(events):
            passed = after.at - now.at
            self.elapsed += passed
            if now.status.startswith("Wait"):
                self.waiting += passed
            _add_time(self.time_by_status, now.status, passed)
            if now.line is not None:
                _add_time(self.time_by_line, str(now.line), passed)

    def _lines(self, events: Sequence[LogEvent]) -> None:
        known = [event for event in events if event.line is not None]
        rose: datetime | None = None
        for was, now in pairwise(known):
            pair = f"{was.line}->{now.line}"
            if (now.line or 0) > (was.line or 0):
                self.escalations[pair] += 1
                _count(self.before_rise, was.status)
                _count(self.rises_by_area, was.area)
                rose = rose or now.at
            elif (now.line or 0) < (was.line or 0):
                self.deescalations[pair] += 1
        if known:
            self.by_line[str(max(event.line or 0 for event in known))] += 1
        if rose is not None:
            self.escalated_cases += 1
            self._first_rises.append(_hours(rose - events[0].at))

    def _teams(self, events: Sequence[LogEvent]) -> None:
        teams = [event.team for event in events if event.team]
        path = [team for place, team in enumerate(teams) if not place or teams[place - 1] != team]
        self.handoffs += max(len(path) - 1, 0)
        self.ping_pong_cases += len(set(path)) < len(path)
        for team in set(path):
            _count(self.by_team, team)
        for was, now in pairwise(path):
            _count(self.team_pairs, f"{was} -> {now}")

    def result(self) -> dict[str, Any]:
        """Return every figure, unrounded; times are elapsed hours, moments ISO 8601."""
        rises, lengths = sorted(self._first_rises), sorted(self._lengths)
        return {
            "cases": self.cases,
            "events": self.events,
            "span": {
                "from": self.first.isoformat() if self.first else None,
                "to": self.last.isoformat() if self.last else None,
            },
            "escalations": dict(sorted(self.escalations.items())),
            "deescalations": dict(sorted(self.deescalations.items())),
            "handoffs": self.handoffs,
            "ping_pong_cases": self.ping_pong_cases,
            "escalated_cases": self.escalated_cases,
            "time_to_first_escalation_hours": _spread(rises),
            "duration_hours": _spread(lengths),
            "waiting_share": self.waiting / self.elapsed if self.elapsed else 0.0,
            "volume": {
                "by_line": dict(sorted(self.by_line.items(), key=lambda item: int(item[0]))),
                "by_severity": _ranked(self.by_severity),
                "by_area": _ranked(self.by_area),
                "by_team": _ranked(self.by_team),
            },
            "peaks": {
                "by_day": {day: self.by_day[day] for day in DAYS},
                "by_hour": {str(hour): self.by_hour[hour] for hour in range(24)},
                "by_week": dict(sorted(self.by_week.items())),
                "by_month": dict(sorted(self.by_month.items())),
            },
            "stuck": {
                "hours_by_line": _hours_of(self.time_by_line),
                "hours_by_status": _hours_of(self.time_by_status),
            },
            "triggers": {
                "status_before": _ranked(self.before_rise),
                "area": _ranked(self.rises_by_area),
            },
            "team_pairs": _ranked(self.team_pairs),
        }


def patterns(cases: Iterable[Sequence[LogEvent]]) -> dict[str, Any]:
    """Return the patterns of cases, each with its events in order."""
    found = Patterns()
    for case in cases:
        found.add(case)
    return found.result()


def _hours(passed: timedelta) -> float:
    return passed / timedelta(hours=1)


def _count(counter: Counter[str], name: str) -> None:
    if name:
        known = name in counter or len(counter) < MOST_NAMES
        counter[name if known else OTHERS] += 1


def _add_time(times: dict[str, timedelta], name: str, passed: timedelta) -> None:
    if name not in times and len(times) >= MOST_NAMES:
        name = OTHERS
    times[name] = times.get(name, timedelta(0)) + passed


def _spread(values: Sequence[float]) -> dict[str, float | int | None]:
    return {"p50": percentile(values, 0.5), "p90": percentile(values, 0.9), "cases": len(values)}


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def _hours_of(times: dict[str, timedelta]) -> dict[str, float]:
    ranked = sorted(times.items(), key=lambda item: (-item[1], item[0]))
    return {name: _hours(passed) for name, passed in ranked if name}
