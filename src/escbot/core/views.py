"""What Slack must show: the values that messages are made of, without any wording.

A *view* is a function of the state: its message is edited when the value changes.
A *notice* comes from one event, is posted once, and keeps its values.
`words` and `slack/blocks` turn these values into sentences and Block Kit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from escbot.core.case import Past
from escbot.core.decision import Considered, Met
from escbot.core.drill.script import Mark
from escbot.core.handoff import Lacks
from escbot.core.policy import TierRef
from escbot.core.reasons import Because


@dataclass(frozen=True, slots=True)
class Next:
    """The next deadline of a case: which clock ends when (aware UTC).

    The customer's clock is `first_update` until they have heard something, then `update`.
    """

    clock: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CardView:
    """The root of the thread in the escalations channel. `buttons` are ids of docs/contracts.md."""

    number: int
    version: int
    customer: str
    vip: bool
    severity: str
    severity_name: str
    emoji: str
    tier: TierRef
    tier_name: str
    phase: str
    summary: str
    area: str | None
    requester: str
    owner: str | None
    offered: str | None
    next: Next | None
    wait_on: str | None
    breached: tuple[str, ...]
    management: tuple[str, ...]  # criteria that called it
    manager: str | None
    manager_has_it: bool
    linked: tuple[str, ...]
    root_cause: str | None
    resolved_by: str | None
    proposal: Next | None  # a de-escalation is going to happen (clock holds the rule)
    buttons: tuple[str, ...]
    drill: bool
    wait_for: str | None = None  # what `wait_on` is to give or do


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Step 1. `missing` names what the handoff still lacks; `note` what the last tier tried."""

    number: int
    round: int
    folded: bool
    requester: str
    customer: str
    summary: str
    tried: str | None
    ticket: str | None
    permalink: str | None
    customer_deadline: datetime | None
    why: str
    note: str | None
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()
    drill: bool = False
    files: tuple[str, ...] = ()  # links to what hung on the message it came from


@dataclass(frozen=True, slots=True)
class AssessView:
    """Step 2: severity, tier and management with the reasons."""

    number: int
    round: int
    folded: bool
    severity: str
    severity_name: str
    severity_because: Because
    tier: TierRef
    tier_name: str
    criteria: tuple[Met, ...]
    management: tuple[str, ...]
    stays: bool
    drill: bool = False
    begins: bool = False  # the severity itself begins in this tier


@dataclass(frozen=True, slots=True)
class RouteView:
    """Step 3: who was asked, why, and who was passed over."""

    number: int
    round: int
    folded: bool
    tier: TierRef
    tier_name: str
    person: str | None
    taken_by: str | None
    because: tuple[Because, ...]
    considered: tuple[Considered, ...]
    overflow: tuple[Because, ...]
    passed: tuple[str, ...]
    answer_by: datetime | None
    phase: str
    drill: bool = False


@dataclass(frozen=True, slots=True)
class BriefView:
    """Step 4, where the severity asks for it: the checklist, who took the brief, what it lacks."""

    number: int
    version: int
    round: int
    folded: bool
    needed: bool
    giver: str
    receiver: str | None
    checklist: tuple[str, ...]
    checked: tuple[str, ...]
    briefed_by: str | None
    drill: bool = False
    lacks: Lacks = field(default_factory=Lacks)
    over: bool = False


@dataclass(frozen=True, slots=True)
class UpdateView:
    """Step 5: the customer's text, whether it was sent, and when the next is due."""

    number: int
    version: int
    round: int
    folded: bool
    customer: str
    teller: str  # who owns the customer's words now
    template: str | None
    text: str | None
    sent_by: str | None
    sent_at: datetime | None
    next_at: datetime | None
    buttons: tuple[str, ...] = ()
    drill: bool = False
    channel: str | None = None  # shared with the customer; once told: where the bot posted it
    linked: tuple[tuple[str, str], ...] = ()  # other customers, with who tells them
    others: tuple[tuple[tuple[str, ...], str], ...] = ()  # who of them reads another text, and it
    mark: int | None = None  # of the words that the buttons stand for


@dataclass(frozen=True, slots=True)
class SharedView:
    """The customer's words in the channel shared with them: these, and nothing else."""

    text: str


@dataclass(frozen=True, slots=True)
class DirectView:
    """The specialist's direct message about one case.

    `standing`: asked (the buttons are there), yours, passed (went to somebody else), over.
    """

    number: int
    version: int
    person: str
    standing: Literal["asked", "yours", "passed", "over"]
    customer: str
    vip: bool
    severity: str
    severity_name: str
    emoji: str
    tier_name: str
    summary: str
    tried: str | None
    requester: str
    owner: str | None
    because: tuple[Because, ...]
    told: str | None  # what the customer was last told
    next: Next | None
    why: str
    note: str | None
    buttons: tuple[str, ...]
    drill: bool = False
    scored: bool | None = None  # whether the receiver has scored the handoff; None: not theirs to


