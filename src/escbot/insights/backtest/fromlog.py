"""A case of any ticket log → its trace, by a map that says which values mean what.

A stay in a line is a stage. Queued time at its beginning is the time until somebody takes it;
queued time later, between two teams of the line, is idle. Where a case has no final status it is
followed to its last row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

from escbot.core.facts import Diagnosis, Facts, Impact, Kind, Relationship
from escbot.insights.backtest.trace import ZERO, NewFacts, Part, Pause, Stage, Trace, Work
from escbot.insights.patterns import LogEvent

Doing = Literal["queued", "working", "customer", "vendor", "inside", "done"]
DOINGS: tuple[Doing, ...] = ("queued", "working", "customer", "vendor", "inside", "done")
MOST_VALUES = 2000  # values that are not mapped and are listed by name
EVERY_OTHER = "*"  # of a map's values
SEVERITY = "severity"  # the log's severity column, whatever its name
UNKNOWN = Facts(Kind.MINOR_ISSUE, Impact.ONE_USER)  # where the map says nothing
_ENUMS: Mapping[str, Any] = {
    "kind": Kind, "impact": Impact, "diagnosis": Diagnosis, "relationship": Relationship,
}  # fmt: skip

# How statuses begin, where no map says what they mean.
STATUSES: Mapping[Doing, tuple[str, ...]] = {
    "queued": ("awaiting assignment", "queue", "new", "open", "unassigned", "waiting for assign",
               "triage", "backlog", "submitted"),
    "working": ("in progress", "assigned", "accepted", "working", "work in progress", "active",
                "started", "investigat"),
    "customer": ("wait", "pending", "on hold", "customer"),
    "vendor": ("wait - vendor", "wait - supplier", "waiting for vendor", "pending vendor"),
    "inside": ("wait - implementation", "waiting for change", "pending change"),
    "done": ("closed", "resolved", "done", "cancel", "completed", "solved", "in call"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogMap:
    """Which values of which columns mean which facts and statuses."""

    statuses: Mapping[Doing, tuple[str, ...]] = field(default_factory=lambda: STATUSES)
    facts: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)  # `*` stands for every other value
    customer: str | None = None  # the column with the customer's name
    top: int = 5  # lines above it are counted as it


class Mapper:
    """Makes traces, and remembers which values no map explains."""

    def __init__(self, meaning: LogMap) -> None:
        self.meaning = meaning
        self.unmapped: dict[str, Counter[str]] = {}
        self._doing: dict[str, Doing] = {}
        self._facts: dict[object, tuple[Facts, tuple[tuple[str, str], ...]]] = {}
        self._missing: list[tuple[str, str]] = []
        begins = [(word.casefold(), doing) for doing, words in meaning.statuses.items()
                  for word in words]  # fmt: skip
        # The longest beginning that fits says most.
        self._begins = sorted(begins, key=lambda item: (-len(item[0]), item[0]))

    def trace(self, name: str, events: Sequence[LogEvent]) -> Trace:
        """Return the trace of one case; its events are in order and at least one."""
        facts = self.facts(events[0])
        end = self._end(events)
        stages = _Stages(_line(events, self.meaning.top))
        for now, after in pairwise(events[: end + 1]):
            stages.tier(now.line, self.meaning.top)
            later = self.facts(now)
            if later != facts:
                facts = later
                stages.parts.append(NewFacts(facts))
            stages.spend(self.doing(now.status), _utc(now), _utc(after))
        last = events[end]
        stages.tier(last.line, self.meaning.top)
        ended = self.doing(last.status) == "done"
        customer = self.meaning.customer
        first = replace(self.facts(events[0]), from_tier=_line(events, self.meaning.top))
        named = events[0].others.get(customer, "") if customer else ""
        return Trace(name, _utc(events[0]), first, stages.all(), ended, named or "(unknown)")

    def _end(self, events: Sequence[LogEvent]) -> int:
        """Return the place of the event with which the case is over."""
        end = len(events) - 1
        while end > 0 and self.doing(events[end - 1].status) == "done":
            end -= 1
        return end

    def doing(self, status: str) -> Doing:
        """Return what a status means; one that no map explains is work, and is listed."""
        known = self._doing.get(status)
        if known is not None:
            return known
        folded = status.casefold()
        found: Doing = "working"
        for begin, doing in self._begins:
            if folded.startswith(begin):
                found = doing
                break
        self._doing[status] = found
        return found

    def facts(self, event: LogEvent) -> Facts:
        """Return the facts that the map reads from one row; rows of a case are mostly alike."""
        key = (event.area, event.severity, tuple(event.others.items()))
        known = self._facts.get(key)
        if known is None:
            self._missing = []
            known = self._facts[key] = (self._read(event), tuple(self._missing))
            if len(self._facts) > MOST_VALUES:
                self._facts.clear()
        for column, value in known[1]:
            self._count(column, value)
        return known[0]

    def _read(self, event: LogEvent) -> Facts:
        found = UNKNOWN
        for column, values in self.meaning.facts.items():
            value = event.others.get(column) or (event.severity if column == SEVERITY else "")
            meant = values.get(value)
            if meant is None:
                self._missing.append((column, value or "(empty)"))
                meant = values.get(EVERY_OTHER, {})
            if meant:
                found = replace(found, **{name: typed(name, x) for name, x in meant.items()})
        area, known = event.area, self.meaning.areas
        if area and known and area not in known and EVERY_OTHER not in known:
            self._missing.append(("area", area))
        other = known.get(EVERY_OTHER) if area else None
        return replace(found, area=known.get(area) or other or area or None)

    def _count(self, column: str, value: str) -> None:
        counter = self.unmapped.setdefault(column, Counter())
        if value in counter or len(counter) < MOST_VALUES:
            counter[value] += 1
        else:
            counter["(others)"] += 1

    def not_mapped(self) -> dict[str, dict[str, int]]:
        """Return the values that nothing explains, by column, the most frequent first.

        Statuses are listed where they count as work; other values with their rows.
        """
        found = {
            column: dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
            for column, counter in self.unmapped.items()
        }
        words = self.meaning.statuses.get("working", ())
        working = tuple(word.casefold() for word in words)
        plain = [
            status
            for status, doing in self._doing.items()
            if doing == "working" and status and not status.casefold().startswith(working)
        ]
        if plain:
            found["status (counted as work)"] = dict.fromkeys(sorted(plain), 0)
        return found


def typed(name: str, value: object) -> Any:  # noqa: ANN401 - facts have many types
    """Return a fact's value as the core reads it. Raises ValueError for one it does not know."""
    return _ENUMS[name](value) if name in _ENUMS else bool(value)


