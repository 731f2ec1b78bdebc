"""What follows from a decision, in the same transaction: the record, the state, the deadlines, the
messages, what routing counts, follow-ups, and who is next for the capacity that became free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core import events as e
from escbot.core.card import area_name, cause_name
from escbot.core.case import Case, Phase
from escbot.core.clocks import deadlines
from escbot.core.queue import next_up, room
from escbot.core.reasons import Value
from escbot.core.repeats import LEAST, WITHIN, same_before
from escbot.core.roster import Floor
from escbot.core.thread import views
from escbot.core.views import Deadline, Message, Notice, RatingView
from escbot.services.admins import show_admins
from escbot.services.failpoints import failpoint
from escbot.services.ledger import Ledger
from escbot.services.work import Services, Work
from escbot.store import cases, people
from escbot.store import deadlines as deadline_rows
from escbot.store import messages as message_rows

LOOK_AGAIN = timedelta(minutes=5)  # domain time: how often an unassigned case looks for somebody


class Consequences:
    """Writes what was decided, and all that follows from it."""

    def __init__(self, services: Services, ledger: Ledger) -> None:
        self._s = services
        self._ledger = ledger

    async def write(self, session: AsyncSession, work: Work) -> None:
        """Write what was decided, and all that follows, into the transaction."""
        case, now = work.case, work.now
        failpoint("desk.decided")
        cases.append(session, work.team, work.number, work.records)
        severity = work.policy.severity(case.severity)
        points = 0 if case.phase.is_over or case.drill else severity.points
        await cases.save(session, case, rank=severity.rank, points=points, new=work.is_new)
        await session.flush()
        armed: Sequence[Deadline] = deadlines(case, work.policy)
        if case.phase is Phase.UNASSIGNED or _is_lost(case, work.floor):
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
                await self._ledger.open_for(session, work.team, case, record.event, work.floor)
        if work.freed():
            await self.pull_next(session, work.team, now)
        failpoint("desk.before_commit")

    async def _repeated(self, session: AsyncSession, work: Work) -> list[Message]:
        """It was resolved with a cause that its area had before: say so in the thread."""
        case = work.case
        area = area_name(work.policy, case.facts.area)
        record = next((r for r in work.records if isinstance(r.event, e.Resolved)), None)
        if record is None or area is None or case.resolution is None or case.drill:
            return []
        lately = await cases.resolved_since(session, work.team, work.now - WITHIN, case.facts.area)
        found = same_before(case, lately)
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

    async def pull_next(self, session: AsyncSession, team: str, now: datetime) -> None:
        """Capacity is free: the heaviest case that it is enough for looks for somebody now."""
        library, floor = self._s.library, await people.floor(session, team)
        most = room(library.known, library.roster, floor)
        waiting = await cases.unassigned(session, team, at_most=most)
        found = next_up(waiting, library.at, library.roster, floor, now)
        if found is not None:
            await deadline_rows.put(session, team, found.number, deadline_rows.ROUTE_AGAIN, now)


def _is_lost(case: Case, floor: Floor) -> bool:
    """Tell whether who has an open case, or was asked, is no longer in Slack."""
    return not case.phase.is_over and not floor.gone.isdisjoint({case.owner, case.offered})
