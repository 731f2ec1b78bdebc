"""Delivery: makes Slack show what the message rows say, once each, in order, within the limits.

Each channel is a lane of its own, and so are all edits of a workspace. A lane that hangs holds up
no other one. Times here are machine time.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from escbot.core.views import Notice
from escbot.services.desk import Desk
from escbot.services.library import Library
from escbot.services.pace import Pace
from escbot.services.ports import Chat, Painter
from escbot.services.sending import Sender
from escbot.services.settling import Settler
from escbot.store import lanes, outbox
from escbot.store.database import Database
from escbot.store.outbox import Pending

__all__ = ["Delivery", "Pace"]

UPDATES = "updates"
MOST = 60  # rows of each target that are looked at in one turn
PATIENCE = 1.0  # seconds that a turn waits for its lanes; a slower one goes on by itself

Lane = tuple[str, str]  # workspace and channel


class Delivery:
    """Sends what is dirty."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        library: Library,
        chat: Chat,
        painter: Painter,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
        worker: str,
        new_key: Callable[[], str],
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._wall = wall
        self._worker = worker
        self._pace = pace or Pace()
        self._sender = Sender(
            database, desk, library, chat, painter,
            clock=clock, wall=wall, worker=worker, new_key=new_key, pace=self._pace,
        )  # fmt: skip
        self._settler = Settler(
            database, chat, clock=clock, wall=wall, limit=self._sender.limit, worker=worker,
            pace=self._pace,
        )  # fmt: skip
        self._running: dict[Lane, asyncio.Task[int]] = {}

    @property
    def missing(self) -> dict[str, str]:
        """Channels that are not there -> what to do; shown by health and doctor."""
        return self._sender.missing

    @property
    def waits(self) -> dict[str, float]:
        """Methods that Slack limits now -> for how many more seconds."""
        return self._sender.waits()

    async def deliver_once(self) -> int:
        """Send what may be sent now; return how many messages were handled."""
        async with self._database.session() as session:
            pending = await outbox.waiting(session, self._wall(), self._clock(), MOST)
            held = await outbox.held_back(session, self._wall(), self._clock()) if pending else ()
            self._sender.limits = await lanes.blocked(session, self._wall())
        by_lane: dict[Lane, list[Pending]] = defaultdict(list)
        for item in _in_line(pending, self._heads(held), self._lane):
            by_lane[item.team, self._lane(item)].append(item)
        for lane, items in by_lane.items():
            if lane not in self._running:
                self._running[lane] = asyncio.create_task(self._run_lane(*lane, items))
        if self._running:
            await asyncio.wait(self._running.values(), timeout=PATIENCE)
        return self._finished() + await self._settler.recheck()

    async def drain(self) -> None:
        """Let the lanes under way end."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        self._finished()

    def _finished(self) -> int:
        """Return what the lanes that ended have handled; raises what one of them raised."""
        ended = [lane for lane, task in self._running.items() if task.done()]
        tasks = [self._running.pop(lane) for lane in ended]
        return sum(task.result() for task in tasks)

    def _heads(self, held: Sequence[tuple[str, str, str, int]]) -> dict[tuple[str, str, str], int]:
        """Return, by case and lane, the first post that others must not overtake."""
        heads: dict[tuple[str, str, str], int] = {}
        for team, subject, target, id_ in held:
            place = (team, subject, self._place(target))
            heads[place] = min(id_, heads.get(place, id_))
        return heads

    def _lane(self, item: Pending) -> str:
        return UPDATES if item.ts is not None else self._place(item.target)

    def _place(self, target: str) -> str:
        """Return the lane of a target: the same channel is the same lane by any of its names."""
        kind, _, value = target.partition(":")
        if kind == "dm":
            return target
        if kind != "reply":
            return self._sender.name_of(target)
        id_ = value.partition("/")[0]
        return next((n for n, known in self._sender.channels.items() if known == id_), id_)

    async def _run_lane(self, team: str, lane: str, items: Sequence[Pending]) -> int:
        pace = self._pace
        updates = lane == UPDATES
        per_second = pace.updates_per_second if updates else pace.posts_per_second
        burst = pace.update_burst if updates else pace.post_burst
        async with self._database.session() as session:
            tokens = await lanes.lease(
                session,
                team,
                lane,
                self._worker,
                self._wall(),
                timedelta(seconds=pace.lease),
                per_second=per_second,
                burst=burst,
            )
        if tokens is None:
            return 0
        handled = 0
        blocked: datetime | None = None
        try:
            await self._settler.settle([item for item in items if item.state != "dirty"])
            for item in items:
                if item.state != "dirty":
                    continue
                if tokens < 1:
                    break
                sent = await self._sender.send(item)
                handled += 1
                tokens -= sent.called
                if sent.rest is not None:
                    blocked = self._wall() + timedelta(seconds=sent.rest) if sent.rest else None
                    break
        finally:
            async with self._database.session() as session:
                await lanes.give_back(
                    session, team, lane, self._worker, tokens, self._wall(), blocked
                )
        return handled


def _in_line(
    pending: Sequence[Pending],
    heads: dict[tuple[str, str, str], int],
    lane_of: Callable[[Pending], str],
) -> Iterator[Pending]:
    """Order what may be sent: first in, first out within a case and place; the worst case first,
    and of equally bad ones that which somebody must act on.

    What waits behind a post that is lost or put off stays behind it, so that a thread never shows
    a later step before an earlier one. What is lost itself is settled whatever stands before it.
    """
    queues: dict[tuple[str, str, str], list[Pending]] = defaultdict(list)
    for item in sorted(pending, key=lambda item: item.id):
        place = (item.team, item.subject, lane_of(item))
        behind = item.ts is None and heads.get(place, item.id) < item.id
        if item.state != "dirty" or not behind:
            queues[place].append(item)
    line = [(_urgency(queue[0]), place, 0) for place, queue in queues.items()]
    heapq.heapify(line)
    while line:
        _, place, at = heapq.heappop(line)
        queue = queues[place]
        yield queue[at]
        if at + 1 < len(queue):
            heapq.heappush(line, (_urgency(queue[at + 1]), place, at + 1))


def _urgency(item: Pending) -> tuple[int, bool, int]:
    return item.rank, not item.acts or isinstance(item.value, Notice), item.id
