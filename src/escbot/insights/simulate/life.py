"""Invented people work through what comes; every step is decided by the real core.

Nothing here writes: the answer is the events, as the desk would have stored them.
"""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.calendars import ALWAYS, next_open
from escbot.core.case import Case, Lesson, Phase
from escbot.core.clocks import deadlines
from escbot.core.decide import Compose, Context, Refused, decided
from escbot.core.evolve import evolve
from escbot.core.facts import Impact
from escbot.core.policy import Policy
from escbot.core.roster import Floor, Roster
from escbot.core.values import replace
from escbot.insights.simulate.world import GAP_AREA, Problem, problems

MINUTE = timedelta(minutes=1)
LOOK_AGAIN = timedelta(minutes=30)  # an unassigned case looks again
PATIENCE = 6  # looks after which somebody takes it from the queue
TELL_AFTER = 250  # steps
MOST_STEPS = 300  # of one case
# Turns that few cases take once somebody works on them, with how many of a hundred.
TURNS = {"": 86.0, "handed_on": 2.5, "sent_back": 1.5, "milder": 8.0, "too_high": 2.0}


@dataclass(slots=True)
class Lived:
    """One invented case with its events."""

    number: int
    problem: Problem
    case: Case | None = None
    records: list[e.Recorded] = field(default_factory=list)
    steps: int = 0
    looks: int = 0  # for somebody who could take it
    planned: set[str] = field(default_factory=set)  # what somebody has in mind already
    turn: str = ""  # what becomes of it besides: see TURNS


Act = Callable[["Simulation", Lived, datetime], None]


