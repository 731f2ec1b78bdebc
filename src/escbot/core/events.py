"""What happened: the only facts. Names are past; fields hold all that `evolve` needs.

A stored event type is never renamed or removed. New fields have defaults, so that old records load.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from escbot.core.case import Copy, Lesson, Past, Source
from escbot.core.decision import Assessment, Choice
from escbot.core.drill.script import Mark, Practice
from escbot.core.facts import Facts
from escbot.core.policy import TierRef


@dataclass(frozen=True, slots=True)
class Opened:
    policy: str
    requester: str
    customer: str
    summary: str
    facts: Facts
    tried: str | None = None
    ticket: str | None = None
    source: Source | None = None
    origin: str = "slack"
    drill: bool = False
    pace: float = 1.0
    practice: Practice | None = None


@dataclass(frozen=True, slots=True)
class Assessed:
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class RoundOpened:
    """A handoff begins; the tier of the case becomes `tier`."""

    tier: TierRef
    why: str
    note: str | None = None
    brief_needed: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody was asked; `choice.person` None puts the case into the unassigned queue."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class Passed:
    """Who was asked, or who has it, gave no sign in time; the next person is asked."""

    person: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The case stays with who opened it, tracked, or goes back to who had it before it ended."""

    person: str


@dataclass(frozen=True, slots=True)
class Queued:
    """The case went to the planning queue."""

    planner: str | None = None


@dataclass(frozen=True, slots=True)
class PlanAccepted:
    planner: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    person: str
    how: Literal["button", "reply", "reaction", "assigned", "taken_over"] = "button"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """ "Not mine": as if it had never been taken."""

    person: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Reasons: not_my_area, no_capacity, off_shift, conflict, other."""

    person: str
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reassigned:
    to: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TierChanged:
    to: TierRef
    why: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SeverityChanged:
    to: str
    why: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class WaitStarted:
    on: Literal["customer", "vendor", "inside"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class WaitRenewed:
    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """Why: replied, asked, pause_ended."""

    why: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A share of a clock is used. `late_by` is elapsed time since the moment it was due."""

    clock: str
    share: float
    due_at: datetime
    late_by: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Breached:
    clock: str
    due_at: datetime
    late_by: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class LimitExtended:
    by_time: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class ManagementCalled:
    criteria: tuple[str, ...]
    person: str | None
    quiet: bool = False
    past: Past | None = None
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class ManagementPassed:
    """The manager who was asked did not answer in time; `to` is asked now."""

    number: int
    to: str | None
    late_by: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class ManagementTaken:
    number: int
    person: str


@dataclass(frozen=True, slots=True)
class WordsPrepared:
    """The customer's words, and the same for other customers of the problem."""

    template: str
    text: str
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class WordsEdited:
    """Somebody wrote other words for the customer; nobody was told yet."""

    text: str
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class WordsHanded:
    """Somebody else owns the customer's words."""

    to: str


@dataclass(frozen=True, slots=True)
class CustomerTold:
    """The customer heard this; `channel` is where the bot posted it, None where a person did."""

    person: str
    text: str
    channel: str | None = None
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateMissed:
    """The customer should have heard again by now."""

    due_at: datetime
    late_by: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something was added to the record. Kinds: tried, asked, info, contact, sign."""

    person: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FactsChanged:
    facts: Facts
    by: str


@dataclass(frozen=True, slots=True)
class Briefed:
    person: str
    checked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BriefChecked:
    """Which lines of the briefing checklist are ticked now."""

    person: str
    checked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    person: str
    question: Literal["needed", "complete", "in_time"]
    yes: bool


@dataclass(frozen=True, slots=True)
class HelperJoined:
    person: str


@dataclass(frozen=True, slots=True)
class CustomerLinked:
    """Another customer has the same problem; `copy` are the words that are ready for them."""

    customer: str
    requester: str
    copy: Copy | None = None


@dataclass(frozen=True, slots=True)
class CustomerUnlinked:
    customer: str


@dataclass(frozen=True, slots=True)
class DeescalationProposed:
    """Happens after its grace period in `calendar`, the owner's hours, unless somebody keeps it."""

    rule: str
    to_severity: str
    confirm_by: str | None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class DeescalationKept:
    """The proposed de-escalation does not happen.

    Whys: kept (somebody pressed Keep), facts (they no longer speak for it), moved_up (somebody
    escalated instead). The program takes it back in somebody's name, without a `person`.
    """

    person: str | None
    why: Literal["kept", "facts", "moved_up"] = "kept"


@dataclass(frozen=True, slots=True)
class Resolved:
    person: str
    summary: str
    root_cause: str
    lessons: tuple[Lesson, ...] = ()  # each becomes a follow-up


@dataclass(frozen=True, slots=True)
class Reopened:
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Why: quiet (the customer had no more words), asked."""

    why: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    into: int
    person: str


@dataclass(frozen=True, slots=True)
class ThreadLost:
    """The card or its channel is gone; the views are posted again, notices are not."""

    what: str


@dataclass(frozen=True, slots=True)
class PolicyStamped:
    policy: str


@dataclass(frozen=True, slots=True)
class DrillJoined:
    """Somebody plays in the drill; nobody else is ever asked, warned or called by it."""

    person: str


@dataclass(frozen=True, slots=True)
class DrillEscalated:
    """Somebody who joined filled the form: the drill becomes a case like any other."""

    requester: str
    customer: str
    summary: str
    facts: Facts
    tried: str | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """A drill's simulated customer said something. Whys: line (of the script), answer, back."""

    text: str
    why: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DrillGraded:
    """The drill is over; no marks where it ended before somebody escalated."""

    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """The customer said how satisfied they are, 1 to 5; a later word replaces it.

    Sources: typed (by `by` for them), thumbs (5 or 1, pressed in their channel), file.
    """

    score: int
    source: Literal["typed", "thumbs", "file"] = "typed"
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Redacted:
    """What people wrote before this event was removed for good, on request."""


Event = (
    Opened | Assessed | RoundOpened | Offered | Passed | Kept | Queued | PlanAccepted
    | Acknowledged | GivenBack | Declined | Reassigned | TierChanged | SeverityChanged
    | WaitStarted | WaitRenewed | Resumed | Warned | Breached | LimitExtended
    | ManagementCalled | ManagementPassed | ManagementTaken | WordsPrepared | WordsEdited
    | WordsHanded | CustomerTold
    | UpdateMissed | Noted | FactsChanged | Briefed | BriefChecked | Scored | HelperJoined
    | CustomerLinked | CustomerUnlinked | DeescalationProposed | DeescalationKept
    | Resolved | Reopened | Closed | Cancelled | Merged | ThreadLost | PolicyStamped
    | DrillJoined | DrillEscalated | CustomerWrote | DrillGraded
    | Rated | Redacted
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its place: its number in the case, its moment (aware UTC), and who did it.

    `by` is a Slack user id, or None where the program did it by itself.
    """

    number: int
    at: datetime
    by: str | None
    event: Event
