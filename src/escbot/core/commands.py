"""What somebody asks for. Every door (click, slash command, reaction, deadline) makes one of these.

`by` is a Slack user id, or None where the program asks. `seen` is the version of the case that the
person saw when clicking; None where they saw none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from escbot.core.case import Lesson, Linked, Source
from escbot.core.drill.script import Practice
from escbot.core.facts import Facts


@dataclass(frozen=True, slots=True)
class Escalate:
    by: str
    customer: str
    summary: str
    facts: Facts
    tried: str | None = None
    ticket: str | None = None
    source: Source | None = None
    origin: str = "slack"


@dataclass(frozen=True, slots=True)
class Acknowledge:
    by: str
    how: Literal["button", "reply", "reaction"] = "button"
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class GiveBack:
    by: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    by: str
    reason: str
    note: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Reassign:
    by: str
    to: str
    reason: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class TakeOver:
    by: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class MoveUp:
    """The `Escalate` button: `criterion` is one of the policy's, or None with a written reason."""

    by: str
    criterion: str | None = None
    reason: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class MoveDown:
    """The `De-escalate` button: one tier down, and/or to a lower severity."""

    by: str
    reason: str
    to_severity: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeSeverity:
    by: str
    to: str
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeTier:
    by: str
    to: int
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class StartWait:
    by: str
    on: Literal["customer", "vendor", "inside"]
    reason: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class RenewWait:
    by: str
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """`why` is `replied` (the customer did) or `asked`."""

    by: str
    why: Literal["replied", "asked"] = "asked"
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ExtendLimit:
    by: str
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class TakeManagement:
    """`I have it`: takes the management track without touching the technical one."""

    by: str
    number: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class TellCustomer:
    """`I sent it`: the customer has heard `text`; `Send`: the bot posts it to their channel.

    `prepared` says that a button stood for the words shown, which can be told once only; `mark`
    is that of these words.
    `others` has the text for linked customers of another language, by language.
    """

    by: str
    text: str
    seen: int | None = None
    send: bool = False
    prepared: bool = False
    others: Mapping[str, str] = field(default_factory=dict)
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class EditWords:
    """`Edit`: other words for the customer, and for linked ones by their language; not told yet."""

    by: str
    text: str
    seen: int | None = None
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandWords:
    """`Hand over`: somebody else owns the customer's words from now on."""

    by: str
    to: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Add to the record: tried, asked (the owner needs information), info, contact, sign.

    A sign is the owner's word that they are still on it; it has no text.
    """

    by: str
    kind: Literal["tried", "asked", "info", "contact", "sign"]
    text: str


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Facts that turned out different, e.g. a workaround was found.

    `shown` are those that a form began with: what is still the same there was not changed.
    """

    by: str
    facts: Facts
    seen: int | None = None
    shown: Facts | None = None


@dataclass(frozen=True, slots=True)
class TakeBrief:
    by: str
    checked: tuple[str, ...] = ()
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CheckBrief:
    """The receiver ticked or unticked: `checked` holds every line that is ticked now."""

    by: str
    checked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreHandoff:
    """The receiver's click: which of needed, complete and in time were so."""

    by: str
    needed: bool = True
    complete: bool = True
    in_time: bool = True


@dataclass(frozen=True, slots=True)
class BringIn:
    by: str
    person: str


@dataclass(frozen=True, slots=True)
class LinkCustomer:
    by: str
    customer: str


@dataclass(frozen=True, slots=True)
class UnlinkCustomer:
    by: str
    customer: str


@dataclass(frozen=True, slots=True)
class KeepLevel:
    """`Keep`: the proposed de-escalation does not happen."""

    by: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class UndoDeescalation:
    """`Undo`: the severity is what it was before a rule lowered it."""

    by: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ConfirmDeescalation:
    by: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class AcceptPlan:
    by: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class DeclinePlan:
    by: str
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Resolve:
    by: str
    summary: str
    root_cause: str
    seen: int | None = None
    lessons: tuple[Lesson, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """How satisfied the customer is, 1 to 5. Sources: typed, thumbs, file."""

    by: str | None
    score: int
    source: Literal["typed", "thumbs", "file"] = "typed"
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """`Not fixed`."""

    by: str
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    by: str
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    by: str
    into: int
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class TakeIn:
    """Another case ends in this one; the desk adds it to the `Merge` that was allowed there."""

    by: str
    customers: tuple[Linked, ...]


@dataclass(frozen=True, slots=True)
class StartDrill:
    """`/escalate drill`: a practice case; `people` play in it besides who starts it."""

    by: str
    practice: Practice
    pace: float
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinDrill:
    by: str


@dataclass(frozen=True, slots=True)
class EscalateDrill:
    """The form of a drill: what the player made of the customer's call."""

    by: str
    customer: str
    summary: str
    facts: Facts
    tried: str | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class EndDrill:
    by: str


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """A moment that `deadlines` named has come; `kind` is one of docs/contracts.md."""

    kind: str


@dataclass(frozen=True, slots=True)
class RouteAgain:
    """Somebody became free, or the person asked is gone: look for somebody again."""

    because: str


@dataclass(frozen=True, slots=True)
class LoseThread:
    """Slack no longer shows the card: it was deleted, or its channel was replaced.

    `what` is `message`, `thread`, `card` or `channel`.
    """

    what: str


Command = (
    Escalate | Acknowledge | GiveBack | Decline | Reassign | TakeOver | MoveUp | MoveDown
    | ChangeSeverity | ChangeTier | StartWait | RenewWait | Resume | ExtendLimit
    | TakeManagement | TellCustomer | EditWords | HandWords | Note | ChangeFacts | TakeBrief
    | CheckBrief | ScoreHandoff | BringIn | LinkCustomer | UnlinkCustomer | KeepLevel
    | UndoDeescalation | ConfirmDeescalation | AcceptPlan | DeclinePlan
    | Resolve | Rate | Reopen | Cancel | Merge | TakeIn | StartDrill | JoinDrill | EscalateDrill
    | EndDrill | DeadlinePassed | RouteAgain | LoseThread
)  # fmt: skip
