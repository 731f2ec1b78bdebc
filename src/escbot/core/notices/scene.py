"""What a notice is made from, and what it is before it has its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escbot.core import events as e
from escbot.core.case import Case
from escbot.core.policy import Policy
from escbot.core.reasons import Value
from escbot.core.roster import Floor, Roster


@dataclass(frozen=True, slots=True)
class Scene:
    """What a notice is made from: the case before and after one event, and who is there."""

    before: Case | None
    recorded: e.Recorded
    after: Case
    policy: Policy
    roster: Roster
    floor: Floor


@dataclass(frozen=True, slots=True)
class News:
    """A notice before it has its place among the case's messages."""

    code: str
    target: str = "thread"
    people: tuple[str | None, ...] = ()
    values: Mapping[str, Value] | None = None
    buttons: tuple[str, ...] = ()
    holds: str = "always"
    acts: bool = False


Teller = Callable[[Scene, Any], Iterator[News]]


def moment(at: datetime | None) -> int | None:
    """Return seconds since 1970, as Slack's dates want them."""
    return int(at.timestamp()) if at else None


def holder_of(case: Case) -> str:
    """Return who has a case, else who was asked, else who opened it."""
    return case.owner or case.offered or case.requester
