"""Facts that belong to no single case: contacts, follow-ups, what a review decided.

They are stored like events, in streams: `contacts`, `followup:12`, `review:support:2026-10`. They
outlive the cases they came from. A stored type is never renamed or removed; new fields have
defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class ContactsCounted:
    """How many customer contacts came in [start, end), and how many the first answer solved.

    The last count of the same days replaces those before it.
    """

    start: date
    end: date
    contacts: int
    solved: int | None = None
    source: Literal["typed", "file"] = "typed"


Kind = Literal["knowledge", "training", "product", "decision"]


@dataclass(frozen=True, slots=True)
class FollowupOpened:
    """Something is to be done. `case` is the case it came from, `review` the review's stream."""

    kind: Kind
    text: str
    owner: str
    due_on: date
    case: int | None = None
    gap: str | None = None
    tier: int | None = None
    area: str | None = None
    link: str | None = None
    review: str | None = None


@dataclass(frozen=True, slots=True)
class FollowupReminded:
    """The owner was reminded on this day."""

    on: date


@dataclass(frozen=True, slots=True)
class FollowupGiven:
    """Somebody else has it from now on: who had it is no longer in the roster."""

    to: str


@dataclass(frozen=True, slots=True)
class FollowupPostponed:
    """Later: it is due on another day."""

    due_on: date


@dataclass(frozen=True, slots=True)
class FollowupClosed:
    """It is done, or it was not needed."""

    done: bool


@dataclass(frozen=True, slots=True)
class ReviewDecided:
    """What was decided about one of a review's proposals; `text` is the proposal as it was read."""

    decision: str
    answer: Literal["accepted", "declined"]
    text: str


Fact = (
    ContactsCounted | FollowupOpened | FollowupReminded | FollowupGiven | FollowupPostponed
    | FollowupClosed | ReviewDecided
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in its place: its number in the stream, its moment (aware UTC), and who said it."""

    number: int
    at: datetime
    by: str | None
    fact: Fact
