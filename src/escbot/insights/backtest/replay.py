"""Cases live again under a policy: the decision core decides, the trace says what people did.

All cases run side by side in one queue of moments, so that capacity, shifts and the unassigned
queue work as they do in the program. The same input gives the same output, bit by bit.
"""

from __future__ import annotations

import gc
import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.calendars import NeverOpen, next_open, open_between
from escbot.core.case import Case, Phase
from escbot.core.clocks import deadlines
from escbot.core.decide import Context, Refused, decided
from escbot.core.policy import Policy
from escbot.core.priority import weight_of
from escbot.core.roster import Floor, Person, Roster
from escbot.core.views import Deadline
from escbot.insights.backtest.fate import End, Fate, Stay
from escbot.insights.backtest.trace import Habits, NewFacts, Pause, Stage, Trace, Work, habits

ZERO = timedelta(0)
MOST_COMMANDS = 400  # of one case; more is a loop, and the case is counted as cut
LOOK_AGAIN = timedelta(hours=4)  # an unassigned case looks at least this often
ENOUGH = 10**9  # capacity where no roster says who there is
LOG: Any = None  # in whose name the recorded moves are repeated: the program's


@dataclass(slots=True)
class _Run:
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
    due: Deadline | None = None  # the next deadline, as of the last plan
    commands: int = 0
    unowned_since: datetime | None = None
    held: tuple[str, int, int, datetime] | None = None  # person, points, points above, since
    alarms: dict[str, list[tuple[str, float, datetime]]] = field(default_factory=dict)
    owed_since: datetime | None = None  # updates of the present severity count from here


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


def replay(
    policy: Policy,
    traces: Sequence[Trace],
    roster: Roster | None = None,
    *,
    known: Habits | None = None,
    rated: Mapping[str, int] | None = None,
) -> list[Fate]:
    """Return what becomes of each case, in the order of the traces.

    Without a roster there are people enough. `rated` holds the capacity above which a person
    counts as overloaded, by default the policy's own.
    """
    made = _Replay(policy, traces, roster, known or habits(traces), rated or {})
    # Millions of short-lived values and no cycles: collecting them takes a fifth of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return made.run()
    finally:
        if collects:
            gc.enable()