class Simulation:
    """A span of work. `run` returns its cases; the same seed gives the same year."""

    def __init__(
        self,
        policy: Policy,
        roster: Roster,
        *,
        team: str,
        start: datetime,
        end: datetime,
        seed: int,
        compose: Compose,
    ) -> None:
        self.policy, self.roster, self.team = policy, roster, team
        self.start, self.end = start, end
        self.compose = compose
        self.draw = random.Random(seed)  # noqa: S311 - a simulation
        openers = tuple(p.id for p in roster.people if p.tiers and min(p.tiers) == 1)
        self.cases = [
            Lived(number, problem, turn=_turn(seed, number))
            for number, problem in enumerate(problems(start, end, self.draw, openers), 1)
        ]
        self.load: defaultdict[str, int] = defaultdict(int)
        self.counts: dict[str, defaultdict[tuple[str, str], int]] = {
            kind: defaultdict(int) for kind in ("declined", "solved", "served")
        }
        self.last: dict[str, datetime] = {}
        self.floor = Floor(load=self.load, last_assigned=self.last,
                           declines=self.counts["declined"], solved=self.counts["solved"],
                           served=self.counts["served"])  # fmt: skip
        self.moments: list[tuple[datetime, int, int, Act]] = []
        self.pushed = 0

    def run(self, told: Callable[[float], None] = lambda _: None) -> list[Lived]:
        """Let everything happen until the end; `told` hears which share of the time has passed."""
        steps = 0
        for lived in self.cases:
            self.later(lived, lived.problem.at, _open)
        while self.moments and self.moments[0][0] < self.end:
            at, _, number, act = heapq.heappop(self.moments)
            act(self, self.cases[number - 1], at)
            steps += 1
            if steps % TELL_AFTER == 0:
                told((at - self.start) / (self.end - self.start))
        return [lived for lived in self.cases if lived.case is not None]

    def later(self, lived: Lived, at: datetime, act: Act) -> None:
        """Let something happen to a case at a moment."""
        self.pushed += 1
        heapq.heappush(self.moments, (at, self.pushed, lived.number, act))

    def do(self, lived: Lived, at: datetime, command: c.Command) -> bool:
        """Decide and record; tell whether anything happened."""
        lived.steps += 1
        if lived.steps > MOST_STEPS:
            return False
        before = lived.case
        self.carry(before, -1)
        context = Context(self.policy, self.roster, self.floor, at, self.team, lived.number,
                          self.compose)  # fmt: skip
        events: tuple[e.Event, ...] = ()
        with suppress(Refused):
            events, _ = decided(before, command, context)
        case = before
        for event in events:
            record = e.Recorded(len(lived.records) + 1, at, getattr(command, "by", None), event)
            case = evolve(case, record, self.policy, team=self.team, number=lived.number)
            lived.records.append(record)
            self.mark(case, event, at)
        lived.case = case
        self.carry(case, 1)
        if events:
            self.follow(lived, at)
        return bool(events)

    def carry(self, case: Case | None, sign: int) -> None:
        holder = case and not case.phase.is_over and (case.owner or case.offered)
        if case and holder:
            self.load[holder] += sign * self.policy.severity(case.severity).points

    def mark(self, case: Case, event: e.Event, at: datetime) -> None:
        area = case.facts.area or ""
        if isinstance(event, e.Offered) and event.choice.person:
            self.last[event.choice.person] = at
        elif isinstance(event, e.Declined) and event.reason == "not_my_area":
            self.counts["declined"][event.person, area] += 1
        elif isinstance(event, e.Resolved):
            owner = case.owner or event.person
            self.counts["solved"][owner, area] += 1
            self.counts["served"][owner, case.customer] += 1

    def follow(self, lived: Lived, at: datetime) -> None:
        """Arm the next deadline and what people will do next."""
        case = lived.case
        if case is None:
            return
        armed = deadlines(case, self.policy)
        if armed:
            self.later(lived, max(armed[0].due_at, at), _due)
        if case.phase is Phase.OFFERED:
            self.once(lived, f"offer {case.offered} {len(case.rounds)}", self.reaction(lived, at),
                      _answer)  # fmt: skip
        elif case.phase is Phase.UNASSIGNED:
            self.later(lived, at + LOOK_AGAIN, _look)
        elif case.phase is Phase.WORKING and case.owner:
            wait = self.working(at, lived, lived.problem.work * self.draw.uniform(0.7, 1.3))
            self.once(lived, f"work {case.owner} {len(case.rounds)}", wait, _work)
        elif case.phase is Phase.PLANNING:
            self.once(lived, "plan", self.working(at, lived, timedelta(hours=20)), _plan)
        for ping in case.management:
            if ping.taken_by is None and not ping.quiet:
                seen = at + MINUTE * self.draw.expovariate(1 / 7)
                self.once(lived, f"ping {ping.number} {len(ping.asked)}", seen, _manage)

    def once(self, lived: Lived, what: str, at: datetime, act: Act) -> None:
        if what not in lived.planned:
            lived.planned.add(what)
            self.later(lived, at, act)

    def reaction(self, lived: Lived, at: datetime) -> datetime:
        """Return when the person who was asked answers."""
        middle = {"P1": 4.0, "P2": 22.0}.get(lived.case.severity if lived.case else "", 40.0)
        minutes = middle * lived.problem.slow * self.draw.lognormvariate(0, 0.9)
        return self.working(at, lived, MINUTE * minutes)

    def working(self, at: datetime, lived: Lived, needed: timedelta) -> datetime:
        """Return when something is done, in the hours of the case's severity."""
        calendar = self.policy.calendar(lived.case.severity) if lived.case else ALWAYS
        done = next_open(calendar, at) + needed
        return next_open(calendar, done)


# What people do. Each looks first whether it is still to be done.


def _open(sim: Simulation, lived: Lived, at: datetime) -> None:
    sim.do(lived, at, lived.problem.command)


def _due(sim: Simulation, lived: Lived, at: datetime) -> None:
    case = lived.case
    armed = deadlines(case, sim.policy) if case else ()
    if case is None or not armed or armed[0].due_at > at:
        return
    told = armed[0].kind == "update.due" and case.owner and sim.draw.random() < 0.8
    if told and case.owner:
        sim.do(lived, at, c.TellCustomer(case.owner, "We are on it and will write again."))
    else:
        sim.do(lived, at, c.DeadlinePassed(armed[0].kind))


