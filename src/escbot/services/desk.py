"""The desk: the one function that writes. Every door and every deadline goes through it.

One transaction: lock → load → decide → append the events → save the state → arm the deadlines →
show the messages → commit. A crash anywhere before the commit leaves nothing behind; after it,
everything that must follow is in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.card import area_name, cause_name
from escbot.core.case import Case, Past, Phase
from escbot.core.clocks import deadlines
from escbot.core.codec import CodecError
from escbot.core.decide import Compose, Context, Refused, decide
from escbot.core.decide.texts import words_for
from escbot.core.drill.stage import cast, paced
from escbot.core.evolve import evolve
from escbot.core.notices import notices
from escbot.core.queue import next_up
from escbot.core.reasons import Value
from escbot.core.repeats import LEAST, WITHIN, same_before
from escbot.core.roster import Floor
from escbot.core.thread import views
from escbot.core.views import Deadline, Message, Notice, RatingView
from escbot.services.admins import show_admins
from escbot.services.failpoints import failpoint
from escbot.services.ledger import Ledger
from escbot.services.library import Library
from escbot.store import cases, people, pruning
from escbot.store import deadlines as deadline_rows
from escbot.store import messages as message_rows
from escbot.store.database import Database
from escbot.store.faults import is_conflict

log = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_AGAIN = timedelta(minutes=5)  # domain time: how often an unassigned case looks for somebody
HISTORY = timedelta(days=90)  # what a manager is told of a customer
ATTEMPTS = 4  # of a transaction that got in another's way
MOST_AT_ONCE = 50  # deadlines of one case in one transaction; more would be a loop

# Commands that choose people wait for each other, so that nobody is given too much.
_CHOOSES = (
    c.Escalate, c.Decline, c.Reassign, c.MoveUp, c.MoveDown, c.ChangeTier, c.ChangeSeverity,
    c.ChangeFacts, c.ConfirmDeescalation, c.UndoDeescalation, c.RouteAgain, c.JoinDrill,
    c.EscalateDrill, c.Resolve,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did. `repeated` means that the same request was taken before."""

    case: Case
    events: tuple[e.Event, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Services:
    """What the desk is made of. `clock` is domain time, `wall` machine time, both aware UTC."""

    database: Database
    library: Library
    clock: Callable[[], datetime]
    wall: Callable[[], datetime]
    new_key: Callable[[], str]
    compose: Compose


class Desk:
    """Takes commands for cases."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self.ledger = Ledger(
            services.database, services.library, services.clock, services.wall, services.new_key
        )
        self.changed: Callable[[], None] = lambda: None  # called after each commit

    async def do(
        self, team: str, number: int | None, command: c.Command, *, key: str | None = None
    ) -> Outcome:
        """Do what somebody asks for; `number` None opens a case.

        `key` makes a request one: a second one with the same key changes nothing. Raises Refused.
        """
        try:
            outcome = await _again(lambda: self._do(team, number, command, key))
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
                await self._finish(session, work)
            return Outcome(work.case, happened)

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
            await self._finish(session, work)
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

    async def _finish(self, session: AsyncSession, work: Work) -> None:
        case, now = work.case, work.now
        failpoint("desk.decided")
        cases.append(session, work.team, work.number, work.records)
        severity = work.policy.severity(case.severity)
        points = 0 if case.phase.is_over or case.drill else severity.points
        await cases.save(session, case, rank=severity.rank, points=points, new=work.is_new)
        await session.flush()
        armed: Sequence[Deadline] = deadlines(case, work.policy)
        if case.phase is Phase.UNASSIGNED:
            again = Deadline(deadline_rows.ROUTE_AGAIN, now + LOOK_AGAIN / case.pace)
            stored = await deadline_rows.stored(
                session, work.team, work.number, deadline_rows.ROUTE_AGAIN
            )
            armed = (*armed, replace(again, due_at=min(stored or again.due_at, again.due_at)))
        await deadline_rows.arm(session, work.team, work.number, armed)
        repeated = await self._repeated(session, work)
        found = views(case, work.policy, self._s.library.roster)
        # A customer is asked how it went after they read that it is over.
        asked = [message for message in found if isinstance(message.value, RatingView)]
        first = [message for message in found if message not in asked]
        shown = (*first, *work.notices, *repeated, *asked)
        await message_rows.show(
            session,
            work.team,
            f"case:{work.number}",
            severity.rank,
            shown,
            now=self._s.wall(),
            new_key=self._s.new_key,
        )
        counts = await people.count(session, work.team, now, work.marks())
        await self._propose(session, work, counts)
        for record in work.records:
            if isinstance(record.event, e.Resolved):
                await self.ledger.open_for(session, work.team, case, record.event, work.floor)
        if work.freed():
            await self._pull_next(session, work.team, now)
        failpoint("desk.before_commit")

    async def _repeated(self, session: AsyncSession, work: Work) -> list[Message]:
        """It was resolved with a cause that its area had before: say so in the thread."""
        case = work.case
        area = area_name(work.policy, case.facts.area)
        record = next((r for r in work.records if isinstance(r.event, e.Resolved)), None)
        if record is None or area is None or case.resolution is None or case.drill:
            return []
        found = same_before(case, await self._lately(session, work.team, case.facts.area, work.now))
        if found is None or len(found.numbers) < LEAST:
            return []
        values: dict[str, Value] = {
            "times": len(found.numbers) + 1,
            "cases": found.names(),
            "cause": cause_name(work.policy.root_causes, found.root_cause),
            "area": area,
        }
        notice = Notice("repeated", case.number, case.turn, values=values)
        return [Message(f"notice:{record.number}:repeated", 1, "notice", "thread", notice)]

    async def _lately(
        self, session: AsyncSession, team: str, area: str | None, now: datetime
    ) -> tuple[Case, ...]:
        return await cases.resolved_since(session, team, now - WITHIN, area)

    async def lately(self, team: str, area: str) -> tuple[Case, ...]:
        """Return the real cases of an area that ended in the last thirty days, newest first."""
        async with self._s.database.session() as session:
            return await self._lately(session, team, area, self._s.clock())

    async def _propose(
        self, session: AsyncSession, work: Work, counts: Mapping[tuple[str, str, str], int]
    ) -> None:
        """Enough people said "not my area": the roster is perhaps wrong, and an admin decides."""
        for (person, kind, area), times in counts.items():
            if kind == "declined" and area and times >= work.policy.routing.declines_to_propose:
                await show_admins(
                    session,
                    work.team,
                    self._s.library.roster,
                    Notice(
                        "roster_proposal",
                        0,
                        0,
                        values={
                            "person": person,
                            "area": area,
                            "times": times,
                        },
                    ),
                    subject=f"roster:{person}:{area}",
                    now=self._s.wall(),
                    new_key=self._s.new_key,
                )

    async def _pull_next(self, session: AsyncSession, team: str, now: datetime) -> None:
        """Capacity is free: the heaviest case that it is enough for looks for somebody now."""
        waiting = [case for case in await cases.unassigned(session, team) if not case.drill]
        if not waiting:
            return
        library, floor = self._s.library, await people.floor(session, team)
        found = next_up(waiting, library.at, library.roster, floor, now)
        if found is not None:
            await deadline_rows.put(session, team, found.number, deadline_rows.ROUTE_AGAIN, now)

    def _rebuild(self, team: str, number: int, records: Sequence[e.Recorded]) -> Case:
        return rebuild(records, self._s.library, team=team, number=number)

    # Reading

    async def case(self, team: str, number: int) -> Case | None:
        """Return a case."""
        async with self._s.database.session() as session:
            return await cases.load(session, team, number, self._rebuild)

    async def events(self, team: str, number: int) -> tuple[e.Recorded, ...]:
        """Return what happened in a case."""
        async with self._s.database.session() as session:
            return await cases.events(session, team, number)

    async def open_cases(self, team: str) -> tuple[Case, ...]:
        """Return every case that is not over, the worst and oldest first."""
        async with self._s.database.session() as session:
            return await cases.open_cases(session, team)

    async def recent_cases(self, team: str, limit: int = 200) -> tuple[Case, ...]:
        """Return the newest cases."""
        async with self._s.database.session() as session:
            return await cases.recent_cases(session, team, limit)

    async def by_message(self, team: str, channel: str, ts: str) -> tuple[int, str] | None:
        """Return (case number, slot) of one of our messages in Slack."""
        async with self._s.database.session() as session:
            found = await message_rows.subject_at(session, team, channel, ts)
        if found is None or not found[0].startswith("case:"):
            return None
        return int(found[0].removeprefix("case:")), found[1]

    def words_now(self, case: Case) -> str:
        """Return what the customer can be told now: what is ready, else the progress as it is."""
        last = case.words[-1] if case.words else None
        if last is not None and (last.sent_at is None or case.phase.is_over):
            return last.text
        policy = self._s.library.at(case.policy)
        return words_for(
            case, case.customer, "progress",
            policy=paced(policy, case), roster=cast(self._s.library.roster, policy, case),
            compose=self._s.compose,
        )  # fmt: skip

    async def root(self, team: str, number: int) -> tuple[str, str] | None:
        """Return (channel, ts) of a case's card, once Slack shows it."""
        async with self._s.database.session() as session:
            return await message_rows.root(session, team, f"case:{number}")

    async def roots(self, team: str, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Return (channel, ts) of the cards of several cases, where Slack shows them."""
        async with self._s.database.session() as session:
            return await message_rows.roots(session, team, numbers)

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
            await self._finish(session, work)
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
            await self._pull_next(session, team, self._s.clock())
        return was_away

    async def gone(self, team: str, person: str, *, gone: bool) -> None:
        """Somebody was deactivated in Slack: their cases look for somebody else."""
        async with self._s.database.session() as session:
            await people.set_gone(session, team, person, gone=gone)
            held = [
                case.number
                for case in await cases.open_cases(session, team)
                if gone and person in (case.owner, case.offered)
            ]
        for number in held:
            await self.do(team, number, c.RouteAgain("gone"))

    async def floor(self, team: str) -> Floor:
        """Return who is away and who carries what."""
        async with self._s.database.session() as session:
            return await people.floor(session, team)


class Work:
    """One case inside one transaction: what was decided so far."""

    def __init__(
        self, services: Services, team: str, number: int, case: Case | None, floor: Floor
    ) -> None:
        self._library = services.library
        self._compose = services.compose
        self.now = services.clock()
        self.team = team
        self.number = number
        self.floor = floor
        self.is_new = case is None
        self.before = case
        self._case = case
        self.past: Past | None = None
        self.records: list[e.Recorded] = []
        self.notices: list[Message] = []
        self.policy = services.library.at(case.policy) if case else services.library.current

    @property
    def case(self) -> Case:
        """The case as it is now; LookupError before it is opened."""
        if self._case is None:
            raise LookupError(f"case {self.number} is not open")
        return self._case

    def next_due(self) -> str | None:
        """Return the kind of the first deadline that is due."""
        armed = deadlines(self.case, self.policy)
        return armed[0].kind if armed and armed[0].due_at <= self.now else None

    def apply(self, command: c.Command) -> tuple[e.Event, ...]:
        """Decide one command and evolve by its events. Raises Refused."""
        context = Context(
            policy=self.policy,
            roster=self._library.roster,
            floor=self.floor,
            now=self.now,
            team=self.team,
            number=self.number,
            compose=self._compose,
            past=self.past,
        )
        events = decide(self._case, command, context)
        by = getattr(command, "by", None)
        for event in events:
            number = (self._case.version if self._case else 0) + 1
            record = e.Recorded(number, self.now, by, event)
            before = self._case
            self._case = evolve(before, record, self.policy, team=self.team, number=self.number)
            self.records.append(record)
            self.notices += notices(
                before, record, self._case, self.policy, self._library.roster, self.floor
            )
        return events

    def take(self, record: e.Recorded) -> None:
        """Evolve by an event that no command decides."""
        self._case = evolve(self._case, record, self.policy, team=self.team, number=self.number)
        self.records.append(record)

    def marks(self) -> list[tuple[str, str, str]]:
        """Return what routing counts, as (person, kind, about); a drill counts for nothing."""
        if self.case.drill:
            return []
        found: list[tuple[str, str, str]] = []
        area = self.case.facts.area or ""
        for record in self.records:
            event = record.event
            if isinstance(event, e.Offered) and event.choice.person:
                found.append((event.choice.person, "assigned", ""))
            elif isinstance(event, e.Declined) and event.reason == "not_my_area":
                found.append((event.person, "declined", area))
            elif isinstance(event, e.Resolved):
                owner = self.case.owner or event.person
                found += [(owner, "solved", area), (owner, "served", self.case.customer)]
        return found

    def freed(self) -> bool:
        """Tell whether somebody carries less than before, or the queue has one case less."""
        before, after = self.before, self.case
        if before is None or before.drill or before.phase.is_over:
            return False
        was = before.owner or before.offered
        now = None if after.phase.is_over else after.owner or after.offered
        if was is None:
            return before.phase is Phase.UNASSIGNED and now is not None
        points = [self.policy.severity(case.severity).points for case in (before, after)]
        return was != now or points[1] < points[0]


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


def rebuild(records: Sequence[e.Recorded], library: Library, *, team: str, number: int) -> Case:
    """Build a case from its events. Raises ValueError where they don't begin with Opened."""
    case: Case | None = None
    for record in records:
        version = case.policy if case else getattr(record.event, "policy", "")
        case = evolve(case, record, library.at(version), team=team, number=number)
    if case is None:
        raise ValueError("a case has events")
    return case
