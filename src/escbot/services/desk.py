"""The desk: the one function that writes. Every door and every deadline goes through it.

One transaction: lock → load → decide → append the events → save the state → arm the deadlines →
show the messages → commit. A crash anywhere before the commit leaves nothing behind; after it,
everything that must follow is in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.case import Case, Linked
from escbot.core.codec import CodecError
from escbot.core.decide import Refused
from escbot.core.steps import teller
from escbot.services.consequences import Consequences
from escbot.services.failpoints import failpoint
from escbot.services.ledger import Ledger
from escbot.services.records import Records
from escbot.services.work import Services, Work
from escbot.store import cases, people, pruning
from escbot.store import deadlines as deadline_rows
from escbot.store import messages as message_rows
from escbot.store.faults import is_conflict

log = logging.getLogger(__name__)
T = TypeVar("T")

HISTORY = timedelta(days=90)  # what a manager is told of a customer
ATTEMPTS = 4  # of a transaction that got in another's way
MOST_AT_ONCE = 50  # deadlines of one case in one transaction; more would be a loop

# Commands that choose people wait for each other, so that nobody is given too much.
_CHOOSES = (
    c.Escalate, c.Decline, c.Reassign, c.MoveUp, c.MoveDown, c.ChangeTier, c.ChangeSeverity,
    c.ChangeFacts, c.ConfirmDeescalation, c.UndoDeescalation, c.RouteAgain, c.JoinDrill,
    c.EscalateDrill, c.Resolve, c.Reopen,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did. `repeated` means that the same request was taken before."""

    case: Case
    events: tuple[e.Event, ...]
    repeated: bool = False