def _look(sim: Simulation, lived: Lived, at: datetime) -> None:
    case = lived.case
    if (
        case is None
        or case.phase is not Phase.UNASSIGNED
        or sim.do(lived, at, c.RouteAgain("free"))
    ):
        return
    lived.looks += 1
    people = [p.id for p in sim.roster.people if case.tier in p.tiers]
    if lived.looks > PATIENCE and people:
        sim.do(lived, sim.working(at, lived, MINUTE), c.Acknowledge(sim.draw.choice(people)))
    else:
        sim.later(lived, at + LOOK_AGAIN, _look)


def _answer(sim: Simulation, lived: Lived, at: datetime) -> None:
    """Whoever was asked takes it, or says that it isn't their area."""
    case = lived.case
    if case is None or case.phase is not Phase.OFFERED or case.offered is None:
        return
    person = sim.roster.person(case.offered)
    skilled = person is not None and person.skills.get(case.facts.area or "", 0) > 0
    gap = case.facts.area == GAP_AREA and case.tier == 2
    agent = person is not None and "agent" in person.roles
    chance = 0.9 if gap and not skilled else 0.02 if skilled or agent else 0.12
    if sim.draw.random() < chance:
        sim.do(lived, at, c.Decline(case.offered, "not_my_area"))
        return
    taken = sim.do(lived, at, c.Acknowledge(case.offered))
    if taken and case.round.brief_needed:
        lines = sim.policy.handoff.briefing
        spoken = lines if case.tried else lines[:-1]
        sim.do(lived, at + MINUTE, c.TakeBrief(case.offered, spoken))
    if taken and sim.draw.random() < 0.75:
        sim.do(lived, at + 2 * MINUTE, c.TellCustomer(case.offered, "I am looking into it now."))


def _work(sim: Simulation, lived: Lived, at: datetime) -> None:
    """The owner has worked on it: waits for the customer, hands it up, or has solved it."""
    case, draw = lived.case, sim.draw
    if case is None or case.owner is None or case.phase is not Phase.WORKING:
        return
    if case.tier != "planning" and _turns(sim, lived, at, case):
        return
    chance = draw.random()
    if chance < 0.2 and "waited" not in lived.planned and not lived.problem.quick:
        lived.planned.add("waited")
        sim.do(lived, at, c.StartWait(case.owner, "customer", "An example is needed"))
        sim.later(lived, at + timedelta(hours=draw.expovariate(1 / 9)), _replied)
        return
    hard = 0.3 if case.tier == 1 else 0.12
    above = isinstance(case.tier, int) and case.tier < sim.policy.top
    if chance > 1 - hard and above and not lived.problem.quick:
        sim.do(lived, at, c.MoveUp(case.owner, None, "It needs more than this tier has"))
        return
    _resolve(sim, lived, at, case)


def _turn(seed: int, number: int) -> str:
    """Return a case's turn; drawn apart, so that the other chances of the past stay as they are."""
    draw = random.Random(f"turn {seed} {number}")  # noqa: S311 - a simulation
    return draw.choices(list(TURNS), list(TURNS.values()))[0]


def _turns(sim: Simulation, lived: Lived, at: datetime, case: Case) -> bool:
    """Let a case take its turn, once; tell whether somebody else goes on with it now."""
    turn, owner = lived.turn, case.owner or ""
    lived.turn = ""
    before = len(case.rounds)
    if turn in ("handed_on", "sent_back"):
        others = [p for p in sim.roster.people if case.tier in p.tiers and p.id != owner]
        if others:
            other = max(others, key=lambda p: (p.skills.get(case.facts.area or "", 0), p.id))
            lived.turn = f"back {owner}" if turn == "sent_back" else ""
            sim.do(lived, at, c.Reassign(owner, other.id, "I am away from tomorrow"))
    elif turn.startswith("back "):
        first = turn.removeprefix("back ")
        sim.do(lived, at, c.Reassign(owner, first, "You know it better; it needs what you began"))
    elif turn == "milder":
        facts = replace(case.facts, workaround=True, impact=Impact.ONE_USER)
        sim.do(lived, at, c.ChangeFacts(owner, facts))
        needed = lived.case.proposal.confirm_by if lived.case and lived.case.proposal else None
        boss = next((p.id for p in sim.roster.people if needed in p.roles), None)
        if boss:
            sim.do(lived, at + MINUTE, c.ConfirmDeescalation(boss))
    elif turn == "too_high":
        sim.do(lived, at, c.MoveDown(owner, "The first line can finish it"))
    return lived.case is not None and len(lived.case.rounds) > before


