"""What a monthly review finds, as values: insights make them, words say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["better", "worse", "noise", "few"]
Unit = Literal["cases", "share", "hours"]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of this month and of the last one. `p` is None where there are too few cases."""

    name: str
    before: float | None
    now: float | None
    p: float | None
    verdict: Verdict
    unit: Unit = "share"
    cases: int = 0  # that the figure of this month rests on


@dataclass(frozen=True, slots=True)
class Gap:
    """A tier that has trouble with an area. Hours are open time in the tier, the median.

    `why`: declined, silent, alone (one skilled person or none), slow.
    """

    area: str
    tier: str
    cases: int
    offers: int
    not_my_area: int
    declined: int  # for any reason, the silent ones too
    reassigned: int
    hours: float | None
    usual_hours: float | None  # of the other areas in the same tier
    skilled: int  # people of the tier whose skill in the area is 2 or 3
    why: tuple[str, ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chance:
    """Work that repeats: frequent, fast, the same cause. Hours are elapsed, to resolve."""

    root_cause: str
    area: str
    cases: int
    hours: float  # the median
    usual_hours: float  # the median of all cases
    together: float  # the hours that people had these cases, elapsed
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """A limit that history says is too wide or too narrow. Hours are open time.

    `what`: tighten, widen, or ready: a sentence that another analysis made.
    """

    what: Literal["tighten", "widen", "ready"]
    severity: str = ""
    limit: float = 0.0
    proposed: float = 0.0
    cases: int = 0
    kept: float = 0.0  # share that the limit keeps now
    kept_then: float = 0.0  # share that the proposed one would have kept
    text: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """One case that a manager should know by name. Hours are elapsed, None while it is open."""

    id: str
    severity: str
    customer: str
    area: str
    hours: float | None
    late: bool


@dataclass(frozen=True, slots=True)
class Tasks:
    """Follow-ups: closed in the month, dropped in it, open at its end, and those overdue."""

    done: int = 0
    dropped: int = 0
    open: int = 0
    overdue: int = 0
    late: tuple[tuple[str, int | None, int], ...] = ()  # overdue, the oldest first: what, from
    # which case, for how many days


@dataclass(frozen=True, slots=True)
class Review:
    """A month of one team, beside the month before. Spans are [start, end), aware UTC."""

    team: str
    name: str
    month: str
    start: datetime
    end: datetime
    cases: int
    cases_before: int
    resolved: int
    late: int
    small: bool
    worst: tuple[Named, ...]
    by_severity: Mapping[str, int]
    by_area: Mapping[str, int]
    causes: Mapping[str, int]
    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...]
    chances: tuple[Chance, ...]
    advice: tuple[Advice, ...]
    tasks: Tasks
    practice: tuple[str, ...] = ()  # drills, a sentence each
    rated: int = 0
    satisfied: float | None = None
    contacts: int = 0
    escalation_rate: float | None = None
    drills_left_out: int = 0
    weeks: tuple[tuple[str, int, int], ...] = ()  # begins on, cases, of them late
