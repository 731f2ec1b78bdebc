"""What a drill is made of: the story that its simulated customer plays. Plain values.

Durations are those of the policy; the case's pace makes them shorter together with its limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from escbot.core.facts import Facts
from escbot.core.reasons import Because

STEPS = ("document", "assess", "route", "brief", "update")
Step = Literal["document", "assess", "route", "brief", "update"]


@dataclass(frozen=True, slots=True)
class Line:
    """Something that the customer says by itself: `after` so much silence, or `at` a moment.

    `also` names facts that become true with it and belong into the case.
    """

    says: str
    after: timedelta | None = None
    at: timedelta | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer answers to a question that holds one of these words."""

    about: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Practice:
    """One drill story. `facts` are what a good escalation finds out from the call.

    `mentions` is what the record must hold: a name, and words of which one is enough.
    """

    story: str
    title: str
    teaches: str
    customer: str
    call: str
    facts: Facts
    lasts: timedelta
    answers_after: timedelta
    arr: int | None = None
    mentions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    answers: tuple[Answer, ...] = ()
    otherwise: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one step went: `share` from 0 to 1, None where the drill did not ask for it.

    `people` did the step, in `tier`; `better` says what would have been better.
    """

    step: Step
    share: float | None
    people: tuple[str, ...]
    tier: str
    better: tuple[Because, ...] = ()


def total(marks: tuple[Mark, ...]) -> float | None:
    """Return the mean of the steps that were asked for, None where there was none."""
    shares = [mark.share for mark in marks if mark.share is not None]
    return sum(shares) / len(shares) if shares else None
