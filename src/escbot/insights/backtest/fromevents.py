"""The events of an own case → its trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from escbot.core import events as e
from escbot.core.events import Recorded
from escbot.insights.backtest.trace import ZERO, NewFacts, Part, Pause, Stage, Trace, Work

_ENDS = (e.Resolved, e.Closed, e.Cancelled, e.Merged)
On = Literal["customer", "vendor", "inside"]


def trace_of(id_: str, records: Sequence[Recorded]) -> Trace | None:
    """Return what happened whatever the policy was; None for a drill.

    Raises ValueError where the records don't begin with Opened.
    """
    opened = records[0].event if records else None
    if not isinstance(opened, e.Opened):
        raise ValueError(f"{id_} does not begin with Opened")
    if opened.drill:
        return None
    reader = _Reader(records[0].at)
    for record in records[1:]:
        reader.read(record)
    return Trace(
        id=id_,
        opened_at=records[0].at,
        facts=opened.facts,
        stages=reader.stages(),
        ended=reader.ended,
        customer=opened.customer,
        requester=opened.requester,
    )


class _Reader:
    """Goes through a case's events once."""

    def __init__(self, at: datetime) -> None:
        self.done: list[Stage] = []
        self.tier = 1
        self.started = False
        self.ended = False
        self.new_stage(1, at)

    def new_stage(self, tier: int, at: datetime) -> None:
        self.tier = tier
        self.parts: list[Part] = []
        self.takes: timedelta | None = None
        self.silent, self.quiet = 0, ZERO
        self.asked_at = self.since = at
        self.doing: Literal["queue", "work", "customer", "vendor", "inside", "over"] = "queue"

    def close_part(self, at: datetime) -> None:
        """Put down what was done since the last change."""
        time = at - self.since
        self.since = at
        if time <= ZERO:
            return
        if self.doing == "work":
            self.parts.append(Work(time))
        elif self.doing == "queue":
            if self.takes is not None:
                self.parts.append(Work(time, idle=True))
        elif self.doing == "over":
            self.parts.append(Pause(time))
        else:
            self.parts.append(Pause(time, self.doing))

    def read(self, record: Recorded) -> None:
        """Take one more event."""
        event, at = record.event, record.at
        match event:
            case e.RoundOpened():
                self.round(event, at)
            case e.Offered():
                self.close_part(at)
                self.asked_at, self.doing = at, "queue"
            case e.Passed():
                self.passed(at)
            case e.Acknowledged() | e.Kept() | e.PlanAccepted():
                self.taken(at)
            case e.WaitStarted():
                self.close_part(at)
                self.doing = event.on
            case e.Resumed():
                self.close_part(at)
                self.doing = "work"
            case e.FactsChanged():
                self.close_part(at)
                self.parts.append(NewFacts(event.facts))
            case _:
                self.ending(event, at)

    def round(self, event: e.RoundOpened, at: datetime) -> None:
        tier = event.tier if isinstance(event.tier, int) else 1
        if not self.started:
            self.started, self.tier = True, tier
        elif tier != self.tier:
            self.finish(at)
            self.new_stage(tier, at)

    def passed(self, at: datetime) -> None:
        self.close_part(at)
        if self.takes is None:
            self.silent += 1
            self.quiet += at - self.asked_at
        self.doing, self.asked_at = "queue", at

    def taken(self, at: datetime) -> None:
        if self.doing == "queue":
            self.close_part(at)
            self.doing = "work"
        if self.takes is None:
            self.takes = at - self.asked_at

    def ending(self, event: e.Event, at: datetime) -> None:
        if isinstance(event, _ENDS):
            if not self.ended:
                self.close_part(at)
            self.ended, self.doing = True, "over"
        elif isinstance(event, e.Reopened):
            self.close_part(at)
            self.ended, self.doing = False, "work"
        elif not self.ended:
            self.last = at

    last: datetime | None = None

    def finish(self, at: datetime) -> None:
        self.close_part(at)
        takes = self.takes if self.takes is not None else at - self.asked_at
        self.done.append(Stage(self.tier, takes, self.silent, self.quiet, tuple(self.parts)))

    def stages(self) -> tuple[Stage, ...]:
        """Return all stages, the last one as far as it is known."""
        if not self.ended and self.last is not None and self.last > self.since:
            self.close_part(self.last)
        self.finish(self.since)
        return tuple(self.done)
