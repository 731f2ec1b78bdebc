"""What is known about a problem: the values that the policy's rules read."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What kind of problem the customer has."""

    OUTAGE = "outage"
    MAJOR_FUNCTION = "major_function"
    MINOR_ISSUE = "minor_issue"
    ENHANCEMENT = "enhancement"


class Impact(StrEnum):
    """How many people the problem stops."""

    ONE_USER = "one_user"
    MULTIPLE_USERS = "multiple_users"
    SYSTEM_WIDE = "system_wide"


class Diagnosis(StrEnum):
    """How far the person who escalates has come."""

    KNOWN = "known"
    CANNOT_DIAGNOSE = "cannot_diagnose"
    NEEDS_DEVELOPMENT = "needs_development"


class Relationship(StrEnum):
    """How the customer and the company stand with each other."""

    GOOD = "good"
    STRAINED = "strained"
    AT_RISK = "at_risk"


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one case; everything but `kind` and `impact` may be unknown.

    `time_in_tier` is open time in the case's calendar; `customer_deadline` is aware UTC;
    `from_tier` is the tier of the person who escalates; `discretion` is a written reason.
    """

    kind: Kind
    impact: Impact
    workaround: bool = False
    revenue_impact: bool = False
    revenue_at_risk: bool = False
    diagnosis: Diagnosis | None = None
    asks_for_manager: bool = False
    escalated_again: bool = False
    executive_contact: bool = False
    brand_risk: bool = False
    vip: bool = False
    relationship: Relationship | None = None
    novel: bool = False
    customer_deadline: datetime | None = None
    discretion: str | None = None
    from_tier: int = 1
    time_in_tier: timedelta | None = None
    area: str | None = None
    customer: str | None = None

    def over(self, shown: Facts, now: Facts) -> Facts:
        """Return what is so `now` with what differs here from the facts that were shown."""
        mine = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(shown, one.name)
        }
        return replace(now, **mine)