class _Replay:
    def __init__(
        self,
        policy: Policy,
        traces: Sequence[Trace],
        roster: Roster | None,
        known: Habits,
        rated: Mapping[str, int],
    ) -> None:
        self.policy = policy
        self.habits = known
        self.crowded = roster is None
        areas = sorted({t.facts.area for t in traces if t.facts.area})
        self.roster = roster or crowd(policy, areas)
        self.rated = rated
        self.load: defaultdict[str, int] = defaultdict(int)
        self.last: dict[str, datetime] = {}
        self.solved: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.served: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.floor = Floor(load=self.load, last_assigned=self.last, solved=self.solved,
                           served=self.served)  # fmt: skip
        self.runs = [
            _Run(order, trace, Fate(trace.id, trace.opened_at), list(trace.stages))
            for order, trace in enumerate(traces)
        ]
        self.moments: list[tuple[datetime, int, int]] = [
            (run.trace.opened_at, run.order, 0) for run in self.runs
        ]
        heapq.heapify(self.moments)
        self.unassigned: dict[int, _Run] = {}
        self.hours = sorted({p.hours for p in self.roster.people if p.tiers})
        self.ranks = {one.id: one for one in policy.severities}

    def run(self) -> list[Fate]:
        while self.moments:
            at, order, stamp = heapq.heappop(self.moments)
            run = self.runs[order]
            if stamp == run.stamp:
                self.step(run, at)
        return [run.fate for run in self.runs]

    # One moment of one case

    def step(self, run: _Run, at: datetime) -> None:
        if run.case is None:
            self.open(run, at)
        else:
            due = run.due
            if due is not None and due.due_at <= at:
                self.do(run, at, c.DeadlinePassed(due.kind))
            elif run.case.phase is Phase.UNASSIGNED:
                self.do(run, at, c.RouteAgain("free"))
            elif run.case.phase is Phase.CLOSED:
                self.reopen(run, at)
            else:
                self.person(run, at)
        self.plan(run, at)

    def open(self, run: _Run, at: datetime) -> None:
        trace = run.trace
        run.unowned_since = run.owed_since = at
        by = trace.requester if self.roster.person(trace.requester) else LOG
        self.do(run, at, c.Escalate(by, trace.customer, "as recorded", trace.facts, tried="…"))
        if run.case is None:
            self.over(run, at, "cut")

    def do(self, run: _Run, at: datetime, command: c.Command) -> bool:
        """Let the core decide; tell whether anything happened."""
        run.commands += 1
        before = run.case
        if before is not None and not self.crowded:
            self.release(run)
        context = Context(self.policy, self.roster, self.floor, at, "history", run.order + 1, None)
        events: tuple[e.Event, ...] = ()
        after = before
        with suppress(Refused):  # the policy forbids it: the case stays as it is
            events, after = decided(before, command, context)
        if after is not None:
            for event in events:
                self.note(run, at, event, after)
            run.case = self.watched(after)
            if not self.crowded:
                self.hold(run, at)
        return bool(events)

    def watched(self, case: Case) -> Case:
        """Leave out the clocks whose people are assumed to do what they should.

        Customers are told in time, pinged managers answer, and where no roster says who could
        be asked next, an offer stays with its tier.
        """
        kept = {
            name: clock
            for name, clock in case.clocks.items()
            if name != "update"
            and not name.startswith("manage:")
            and not (self.crowded and name == "answer")
        }
        return case if len(kept) == len(case.clocks) else replace(case, clocks=kept)

    # What people carry

    def release(self, run: _Run) -> None:
        if run.held is not None:
            self.load[run.held[0]] -= run.held[1]

    def hold(self, run: _Run, at: datetime) -> None:
        case = run.case
        if case is None:
            return
        person = None if case.phase.is_over else case.owner or case.offered
        was = run.held
        points = self.ranks[case.severity].points if person else 0
        if was is not None and (was[0], was[1]) == (person, points):
            self.load[was[0]] += points
            return
        if was is not None:
            run.fate.over += was[2] * (at - was[3])
            if person is None or person != was[0]:
                self.freed(at, run)
        run.held = None
        if person is not None:
            self.load[person] += points
            above = max(self.load[person] - self.capacity(person), 0)
            run.held = (person, points, min(above, points), at)

    def capacity(self, person: str) -> int:
        rated = self.rated.get(person)
        if rated is not None:
            return rated
        known = self.roster.person(person)
        own = known.capacity if known else None
        return self.policy.routing.capacity if own is None else own

    def freed(self, at: datetime, by: _Run) -> None:
        """Somebody became free: the heaviest unassigned case looks for somebody now."""
        waiting = [run for run in self.unassigned.values() if run is not by and run.case]
        if not waiting:
            return

        def heavy(run: _Run) -> tuple[float, int]:
            if run.case is None:
                raise LookupError(run.trace.id)
            return weight_of(run.case, self.policy, at), -run.order

        first = max(waiting, key=heavy)
        self.wake(first, at)

    # What happened, for the fate

    def note(self, run: _Run, at: datetime, event: e.Event, after: Case) -> None:
        noted = _NOTES.get(type(event))
        if noted is not None:
            noted(self, run, at, event, after)

    def assessed(self, run: _Run, at: datetime, event: e.Assessed, after: Case) -> None:
        fate = run.fate
        if not fate.severity:
            fate.severity = event.assessment.severity
            fate.severities.append(fate.severity)
            fate.because = event.assessment.severity_because
            fate.criteria = tuple(met.id for met in event.assessment.criteria)

    def changed(self, run: _Run, at: datetime, event: e.SeverityChanged, after: Case) -> None:
        self.owe(run, at)
        run.fate.severities.append(event.to)

    def owe(self, run: _Run, at: datetime) -> None:
        """Count the updates that the customer was promised under the severity so far."""
        if run.owed_since is not None and run.fate.severities:
            severity = self.ranks[run.fate.severities[-1]]
            calendar = self.policy.calendars[severity.calendar]
            run.fate.updates += open_between(calendar, run.owed_since, at) // severity.update
        run.owed_since = at

    def placed(self, run: _Run, at: datetime, event: e.RoundOpened, after: Case) -> None:
        stays = run.fate.stays
        if stays and stays[-1].tier == event.tier:
            return
        if stays:
            stays[-1].until = at
            self.moved(run, event)
        stays.append(Stay(event.tier, at, event.why))
        self.arrive(run, event, first=len(stays) == 1)

    def moved(self, run: _Run, event: e.RoundOpened) -> None:
        if event.why.endswith("_breached"):
            run.fate.limit_moves += 1
        elif event.why != "severity":
            run.fate.hand_moves += 1

    def arrive(self, run: _Run, event: e.RoundOpened, *, first: bool) -> None:
        """Find what goes on in this tier: its recorded stage, a try, or the work left over."""
        tier = event.tier
        if not isinstance(tier, int) or event.why == "changed":
            return  # in planning it takes its time; a recorded move has begun its stage already
        later = range(run.stage, len(run.stages))
        place = next((at for at in later if run.stages[at].tier >= tier), None)
        takes = self.habits.reaction(tier)
        if place is None:
            run.stages[run.stage] = replace(run.stages[run.stage], takes=takes, silent=0)
            run.silent, run.take_at, run.asked = 0, None, 0
            return
        if run.stages[place].tier > tier:
            work = Work(self.habits.attempt(tier))
            run.stages.insert(place, Stage(tier, takes, parts=(work,)))
        if first or place != run.stage:
            self.begin(run, place)

    def begin(self, run: _Run, place: int) -> None:
        run.stage, run.part, run.left, run.began = place, 0, None, None
        run.take_at, run.asked = None, 0
        run.silent = 0 if self.crowded else run.stages[place].silent

    def offered(self, run: _Run, at: datetime, event: e.Offered, after: Case) -> None:
        if event.choice.person is not None:
            run.fate.offers += 1
            run.asked_at = at
            self.last[event.choice.person] = at
        self.lost(run, at)

    def passed(self, run: _Run, at: datetime, event: e.Passed, after: Case) -> None:
        run.fate.passes += 1

    def lost(self, run: _Run, at: datetime) -> None:
        """Nobody has it now: the part under way stops where it is."""
        if run.began is not None and run.left is not None:
            run.left = max(run.left - (at - run.began), ZERO)
            run.began = None
        if run.unowned_since is None:
            run.unowned_since = at

    def taken(
        self, run: _Run, at: datetime, event: e.Acknowledged | e.Kept | e.PlanAccepted, after: Case
    ) -> None:
        fate = run.fate
        fate.taken_at = fate.taken_at or at
        if run.unowned_since is not None:
            fate.unowned += at - run.unowned_since
            run.unowned_since = None
        if self.crowded and run.asked_at is not None and isinstance(event, e.Acknowledged):
            severity = self.ranks[after.severity]
            if severity.answer:
                calendar = self.policy.calendars[severity.calendar]
                fate.passes += open_between(calendar, run.asked_at, at) // severity.answer

    def warned(self, run: _Run, at: datetime, event: e.Warned, after: Case) -> None:
        mark = (event.clock, event.share)
        run.fate.warned.append(mark)
        run.alarms.setdefault(event.clock, []).append((*mark, at))

    def breached(self, run: _Run, at: datetime, event: e.Breached, after: Case) -> None:
        run.fate.breaches.append(event.clock)
        ahead = {share: at - when for _, share, when in run.alarms.pop(event.clock, [])}
        run.fate.notice.append(ahead)

    def pinged(self, run: _Run, at: datetime, event: e.ManagementCalled, after: Case) -> None:
        if not event.quiet:
            run.fate.pings.append("+".join(event.criteria))

    # What people do

    def person(self, run: _Run, at: datetime) -> None:
        """Do what somebody did at this moment of the case."""
        case = run.case
        if case is None:
            raise LookupError(run.trace.id)
        if case.phase is Phase.OFFERED:
            self.do(run, at, c.Acknowledge(case.offered or ""))
        elif case.phase is Phase.PLANNING:
            self.do(run, at, c.AcceptPlan(LOG))
        else:
            self.work(run, at, case)

    def work(self, run: _Run, at: datetime, case: Case) -> None:
        """The current part is over: go on with the next, the next tier, or the end."""
        if run.began is not None:
            self.finish_part(run, at)
        while run.case is not None and not run.case.phase.is_over:
            parts = run.stages[run.stage].parts
            if run.part >= len(parts):
                if not self.next_stage(run, at):
                    return
                continue
            part = parts[run.part]
            if isinstance(part, NewFacts):
                run.part += 1
                if self.do(run, at, c.ChangeFacts(LOG, part.facts)) and self.unowned(run):
                    return
                continue
            if run.left is None:
                run.left = part.time
            if run.left <= ZERO:
                self.finish_part(run, at)
                continue
            self.start_part(run, at, part)
            return

    def unowned(self, run: _Run) -> bool:
        return run.case is not None and run.case.phase in (
            Phase.OFFERED, Phase.UNASSIGNED, Phase.PLANNING,
        )  # fmt: skip

    def start_part(self, run: _Run, at: datetime, part: Work | Pause) -> None:
        run.began = at
        if isinstance(part, Pause) and run.case is not None and run.case.phase is Phase.WORKING:
            self.do(run, at, c.StartWait(LOG, part.on))

    def finish_part(self, run: _Run, at: datetime) -> None:
        part = run.stages[run.stage].parts[run.part]
        if isinstance(part, Pause):
            run.fate.waited += part.time
        elif isinstance(part, Work) and part.idle:
            run.fate.idle += part.time
        run.part, run.left, run.began = run.part + 1, None, None
        if isinstance(part, Pause) and run.case is not None and run.case.phase is Phase.WAITING:
            self.do(run, at, c.Resume(LOG, "replied"))

    def next_stage(self, run: _Run, at: datetime) -> bool:
        """Go on to the next recorded stage; False where the case is placed anew or over."""
        if run.stage + 1 >= len(run.stages):
            self.end(run, at)
            return False
        case, was = run.case, run.stages[run.stage]
        after = run.stages[run.stage + 1]
        tier = case.tier if case is not None else 1
        self.begin(run, run.stage + 1)
        moves = isinstance(tier, int) and (after.tier > tier or was.tier >= tier > after.tier)
        if moves and after.tier <= self.policy.top:
            self.do(run, at, c.ChangeTier(LOG, after.tier, "as recorded"))
            return not self.unowned(run)
        return True

    def end(self, run: _Run, at: datetime) -> None:
        case = run.case
        if case is None:
            raise LookupError(run.trace.id)
        if not run.trace.ended:
            self.over(run, at, "open")
            return
        owner = case.owner or case.offered or ""
        causes = self.policy.root_causes
        cause = causes[0]
        while cause.children:
            cause = cause.children[0]
        if self.do(run, at, c.Resolve(LOG, "as recorded", cause.id)) and owner:
            self.solved[owner, case.facts.area or ""] += 1
            self.served[owner, case.customer] += 1
        self.over(run, at, "resolved")

    def over(self, run: _Run, at: datetime, how: End) -> None:
        fate = run.fate
        if fate.end:
            return
        fate.end, fate.ended_at = how, at
        self.owe(run, at)
        if fate.stays:
            fate.stays[-1].until = at
        if run.unowned_since is not None:
            fate.unowned += at - run.unowned_since
            run.unowned_since = None
        fate.false_alarms = [
            (clock, share) for marks in run.alarms.values() for clock, share, _ in marks
        ]
        if run.held is not None:
            if run.case is not None and not run.case.phase.is_over:
                self.release(run)  # an unfinished case weighs on nobody after its last sign
            fate.over += run.held[2] * (at - run.held[3])
            run.held = None
        run.stamp += 1
        self.unassigned.pop(run.order, None)
        run.case = None  # many cases are over at the end; only their fates are kept

    # When to look again

    def plan(self, run: _Run, at: datetime) -> None:
        case, fate = run.case, run.fate
        if fate.end or case is None:
            return
        if run.commands >= MOST_COMMANDS:
            self.over(run, at, "cut")
            return
        run.due = None
        if case.phase is Phase.CLOSED:
            self.closed(run, at)
            return
        self.wait_for_somebody(run)
        moments = [
            moment
            for moment in (self.next_person(run, at), self.next_due(run))
            if moment is not None
        ]
        if moments:
            self.wake(run, max(min(moments), at))
        else:
            self.over(run, at, "open")

    def closed(self, run: _Run, at: datetime) -> None:
        """It closed by itself while the customer was awaited; perhaps they come back later."""
        if run.began is None or run.left is None:
            self.over(run, at, "closed")
            return
        run.fate.ended_at = at
        self.wake(run, max(run.began + run.left, at))

    def reopen(self, run: _Run, at: datetime) -> None:
        """The customer is back; after the policy's last day the case stays closed."""
        closed_at = run.fate.ended_at or at
        run.fate.ended_at = None
        if not self.do(run, at, c.Reopen(LOG, "as recorded")):
            self.over(run, closed_at, "closed")

    def wait_for_somebody(self, run: _Run) -> None:
        if run.case is not None and run.case.phase is Phase.UNASSIGNED:
            self.unassigned[run.order] = run
        else:
            self.unassigned.pop(run.order, None)

    def next_due(self, run: _Run) -> datetime | None:
        armed = deadlines(run.case, self.policy) if run.case is not None else ()
        run.due = armed[0] if armed else None
        return run.due.due_at if run.due else None

    def next_person(self, run: _Run, at: datetime) -> datetime | None:
        """Return when somebody acts next, or None while everybody is silent."""
        case = run.case
        if case is None:
            return None
        stage = run.stages[run.stage]
        if case.phase is Phase.UNASSIGNED:
            return self.next_look(at)
        if case.phase is Phase.OFFERED:
            return self.next_taking(run, case, stage, at)
        if case.phase is Phase.PLANNING:
            if run.take_at is None:
                run.take_at = at + stage.quiet + stage.takes
            return max(run.take_at, at)
        if run.began is None or run.left is None:
            return at
        return run.began + run.left

    def next_taking(self, run: _Run, case: Case, stage: Stage, at: datetime) -> datetime | None:
        """Return when the offer is taken; None where whoever was asked gives no sign."""
        if run.take_at is not None:
            return max(run.take_at, at)
        if run.asked != run.fate.offers:
            run.asked = run.fate.offers
            if run.silent > 0 and self.ranks[case.severity].answer is not None:
                run.silent -= 1
                return None
            run.take_at = at + stage.takes + (stage.quiet if self.crowded else ZERO)
        return run.take_at

    def next_look(self, at: datetime) -> datetime:
        """Return when somebody's hours begin, at the latest in a few hours."""
        soonest = at + LOOK_AGAIN
        for name in self.hours:
            calendar = self.policy.calendars.get(name)
            if calendar is None or calendar.always:
                continue
            try:
                opens = next_open(calendar, at)
            except NeverOpen:
                continue
            if at < opens < soonest:
                soonest = opens
        return soonest

    def wake(self, run: _Run, at: datetime) -> None:
        run.stamp += 1
        heapq.heappush(self.moments, (at, run.order, run.stamp))


_NOTES: Mapping[type, Any] = {
    e.Assessed: _Replay.assessed,
    e.SeverityChanged: _Replay.changed,
    e.RoundOpened: _Replay.placed,
    e.Offered: _Replay.offered,
    e.Passed: _Replay.passed,
    e.Acknowledged: _Replay.taken,
    e.Kept: _Replay.taken,
    e.PlanAccepted: _Replay.taken,
    e.Warned: _Replay.warned,
    e.Breached: _Replay.breached,
    e.ManagementCalled: _Replay.pinged,
}
