"""One case on its way through a replay, and where it is in what was recorded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from escbot.core import events as e
from escbot.core.case import Case, Phase
from escbot.core.policy import Policy
from escbot.core.roster import Person, Roster
from escbot.core.views import Deadline
from escbot.insights.backtest.fate import Fate
from escbot.insights.backtest.trace import Habits, Stage, Trace, Work

ENOUGH = 10**9  # capacity where no roster says who there is
_NOBODY = (Phase.OFFERED, Phase.UNASSIGNED, Phase.PLANNING)


@dataclass(frozen=True, slots=True)
class Held:
    """What a case weighs on whom since when; `above` points are over the person's capacity."""

    person: str
    points: int
    above: int
    since: datetime


@dataclass(slots=True)
class Run:
    """One case on its way."""

    order: int
    trace: Trace
    fate: Fate
    stages: list[Stage]
    case: Case | None = None
    stage: int = 0
    part: int = 0
    left: timedelta | None = None  # of the current part; None before it began
    began: datetime | None = None  # when the current part began to run
    silent: int = 0
    take_at: datetime | None = None
    asked: int = 0  # the offer for which it is settled whether and when it is taken
    asked_at: datetime | None = None
    stamp: int = 0
    due: Deadline | None = None  # the next deadline of `armed`
    armed: Case | None = None  # the case for which `due` was worked out
    commands: int = 0
    unowned_since: datetime | None = None
    held: Held | None = None
    alarms: dict[str, list[tuple[str, float, datetime]]] = field(default_factory=dict)
    owed_since: datetime | None = None  # updates of the present severity count from here

    @property
    def unowned(self) -> bool:
        """Nobody has taken it where it is now."""
        return self.case is not None and self.case.phase in _NOBODY

    def begin(self, place: int, *, crowded: bool) -> None:
        """Begin a stage; in a crowd nobody who is asked is silent."""
        self.stage, self.part, self.left, self.began = place, 0, None, None
        self.take_at, self.asked = None, 0
        self.silent = 0 if crowded else self.stages[place].silent

    def arrive(self, event: e.RoundOpened, habits: Habits, *, first: bool, crowded: bool) -> None:
        """Find what goes on in this tier: its recorded stage, a try, or the work left over."""
        tier = event.tier
        if not isinstance(tier, int) or event.why == "changed":
            return  # in planning it takes its time; a recorded move has begun its stage already
        later = range(self.stage, len(self.stages))
        place = next((at for at in later if self.stages[at].tier >= tier), None)
        takes = habits.reaction(tier)
        if place is None:
            self.stages[self.stage] = replace(self.stages[self.stage], takes=takes, silent=0)
            self.silent, self.take_at, self.asked = 0, None, 0
            return
        if self.stages[place].tier > tier:
            work = Work(habits.attempt(tier))
            self.stages.insert(place, Stage(tier, takes, parts=(work,)))
        if first or place != self.stage:
            self.begin(place, crowded=crowded)


def crowd(policy: Policy, areas: Sequence[str]) -> Roster:
    """Return people enough for any load: one with every skill for each tier, always there."""
    skills = dict.fromkeys(areas, 3)
    people = [
        Person(f"tier-{t.number}", t.name, ("specialist", "lead"), (t.number,), skills, ENOUGH,
               "always")
        for t in policy.tiers
    ]  # fmt: skip
    people.append(Person("manager", "Manager", ("manager",), hours="always"))
    people.append(Person("planner", "Planner", ("planner",), hours="always"))
    return Roster(tuple(people), version="crowd")
