"""The company's policy as compiled values: durations are timedeltas, holidays are dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from escbot.core.calendars import ALWAYS, Calendar
from escbot.core.values import Memory

TierRef = int | Literal["planning"]
PLANNING: Literal["planning"] = "planning"


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact has one of some values."""

    fact: str
    among: tuple[str | bool | int, ...]


Rule = tuple[Condition, ...]  # all of them hold
When = tuple[Rule, ...]  # one of them holds


@dataclass(frozen=True, slots=True)
class Warn:
    """Who hears when this share of a clock is used; 1.0 is the breach.

    `to` holds audiences: `owner`, `lead`, `manager`, `planner_lead`.
    """

    share: float
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Severity:
    """One severity with all its limits. Durations are open time of `calendar`."""

    id: str
    rank: int  # 1 is the worst
    name: str
    emoji: str
    when: When
    start: TierRef
    calendar: str
    respond: timedelta
    answer: timedelta | None
    update: timedelta
    manage: timedelta | None  # None: the digest only
    pause: timedelta
    close: timedelta | None  # elapsed open time after the customer's last word; None: never
    grace: timedelta | None  # None: somebody must confirm
    confirm_by: str | None  # the role that must confirm a de-escalation
    lower_by: str  # who may lower the severity
    points: int
    weight: int
    limits: Mapping[int, timedelta]  # tier -> time in tier; a missing tier has none
    warnings: tuple[Warn, ...]
    urgent: bool  # briefed by voice or chat, pages at any hour, may use the reserve


@dataclass(frozen=True, slots=True)
class Tier:
    """One level of support. `people` says in a word who works there."""

    number: int
    name: str
    channel: str | None = None
    people: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A reason to move a case up, or to call management.

    `test` says how it is met: by `facts` (`when`), by the time in the tier (`time_limit`),
    or by a written reason (`discretion`). `to` is a tier, `next` (one above), or `management`.
    """

    id: str
    to: int | Literal["next", "management"]
    test: Literal["facts", "time_limit", "discretion"] = "facts"
    when: When = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the product that people have skills in."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """What a complete handoff holds. Checklists are lines of text."""

    required: tuple[str, ...]  # fields a case must have before it is routed: summary, tried, ...
    gated: tuple[str, ...]  # severities that wait for them; never the worst
    brief: tuple[str, ...]  # severities that are briefed in person
    solve_here: tuple[str, ...]  # what to try at one's own tier
    triage: tuple[str, ...]
    briefing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """Weights of the ranking, the default capacity, and the way out when nobody is eligible."""

    skill: int
    load: int
    fairness: int
    continuity: int
    outcome: int
    decline: int
    capacity: int
    reserve: int  # points kept free for urgent cases
    declines_to_propose: int  # this many "not my area" propose a roster edit
    overflow: tuple[str, ...]  # other_skills, next_tier, on_call_lead, duty_manager


@dataclass(frozen=True, slots=True)
class Queue:
    """Weights of the unassigned queue, besides each severity's own."""

    share: int
    vip: int
    revenue: int
    strained: int
    per_hour: int


@dataclass(frozen=True, slots=True)
class Deescalation:
    """A rule that proposes to move a case down."""

    id: str
    on: Literal["workaround", "impact_reduced", "vip_lifted", "waiting_customer"]


@dataclass(frozen=True, slots=True)
class RootCause:
    """A leaf or branch of the tree of root causes."""

    id: str
    name: str
    children: tuple[RootCause, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A text for the customer, in one language, perhaps for one severity."""

    name: Literal["acknowledgement", "timeline", "progress", "resolution"]
    text: str
    language: str = "en"
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Whom a monthly review is for."""

    id: str
    name: str
    channel: str
    calendar: str
    tiers: tuple[int, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reports:
    """When the recurring reports come. Times are wall clock, "HH:MM"."""

    digest_at: str = "08:30"
    review_at: str = "09:00"
    teams: tuple[Team, ...] = ()
    followup_days: int = 14  # until a follow-up is due


@dataclass(frozen=True, slots=True)
class Policy(Memory):
    """Everything a decision reads besides the facts, the people and the moment."""

    severities: tuple[Severity, ...]  # worst first
    tiers: tuple[Tier, ...]  # lowest first
    criteria: tuple[Criterion, ...]
    management: tuple[str, ...]  # chain: account_owner, duty_manager, manager
    areas: tuple[Area, ...]
    handoff: Handoff
    routing: Routing
    queue: Queue
    deescalation: tuple[Deescalation, ...]
    rest: timedelta  # the same rule does not move a case twice within this (elapsed) time
    extension: timedelta  # what `Two more hours` adds to a tier limit, once
    templates: tuple[Template, ...]
    root_causes: tuple[RootCause, ...]
    permissions: Mapping[str, tuple[str, ...]]  # action -> roles and relations
    channels: Mapping[str, str]  # purpose (escalations, managers, planning) -> channel name
    reopen_for: timedelta  # elapsed time after resolving
    retention: timedelta  # elapsed time after closing
    reports: Reports = Reports()
    calendars: Mapping[str, Calendar] = field(default_factory=lambda: {"always": ALWAYS})
    version: str = ""  # hash of the compiled content

    def severity(self, id_: str) -> Severity:
        """Return the severity with this id; KeyError if the policy has none."""
        for severity in self.severities:
            if severity.id == id_:
                return severity
        raise KeyError(id_)

    def tier(self, number: int) -> Tier:
        """Return the tier with this number; KeyError if the policy has none."""
        for tier in self.tiers:
            if tier.number == number:
                return tier
        raise KeyError(number)

    @property
    def top(self) -> int:
        """The number of the highest tier."""
        return self.tiers[-1].number

    def calendar(self, severity: str) -> Calendar:
        """Return the calendar in which this severity's clocks run."""
        return self.calendars[self.severity(severity).calendar]