def _alike(one: Part, two: Work | Pause) -> bool:
    """Tell whether two parts differ in their time at most."""
    return not isinstance(one, NewFacts) and replace(one, time=two.time) == two


def _utc(event: LogEvent) -> datetime:
    return event.at.astimezone(UTC)


def _line(events: Sequence[LogEvent], top: int) -> int:
    known = next((event.line for event in events if event.line is not None), 1)
    return min(max(known, 1), top)


class _Stages:
    """Stages as they come about."""

    def __init__(self, tier: int) -> None:
        self.done: list[Stage] = []
        self._tier = tier
        self._new()

    def _new(self) -> None:
        self.parts: list[Part] = []
        self._takes = ZERO
        self._begun = False

    def tier(self, line: int | None, top: int) -> None:
        """Go to another tier where the row says so."""
        now = self._tier if line is None else min(max(line, 1), top)
        if now != self._tier:
            self._finish()
            self._tier = now
            self._new()

    def spend(self, doing: Doing, start: datetime, end: datetime) -> None:
        """Spend the time between two rows."""
        time = end - start
        if doing == "queued" and not self._begun:
            self._takes += time
            return
        self._begun = True
        if time <= ZERO:
            return
        if doing == "working" or doing == "queued":
            self._add(Work(time, idle=doing == "queued"))
        else:  # one that was done and opened again waited for the customer
            self._add(Pause(time, "customer" if doing == "done" else doing))

    def _add(self, part: Work | Pause) -> None:
        if self.parts and _alike(self.parts[-1], part):
            last = self.parts.pop()
            part = replace(part, time=part.time + getattr(last, "time", ZERO))
        self.parts.append(part)

    def _finish(self) -> None:
        self.done.append(Stage(self._tier, self._takes, parts=tuple(self.parts)))

    def all(self) -> tuple[Stage, ...]:
        """Return every stage."""
        self._finish()
        return tuple(self.done)
