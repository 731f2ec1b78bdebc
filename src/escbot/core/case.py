"""The state of one case: what `evolve` makes of its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from zlib import crc32

from escbot.core.decision import Assessment, Choice
from escbot.core.drill.script import Mark, Practice
from escbot.core.facts import Facts
from escbot.core.policy import TierRef

STATE_SCHEMA = 3  # a saved state with another number is rebuilt from the events


class Phase(StrEnum):
    """Where a case stands. The legal moves are the table in `lifecycle`."""

    NEW = "new"
    OFFERED = "offered"  # one person was asked
    UNASSIGNED = "unassigned"  # nobody can be asked
    WORKING = "working"  # somebody owns it
    WAITING = "waiting"  # the owner waits for somebody outside
    PLANNING = "planning"  # in the planning queue
    PLANNED = "planned"  # accepted by the planner
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"

    @property
    def is_over(self) -> bool:
        """Nothing is left to do: resolved, closed, cancelled or merged."""
        return self in (Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED, Phase.MERGED)


@dataclass(frozen=True, slots=True)
class Clock:
    """A running, paused or finished limit.

    `used` is banked open time; the clock runs where `since` is set. `warned` is the largest share
    already announced; `breached` is set once. `ends_by` is an absolute moment (the customer's own
    deadline) that pulls the warnings and the breach forward.
    """

    limit: timedelta
    calendar: str
    used: timedelta = timedelta(0)
    since: datetime | None = None
    warned: float = 0.0
    breached: bool = False
    ends_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """The owner waits for somebody; only `customer` pauses what the customer was promised."""

    on: Literal["customer", "vendor", "inside"]
    since: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One handoff: the five steps for one tier. Earlier rounds are never overwritten.

    `why` is opened, declined, reassigned, taken_over, silent, owner_gone or reopened; where the
    case moved, why it did: a criterion of the policy, discretion, respond_breached, tier_breached,
    reassessed, severity, changed (by a lead), deescalated, left (a wish nobody works on any more).
    """

    number: int
    tier: TierRef
    opened_at: datetime
    why: str
    note: str | None = None  # what the last tier tried, or the reason given
    assessment: Assessment | None = None
    choice: Choice | None = None
    asked: tuple[str, ...] = ()  # everybody who was offered the case in this round
    taken_by: str | None = None
    taken_at: datetime | None = None
    brief_needed: bool = False
    briefed_by: str | None = None
    briefed_at: datetime | None = None
    checked: tuple[str, ...] = ()  # lines of the briefing checklist that are ticked
    scores: Mapping[str, bool] = field(default_factory=dict)  # needed, complete, in_time


@dataclass(frozen=True, slots=True)
class Undo:
    """What "Not mine" puts back: the state as it was before the case was taken."""

    phase: Phase
    offered: str | None
    clocks: Mapping[str, Clock]


@dataclass(frozen=True, slots=True)
class Copy:
    """The words for another customer of the same problem; `channel` where they were sent to it.

    `by_hand`: a person wrote them for the customers of this language.
    """

    customer: str
    requester: str
    text: str
    channel: str | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text for the customer: prepared by the bot, perhaps edited, perhaps sent.

    `channel` is the customer's shared channel, where the bot posted it there.
    """

    template: str
    text: str
    prepared_at: datetime
    sent_at: datetime | None = None
    sent_by: str | None = None
    channel: str | None = None
    copies: tuple[Copy, ...] = ()

    @property
    def mark(self) -> int:
        """What tells these texts from others: a button says by it which ones somebody saw."""
        texts = (self.text, *sorted({copy.text for copy in self.copies} - {self.text}))
        return crc32("\0".join(texts).encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Past:
    """What the customer had before a ping: numbers of other open cases, counts of 90 days."""

    open: tuple[int, ...] = ()
    recent: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Management:
    """One ping of the management, for the criteria that were new at that moment.

    `after` (aware UTC) is when the hours of whoever is asked begin; None: at once.
    """

    number: int
    criteria: tuple[str, ...]
    asked: tuple[str, ...]  # in order; the last one is asked now
    at: datetime
    taken_by: str | None = None
    quiet: bool = False  # only the digest mentions it
    past: Past | None = None
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """How the case ended."""

    by: str
    at: datetime
    summary: str
    root_cause: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a case taught. Kinds: knowledge (`gap`: missing, wrong, not_found), training (for a
    tier and an area), product. `link` leads to the article or the tracker.
    """

    kind: Literal["knowledge", "training", "product"]
    text: str
    gap: str | None = None
    tier: int | None = None
    area: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """How satisfied the customer is, 1 to 5; the last word counts."""

    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A de-escalation that happens after its grace period unless somebody keeps the case."""

    rule: str
    to_severity: str
    at: datetime
    confirm_by: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """The message a case came from, with links to what hung on it."""

    channel: str
    ts: str
    permalink: str | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Something added to the record. Kinds: tried, asked, info, contact."""

    person: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """Another customer of the same problem, with whoever reported it."""

    customer: str
    requester: str


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation. All times aware UTC."""

    team: str
    number: int
    version: int  # the number of its last event
    turn: int  # the number of the last event that changed its level or who has it
    policy: str  # version of the policy stamped on it
    opened_at: datetime
    requester: str
    customer: str
    summary: str
    facts: Facts
    tried: str | None = None
    ticket: str | None = None
    source: Source | None = None
    origin: str = "slack"
    drill: bool = False
    pace: float = 1.0  # how many times as fast its clocks run as the policy says
    practice: Practice | None = None  # the script of a drill
    joined: tuple[str, ...] = ()  # who plays in the drill
    lines_said: tuple[int, ...] = ()  # lines of the script that its customer has said
    answered: int = 0  # questions that its customer has answered
    wrote_at: datetime | None = None  # when its customer last said something
    marks: tuple[Mark, ...] = ()
    graded: bool = False  # the drill is over and has its marks
    assessment: Assessment | None = None
    severity: str = ""
    tier: TierRef = 1
    phase: Phase = Phase.NEW
    owner: str | None = None
    offered: str | None = None
    passed: tuple[str, ...] = ()  # asked in this tier and not taken
    rounds: tuple[Round, ...] = ()
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    wait: Wait | None = None
    undo: Undo | None = None
    words: tuple[Words, ...] = ()
    management: tuple[Management, ...] = ()
    resolution: Resolution | None = None
    proposal: Proposal | None = None
    lowered_from: str | None = None  # the severity before a rule's move, which may be undone
    moved_down: Mapping[str, datetime] = field(default_factory=dict)  # rule -> when
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    extended: bool = False  # `Two more hours` was used in this tier
    missed_updates: int = 0  # update times passed without a word since the last one
    teller: str | None = None  # who was handed the customer's words; None: the requester has them
    heard_at: datetime | None = None  # the owner's last sign of life
    silent: int = 0  # update times passed without a sign of life from the owner
    notes: tuple[Entry, ...] = ()
    helpers: tuple[str, ...] = ()
    linked: tuple[Linked, ...] = ()
    merged_into: int | None = None
    rating: Rating | None = None
    episode: int = 1  # raised when the thread was lost and is posted again

    @property
    def id(self) -> str:
        """The name people use: `ESC-7`."""
        return f"ESC-{self.number}"

    @property
    def round(self) -> Round:
        """The current handoff; IndexError before the first."""
        return self.rounds[-1]
