"""Cases live again under a policy: the decision core decides, the trace says what people did.

All cases run side by side in one queue of moments, so that capacity, shifts and the unassigned
queue work as they do in the program. The same input gives the same output, bit by bit.
"""

from __future__ import annotations

import gc
import heapq
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.availability import is_around
from escbot.core.case import Case, Phase
from escbot.core.decide import Context, Refused, decided
from escbot.core.policy import Policy
from escbot.core.priority import weight_of
from escbot.core.roster import Roster
from escbot.core.values import replace
from escbot.insights.backtest.fate import End, Fate
from escbot.insights.backtest.load import Load
from escbot.insights.backtest.moments import Moments
from escbot.insights.backtest.noting import Noting
from escbot.insights.backtest.run import Run, crowd
from escbot.insights.backtest.trace import ZERO, Habits, NewFacts, Pause, Trace, Work, habits

MOST_COMMANDS = 1000  # of one case; more is a loop, and the case is counted as cut
LOG: Any = None  # in whose name the recorded moves are repeated: the program's


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
        self.crowded = roster is None
        areas = sorted({t.facts.area for t in traces if t.facts.area})
        self.roster = roster or crowd(policy, areas)
        self.load = Load(policy, self.roster, rated, crowded=self.crowded)
        self.noting = Noting(policy, known, self.load, crowded=self.crowded)
        self.moments = Moments(policy, self.roster, crowded=self.crowded)
        self.runs = [
            Run(order, trace, Fate(trace.id, trace.opened_at), list(trace.stages))
            for order, trace in enumerate(traces)
        ]
        self.queue: list[tuple[datetime, int, int]] = [
            (run.trace.opened_at, run.order, 0) for run in self.runs
        ]
        heapq.heapify(self.queue)
        self.unassigned: dict[int, Run] = {}
        cause = policy.root_causes[0]
        while cause.children:
            cause = cause.children[0]
        self.cause = cause.id

    def run(self) -> list[Fate]:
        while self.queue:
            at, order, stamp = heapq.heappop(self.queue)
            run = self.runs[order]
            if stamp == run.stamp:
                self.step(run, at)
        return [run.fate for run in self.runs]

    # One moment of one case

    def step(self, run: Run, at: datetime) -> None:
        if run.case is None:
            self.open(run, at)
        else:
            due = run.due
            if due is not None and due.due_at <= at:
                self.do(run, at, c.DeadlinePassed(due.kind))
            elif run.case.phase is Phase.UNASSIGNED:
                if not self.taken_after_all(run, at, run.case):
                    self.do(run, at, c.RouteAgain("free"))
            elif run.case.phase is Phase.CLOSED:
                self.reopen(run, at)
            else:
                self.person(run, at, run.case)
        self.plan(run, at)

    def open(self, run: Run, at: datetime) -> None:
        trace = run.trace
        run.unowned_since = run.owed_since = at
        by = trace.requester if self.roster.person(trace.requester) else LOG
        self.do(run, at, c.Escalate(by, trace.customer, "as recorded", trace.facts, tried="…"))
        if run.case is None:
            self.over(run, at, "cut")

    def do(self, run: Run, at: datetime, command: c.Command) -> bool:
        """Let the core decide; tell whether anything happened."""
        run.commands += 1
        before = run.case
        self.load.release(run)
        context = Context(
            self.policy, self.roster, self.load.floor, at, "history", run.order + 1, None
        )
        events: tuple[e.Event, ...] = ()
        after = before
        with suppress(Refused):  # the policy forbids it: the case stays as it is
            events, after = decided(before, command, context)
        if after is not None:
            for event in events:
                self.noting.note(run, at, event, after)
            run.case = self.watched(after)
            if self.load.hold(run, at):
                self.freed(at, run)
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

    def freed(self, at: datetime, by: Run) -> None:
        """Somebody became free: the heaviest unassigned case looks for somebody now."""
        waiting = [
            (weight_of(run.case, self.policy, at), -run.order)
            for run in self.unassigned.values()
            if run is not by and run.case
        ]
        if waiting:
            _, order = max(waiting)
            self.wake(self.runs[-order], at)

    # What people do

    def person(self, run: Run, at: datetime, case: Case) -> None:
        """Do what somebody did at this moment of the case."""
        if case.phase is Phase.OFFERED:
            self.do(run, at, c.Acknowledge(case.offered or ""))
        elif case.phase is Phase.PLANNING:
            self.do(run, at, c.AcceptPlan(LOG))
        else:
            self.work(run, at)

    def taken_after_all(self, run: Run, at: datetime, case: Case) -> bool:
        """Everybody let the offer pass: one of them takes it when it was taken in the record."""
        if run.take_at is None or at < run.take_at:
            return False
        asked = [
            one
            for one in reversed(case.passed)
            if is_around(self.policy, self.roster, self.load.floor, one, at)
        ]
        return any(self.do(run, at, c.Acknowledge(one)) for one in asked)

    def work(self, run: Run, at: datetime) -> None:
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
                if self.do(run, at, c.ChangeFacts(LOG, part.facts)) and run.unowned:
                    return
                continue
            if run.left is None:
                run.left = part.time
            if run.left <= ZERO:
                self.finish_part(run, at)
                continue
            self.start_part(run, at, part)
            return

    def start_part(self, run: Run, at: datetime, part: Work | Pause) -> None:
        run.began = at
        if isinstance(part, Pause) and run.case is not None and run.case.phase is Phase.WORKING:
            self.do(run, at, c.StartWait(LOG, part.on))

    def finish_part(self, run: Run, at: datetime) -> None:
        part = run.stages[run.stage].parts[run.part]
        if isinstance(part, Pause):
            run.fate.waited += part.time
        elif isinstance(part, Work) and part.idle:
            run.fate.idle += part.time
        run.part, run.left, run.began = run.part + 1, None, None
        if isinstance(part, Pause) and run.case is not None and run.case.phase is Phase.WAITING:
            self.do(run, at, c.Resume(LOG, "replied"))

    def next_stage(self, run: Run, at: datetime) -> bool:
        """Go on to the next recorded stage; False where the case is placed anew or over."""
        if run.stage + 1 >= len(run.stages):
            self.end(run, at)
            return False
        case, was = run.case, run.stages[run.stage]
        after = run.stages[run.stage + 1]
        tier = case.tier if case is not None else 1
        run.begin(run.stage + 1, crowded=self.crowded)
        moves = isinstance(tier, int) and (after.tier > tier or was.tier >= tier > after.tier)
        if moves and after.tier <= self.policy.top:
            self.do(run, at, c.ChangeTier(LOG, after.tier, "as recorded"))
            return not run.unowned
        return True

    def end(self, run: Run, at: datetime) -> None:
        case = run.case
        if case is None:
            raise LookupError(run.trace.id)
        if not run.trace.ended:
            self.over(run, at, "open")
            return
        owner = case.owner or case.offered
        if self.do(run, at, c.Resolve(LOG, "as recorded", self.cause)) and owner:
            self.load.solved(owner, case.facts.area or "", case.customer)
        self.over(run, at, "resolved")

    def over(self, run: Run, at: datetime, how: End) -> None:
        if run.fate.end:
            return
        self.noting.over(run, at, how)
        self.load.drop(run, at)
        run.stamp += 1
        self.unassigned.pop(run.order, None)
        run.case = run.armed = None  # many cases are over at the end; only their fates are kept

    # When to look again

    def plan(self, run: Run, at: datetime) -> None:
        case = run.case
        if run.fate.end or case is None:
            return
        if run.commands >= MOST_COMMANDS:
            self.over(run, at, "cut")
            return
        if case.phase is Phase.CLOSED:
            self.closed(run, at)
            return
        if case.phase is Phase.UNASSIGNED:
            self.unassigned[run.order] = run
        else:
            self.unassigned.pop(run.order, None)
        moment = self.moments.next(run, at)
        if moment is None:
            self.over(run, at, "open")
        else:
            self.wake(run, moment)

    def closed(self, run: Run, at: datetime) -> None:
        """It closed by itself while the customer was awaited; perhaps they come back later."""
        run.due = run.armed = None
        if run.began is None or run.left is None:
            self.over(run, at, "closed")
            return
        run.fate.ended_at = at
        self.wake(run, max(run.began + run.left, at))

    def reopen(self, run: Run, at: datetime) -> None:
        """The customer is back; after the policy's last day the case stays closed."""
        closed_at = run.fate.ended_at or at
        run.fate.ended_at = None
        if not self.do(run, at, c.Reopen(LOG, "as recorded")):
            self.over(run, closed_at, "closed")

    def wake(self, run: Run, at: datetime) -> None:
        run.stamp += 1
        heapq.heappush(self.queue, (at, run.order, run.stamp))