def _resolve(sim: Simulation, lived: Lived, at: datetime, case: Case) -> None:
    owner, draw = case.owner or "", sim.draw
    summary = f"{case.summary}: found and corrected."
    command = c.Resolve(owner, summary, lived.problem.cause, lessons=_lessons(lived, draw))
    if not sim.do(lived, at, command):
        return
    sim.do(lived, at + MINUTE, c.TellCustomer(owner, "It works again; please tell us if not."))
    if draw.random() < 0.55 and case.round.taken_by == owner != case.requester:
        needed = not lived.problem.quick or draw.random() < 0.35
        complete = case.tried is not None and draw.random() < 0.92
        in_time = lived.problem.slow == 1 or draw.random() < 0.55
        sim.do(lived, at + 3 * MINUTE, c.ScoreHandoff(owner, needed, complete, in_time))
    if draw.random() < 0.45:
        low = lived.problem.slow > 1 or case.facts.area == GAP_AREA
        score = draw.choices((1, 2, 3, 4, 5), (3, 4, 4, 3, 1) if low else (1, 1, 3, 6, 7))[0]
        sim.later(lived, at + timedelta(hours=draw.uniform(1, 30)), _rating(score))
    if draw.random() < 0.04:
        sim.later(lived, at + timedelta(hours=draw.uniform(3, 40)), _not_fixed)


def _lessons(lived: Lived, draw: random.Random) -> tuple[Lesson, ...]:
    if lived.problem.area == GAP_AREA and draw.random() < 0.12:
        text = "Tier 2 needs to know how integrations are traced"
        return (Lesson("training", text, tier=2, area=GAP_AREA),)
    if lived.problem.cause == "missing_article" and draw.random() < 0.3:
        return (Lesson("knowledge", f"Write down: {lived.problem.command.summary}", gap="missing"),)
    return ()


def _rating(score: int) -> Act:
    def rate(sim: Simulation, lived: Lived, at: datetime) -> None:
        sim.do(lived, at, c.Rate(lived.problem.command.by, score))

    return rate


def _not_fixed(sim: Simulation, lived: Lived, at: datetime) -> None:
    by = lived.problem.command.by
    if sim.do(lived, at, c.Reopen(by, "It happens again")):
        lived.planned = {what for what in lived.planned if not what.startswith("work")}
        sim.follow(lived, at)


def _replied(sim: Simulation, lived: Lived, at: datetime) -> None:
    case = lived.case
    if case and case.phase is Phase.WAITING and case.owner:
        sim.do(lived, at, c.Resume(case.owner, "replied"))
    if lived.case and lived.case.phase is Phase.WORKING:
        sim.later(lived, sim.working(at, lived, lived.problem.work * 0.5), _work)


def _plan(sim: Simulation, lived: Lived, at: datetime) -> None:
    planner = next((p.id for p in sim.roster.people if "planner" in p.roles), None)
    if lived.case is None or lived.case.phase is not Phase.PLANNING or planner is None:
        return
    if sim.draw.random() < 0.3:
        sim.do(lived, at, c.DeclinePlan(planner, "It does not fit this year's plan"))
    elif sim.do(lived, at, c.AcceptPlan(planner)):
        sim.later(lived, at + timedelta(days=sim.draw.uniform(5, 40)), _planned)


def _planned(sim: Simulation, lived: Lived, at: datetime) -> None:
    if lived.case and lived.case.phase is Phase.PLANNED and lived.case.owner:
        cause = "missing_feature"
        sim.do(lived, at, c.Resolve(lived.case.owner, "It is part of the new release.", cause))


def _manage(sim: Simulation, lived: Lived, at: datetime) -> None:
    case = lived.case
    if case is None:
        return
    for ping in case.management:
        if ping.taken_by is None and ping.asked and not ping.quiet and sim.draw.random() < 0.85:
            sim.do(lived, at, c.TakeManagement(ping.asked[-1], ping.number))
            return