@dataclass(frozen=True, slots=True)
class ManageView:
    """A ping of the management, in the managers' channel."""

    number: int
    version: int
    ping: int
    criteria: tuple[str, ...]
    customer: str
    vip: bool
    arr: int | None
    relationship: str | None
    past: Past | None
    severity: str
    severity_name: str
    emoji: str
    summary: str
    owner: str | None
    asked: str | None
    taken_by: str | None
    next: Next | None
    over: bool
    buttons: tuple[str, ...]
    drill: bool = False


@dataclass(frozen=True, slots=True)
class PlanView:
    """The case in the planning channel."""

    number: int
    version: int
    customer: str
    summary: str
    requester: str
    planner: str | None
    phase: str
    next: Next | None
    buttons: tuple[str, ...]
    drill: bool = False


@dataclass(frozen=True, slots=True)
class PointerView:
    """One line that leads to the thread: in a tier's channel, or where the case came from."""

    number: int
    severity: str
    emoji: str
    customer: str
    summary: str
    phase: str
    owner: str | None
    here: Literal["tier", "source"]  # in the tier's channel, or where the case came from
    drill: bool = False


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One case of a digest."""

    number: int
    severity: str
    emoji: str
    customer: str
    vip: bool
    person: str | None
    next: Next | None


@dataclass(frozen=True, slots=True)
class DigestView:
    """A manager's morning. `counts` are those of late, at risk, unassigned and quiet cases."""

    person: str
    open: int
    late: tuple[DigestLine, ...]
    at_risk: tuple[DigestLine, ...]
    unassigned: tuple[DigestLine, ...]
    quiet: tuple[DigestLine, ...]
    counts: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class LobbyView:
    """A drill that waits for somebody to escalate: the customer's call, and who plays."""

    number: int
    version: int
    title: str
    teaches: str
    customer: str
    call: str
    starter: str
    joined: tuple[str, ...]
    pace: float
    ends_at: datetime | None
    over: bool
    buttons: tuple[str, ...]
    drill: bool = True


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The end of a drill: how each step went."""

    number: int
    title: str
    share: float | None
    marks: tuple[Mark, ...]
    joined: tuple[str, ...]
    drill: bool = True


@dataclass(frozen=True, slots=True)
class FollowupView:
    """Something to be done, for its owner. `newest` says that it carries the buttons."""

    number: int
    kind: str
    text: str
    case: int | None
    gap: str | None
    tier: int | None
    area: str | None  # by its name
    link: str | None
    due_on: date
    opened_by: str | None
    state: str
    closed_by: str | None
    newest: bool


@dataclass(frozen=True, slots=True)
class RatingView:
    """The customer is asked in their own channel how it went; `score` is their answer so far."""

    team: str
    number: int
    score: int | None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Part:
    """A headline with sentences, as they were written when a report was made."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars by category: every series has a value for each category, None if nothing was counted."""

    title: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: each cell is a text or a number; the first row holds the names of the columns."""

    caption: str
    rows: tuple[tuple[str | float, ...], ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report that somebody asked for, with the figures of that moment."""

    title: str
    parts: tuple[Part, ...]
    charts: tuple[Chart, ...] = ()
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """Something a review proposes to decide; `answer` is accepted or declined once it is."""

    id: str
    text: str
    answer: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The monthly review of one team."""

    team: str
    name: str
    month: str
    headline: str
    parts: tuple[Part, ...]
    decisions: tuple[Proposed, ...]
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """News that somebody must see, posted anew. Codes are listed in docs/contracts.md.

    `people` are mentioned (one ping at most each); `values` fill the sentence; `buttons` act on it.
    """

    code: str
    number: int
    version: int
    people: tuple[str, ...] = ()
    values: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    buttons: tuple[str, ...] = ()
    drill: bool = False


Shown = (
    CardView | DocumentView | AssessView | RouteView | BriefView | UpdateView | DirectView
    | ManageView | PlanView | PointerView | DigestView | SharedView | LobbyView | ScoreView
    | FollowupView | RatingView | ReportView | ReviewView | Notice
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A message that must exist in Slack. Unique by (team, subject, slot, episode).

    `target`: `channel:escalations` (a purpose of the policy), `name:tier2-help` (a channel's name),
    `thread` (under the case's card), `dm:U05`, `ephemeral:U05` (in the thread, seen by one),
    `reply:C05/170000.1` (in a thread elsewhere), `customer:acme` (a channel shared with one).
    `holds` is the condition that must still be true when a notice is sent: `always`, `open` (the
    case is not over), `asked:U05` (the offer stands), `owned`, `waiting`,
    `clock:respond` (that clock still runs), `owner:U05` (they have it), `managed:2` (the second
    ping has no taker yet), `proposed:P3` (that de-escalation is still proposed),
    `concerns:U05` (they own it, were asked, or opened it, and it is not over).
    `acts` says that somebody must act on it: such messages go first.
    `after` is the moment (aware UTC, domain time) before which nobody is to be woken by it.
    """

    slot: str
    episode: int
    kind: Literal["view", "notice"]
    target: str
    value: Shown
    holds: str = "always"
    acts: bool = False
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment (aware UTC) at which the case must be looked at again."""

    kind: str
    due_at: datetime