class Desk(Records):
    """Takes commands for cases, and reads what became of them."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.ledger = Ledger(
            services.database, services.library, services.clock, services.wall, services.new_key
        )
        self._consequences = Consequences(services, self.ledger)
        self.changed: Callable[[], None] = lambda: None  # called after each commit

    async def do(
        self, team: str, number: int | None, command: c.Command, *, key: str | None = None
    ) -> Outcome:
        """Do what somebody asks for; `number` None opens a case.

        `key` makes a request one: a second one with the same key changes nothing. Raises Refused.
        """
        work = partial(self._do, team, number, command, key)
        if isinstance(command, c.Merge) and number is not None:
            work = partial(self._merge, team, number, command, key)
        try:
            outcome = await _again(work)
        except CodecError as error:
            log.warning("ESC-%s was written by a newer version: %s", number, error)
            raise Refused("newer_version", number=number) from error
        failpoint("desk.committed")
        self.changed()
        return outcome

    async def _do(
        self, team: str, number: int | None, command: c.Command, key: str | None
    ) -> Outcome:
        async with self._s.database.session() as session:
            if key is not None and not await cases.take_key(session, team, key, self._s.wall()):
                return await self._taken_before(session, team, key)
            work = await self._begin(session, team, number, chooses=isinstance(command, _CHOOSES))
            if isinstance(command, _CHOOSES):
                await self._remember_past(session, work, command)
            happened = work.apply(command)
            if key is not None:
                await cases.remember(session, team, key, work.number)
            if happened:
                await self._consequences.write(session, work)
            return Outcome(work.case, happened)

    async def _merge(self, team: str, number: int, command: c.Merge, key: str | None) -> Outcome:
        """End a case in another one, which takes its customers in: both, or neither."""
        async with self._s.database.session() as session:
            if key is not None and not await cases.take_key(session, team, key, self._s.wall()):
                return await self._taken_before(session, team, key)
            # Locked in the order of their numbers: two merges of the same cases wait in no ring.
            both = {
                one: await self._begin(session, team, one, chooses=False)
                for one in sorted({number, command.into})
            }
            ends, goes_on = both[number], both[command.into]
            case = ends.case
            customers = (Linked(case.customer, case.requester), *case.linked)
            happened = ends.apply(command)
            goes_on.apply(c.TakeIn(command.by, customers))
            if key is not None:
                await cases.remember(session, team, key, number)
            for work in both.values():
                await self._consequences.write(session, work)
            return Outcome(ends.case, happened)

    async def _taken_before(self, session: AsyncSession, team: str, key: str) -> Outcome:
        number = await cases.case_of_key(session, team, key)
        case = await cases.load(session, team, number or 0, self._rebuild)
        if case is None:
            raise Refused("unknown_case", number=number)
        return Outcome(case, (), repeated=True)

    async def once(self, team: str, key: str) -> bool:
        """Tell whether this is the first time that somebody asks with this key.

        For answers that can't be looked up: they are given once, even to a request that is
        delivered twice.
        """
        async with self._s.database.session() as session:
            return await cases.take_key(session, team, f"told:{key}", self._s.wall())

    async def rehearse(
        self, team: str, command: c.Escalate | c.EscalateDrill, number: int | None = None
    ) -> Outcome:
        """Decide without writing: what opening this case would do; a drill has its `number`.

        Raises Refused.
        """
        async with self._s.database.session() as session:
            floor = await people.floor(session, team)
            case = await cases.load(session, team, number, self._rebuild) if number else None
        work = Work(self._s, team, number or 0, case, floor)
        happened = work.apply(command)
        return Outcome(work.case, happened)

    async def tick(self, team: str, number: int) -> tuple[e.Event, ...]:
        """Do everything that is due for a case, in order, in one transaction."""
        happened = await _again(lambda: self._tick(team, number))
        self.changed()
        return happened

    async def _tick(self, team: str, number: int) -> tuple[e.Event, ...]:
        async with self._s.database.session() as session:
            work = await self._begin(session, team, number, chooses=True)
            await self._remember_past(session, work)
            happened: list[e.Event] = []
            for _ in range(MOST_AT_ONCE):
                due = work.next_due()
                if due is None:
                    break
                did = work.apply(c.DeadlinePassed(due))
                happened += did
                if not did:
                    log.error("deadline %s of %s did nothing", due, work.case.id)
                    break
            again = await deadline_rows.stored(session, team, number, deadline_rows.ROUTE_AGAIN)
            if again is not None and again <= work.now:
                await deadline_rows.drop(session, team, number, deadline_rows.ROUTE_AGAIN)
                happened += work.apply(c.RouteAgain("free"))
            await self._consequences.write(session, work)
            return tuple(happened)

    async def _begin(
        self, session: AsyncSession, team: str, number: int | None, *, chooses: bool
    ) -> Work:
        if number is None:
            number = await cases.take_number(session, team)
            case = None
        else:
            if chooses:
                await cases.lock_workspace(session, team)
            case = await cases.load(session, team, number, self._rebuild, lock=True)
            if case is None:
                raise Refused("unknown_case", number=number)
            await self._s.library.look_up(session, case.policy, self._s.clock())
        floor = await people.floor(session, team, without=number)
        work = Work(self._s, team, number, case, floor)
        last = None if case is None else await cases.last_moment(session, team, number)
        if last is not None:
            work.now = max(work.now, last)  # a clock that was set back never reorders a record
        return work

    async def _remember_past(
        self, session: AsyncSession, work: Work, command: c.Command | None = None
    ) -> None:
        """Look up what the customer had before, for the managers who may be asked."""
        name = command.customer if isinstance(command, c.Escalate) else work.case.customer
        known = self._s.library.roster.customer(name)
        customer = known.name if known else name.strip()
        since = work.now - HISTORY
        work.past = await cases.past(session, work.team, customer, since=since, without=work.number)

    async def deleted(self, team: str, channel: str, ts: str) -> None:
        """A message was deleted in Slack: a card is lost with its thread, others come again."""
        found = await self.by_message(team, channel, ts)
        if found is None:
            return
        if found[1] == "card":
            await self.do(team, found[0], c.LoseThread("card"), key=f"deleted:{channel}:{ts}")
            return
        async with self._s.database.session() as session:
            await message_rows.forget(session, team, channel, ts, self._s.wall())

    # Keeping

    async def redact(self, number: int, team: str | None = None) -> bool:
        """Blank what people wrote in a case, in one transaction; False where there is none."""
        async with self._s.database.session() as session:
            known = await cases.numbers(session)
            found = [one for one in known if one[1] == number and team in (None, one[0])]
            if len(found) != 1:
                return False
            team_ = found[0][0]
            await pruning.blank(session, team_, number)
            await self.ledger.show_again(session, team_, number)
            records = await cases.events(session, team_, number)
            before = self._rebuild(team_, number, records)
            record = e.Recorded(before.version + 1, self._s.clock(), None, e.Redacted())
            work = Work(self._s, team_, number, before, await people.floor(session, team_))
            work.take(record)
            await self._consequences.write(session, work)
        self.changed()
        return True

    # People

    async def away(self, team: str, person: str, until: datetime | None) -> None:
        """Somebody is away, until a moment (aware UTC) or until they are back."""
        async with self._s.database.session() as session:
            await people.set_away(session, team, person, until)

    async def back(self, team: str, person: str) -> bool:
        """Somebody is back: the heaviest waiting case is offered at once, then the next."""
        async with self._s.database.session() as session:
            was_away = await people.set_back(session, team, person)
            await session.flush()
            await self._consequences.pull_next(session, team, self._s.clock())
        return was_away

    async def gone(self, team: str, person: str, *, gone: bool) -> None:
        """Somebody was deactivated in Slack: their cases and words go to somebody else.

        They look for somebody at once, and if the program dies meanwhile, with the next tick.
        """
        async with self._s.database.session() as session:
            await people.set_gone(session, team, person, gone=gone)
            held = [
                case.number
                for case in await cases.open_cases(session, team)
                if gone and person in (case.owner, case.offered, teller(case))
            ]
            for number in held:
                again = deadline_rows.ROUTE_AGAIN
                await deadline_rows.put(session, team, number, again, self._s.clock())
        for number in held:
            await self.do(team, number, c.RouteAgain("gone"))


async def _again(work: Callable[[], Awaitable[T]]) -> T:
    """Do a transaction; one that got in another's way is done once more."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await work()
        except DBAPIError as error:
            if not is_conflict(error):
                raise
            log.info("a transaction got in another's way and is repeated: %s", error.orig)
    return await work()
