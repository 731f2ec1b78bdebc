"""The desk's second book: facts of no single case. Nothing else writes them.

As with cases, one transaction appends the fact, saves what it makes, and shows the messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core import events as e
from escbot.core import followups as follow
from escbot.core import ledger as f
from escbot.core.card import area_name
from escbot.core.case import Case
from escbot.core.decide import Refused, demand
from escbot.core.followups import Followup
from escbot.core.roster import Floor
from escbot.core.views import Message, ReportView, ReviewView
from escbot.services.library import Library
from escbot.store import cases, messages, people
from escbot.store import ledger as rows
from escbot.store.database import Database

RANK = 6  # after what is urgent


@dataclass(frozen=True, slots=True)
class Ledger:
    """Takes facts. `clock` is domain time, `wall` machine time, both aware UTC."""

    database: Database
    library: Library
    clock: Callable[[], datetime]
    wall: Callable[[], datetime]
    new_key: Callable[[], str]

    # Contacts

    async def count_contacts(
        self, team: str, by: str | None, facts: Sequence[f.ContactsCounted], key: str | None = None
    ) -> int:
        """Note counts of contacts; return how many are new or changed. A repetition notes none.

        Raises Refused where somebody may not.
        """
        demand(self.library.current, self.library.roster, None, by, "count")
        async with self.database.session() as session:
            if not await self._first(session, team, key):
                return 0
            known = {
                (count.start, count.end): count for count in await rows.contacts(session, team)
            }
            noted = 0
            for fact in facts:
                before = known.get((fact.start, fact.end))
                if before is not None and replace(before, source=fact.source) == fact:
                    continue
                await rows.append(session, team, f.CONTACTS, self.clock(), by, fact)
                known[fact.start, fact.end] = fact
                noted += 1
        return noted

    async def contacts(self, team: str) -> tuple[f.ContactsCounted, ...]:
        """Return what was counted, the last word for each span of days."""
        async with self.database.session() as session:
            return await rows.contacts(session, team)

    # Follow-ups

    async def open_for(
        self, session: AsyncSession, team: str, case: Case, resolved: e.Resolved, floor: Floor
    ) -> None:
        """Open a follow-up for each lesson, in the transaction that resolves the case."""
        policy = self.library.at(case.policy)
        for lesson in resolved.lessons:
            fact = follow.opened_for(
                lesson, case.number, resolved.person, policy, self.library.roster, floor,
                self.clock(),
            )  # fmt: skip
            await self._open(session, team, resolved.person, fact)

    async def _open(
        self, session: AsyncSession, team: str, by: str | None, fact: f.FollowupOpened
    ) -> Followup:
        await cases.lock_workspace(session, team)
        number = await rows.next_followup(session, team)
        return await self._take(session, team, number, None, by, fact)

    async def _take(
        self,
        session: AsyncSession,
        team: str,
        number: int,
        before: Followup | None,
        by: str | None,
        fact: f.Fact,
    ) -> Followup:
        stream = f"followup:{number}"
        entry = await rows.append(session, team, stream, self.clock(), by, fact)
        after = follow.evolve(number, before, entry)
        await rows.save_followup(session, team, after)
        await self._show_followup(session, team, after)
        return after

    async def _show_followup(self, session: AsyncSession, team: str, state: Followup) -> None:
        shown = follow.views(state, area_name(self.library.current, state.area))
        await self._show(session, team, state.stream, shown)

    async def show_again(self, session: AsyncSession, team: str, case: int) -> None:
        """Show the follow-ups of a case anew, after their words were blanked."""
        for one in await rows.followups(session, team):
            if one.case == case:
                await self._show_followup(session, team, one)

    async def answer_followup(
        self, team: str, number: int, asked: follow.Asked, by: str, key: str | None = None
    ) -> Followup:
        """Close or postpone a follow-up. Raises Refused."""
        async with self.database.session() as session:
            state = await rows.followup(session, team, number, lock=True)
            if state is None:
                raise Refused("no_such_followup", number=number)
            if not await self._first(session, team, key):
                return state
            fact = follow.decide(state, asked, by, self.library.roster, self.clock().date())
            return await self._take(session, team, number, state, by, fact)

    async def remind_once(self) -> int:
        """Remind the owners of what is due today, once each, in their morning; return how many."""
        now, reminded = self.clock(), 0
        policy, roster = self.library.current, self.library.roster
        async with self.database.session() as session:
            # Somewhere it is tomorrow already; whose day has not come is left below.
            due = await rows.to_remind(session, now.date() + timedelta(days=1))
        for team, number in due:
            async with self.database.session() as session:
                state = await rows.followup(session, team, number, lock=True)
                if state is None or state.remind_on is None:
                    continue  # another replica was quicker
                owner = follow.heir(state, policy, roster, await people.floor(session, team), now)
                today = follow.day_of(roster, owner, now)
                if state.remind_on > today or not follow.is_morning(policy, roster, owner, now):
                    continue
                if owner != state.owner:
                    given = f.FollowupGiven(owner)
                    state = await self._take(session, team, number, state, None, given)
                await self._take(session, team, number, state, None, f.FollowupReminded(today))
                reminded += 1
        return reminded

    async def followups(self, team: str) -> tuple[Followup, ...]:
        """Return every follow-up, the oldest first."""
        async with self.database.session() as session:
            return await rows.followups(session, team)

    # Reviews

    async def last_review(self, team: str, review_of: str) -> str | None:
        """Return the newest month whose review was shown, like "2026-10"; None before the first."""
        async with self.database.session() as session:
            found = await messages.subjects(session, team, review_stream(review_of, ""))
        return found[-1].rpartition(":")[2] if found else None

    async def post_review(self, team: str, review: ReviewView, target: str) -> bool:
        """Show a review; False where it is there already."""
        subject = review_stream(review.team, review.month)
        async with self.database.session() as session:
            await cases.lock_workspace(session, team)
            if await messages.exists(session, team, subject):
                return False
            message = Message("review", 1, "view", target, review)
            await self._show(session, team, subject, (message,))
        return True

    async def decide_review(
        self, team: str, stream: str, decision: str, *, accepted: bool, by: str, key: str | None
    ) -> None:
        """Note what was decided; what was accepted becomes a follow-up. Raises Refused."""
        async with self.database.session() as session:
            await cases.lock_workspace(session, team)
            found = await messages.value_of(session, team, stream, "review")
            if not isinstance(found, ReviewView):
                raise Refused("decided_already")
            if not await self._first(session, team, key):
                return
            chosen = next((one for one in found.decisions if one.id == decision), None)
            if chosen is None or chosen.answer is not None:
                raise Refused("decided_already")
            answer = "accepted" if accepted else "declined"
            fact = f.ReviewDecided(decision, "accepted" if accepted else "declined", chosen.text)
            await rows.append(session, team, stream, self.clock(), by, fact)
            decisions = tuple(
                replace(one, answer=answer, by=by) if one.id == decision else one
                for one in found.decisions
            )
            target = await messages.target_of(session, team, stream, "review")
            message = Message("review", 1, "view", target, replace(found, decisions=decisions))
            await self._show(session, team, stream, (message,))
            if accepted:
                await self._open(session, team, by, self._decided(chosen.text, by, stream))

    def _decided(self, text: str, by: str, stream: str) -> f.FollowupOpened:
        due = self.clock().date() + timedelta(days=self.library.current.reports.followup_days)
        return f.FollowupOpened("decision", text, by, due, review=stream)

    # Reports that somebody asked for

    async def send(
        self, team: str, person: str, report: ReportView, key: str | None = None
    ) -> None:
        """Show somebody a report in their own messages; each asking, by its key, makes one."""
        message = Message("report", 1, "notice", f"dm:{person}", report)
        async with self.database.session() as session:
            if not await self._first(session, team, key):
                return
            await self._show(session, team, f"report:{person}:{self.new_key()}", (message,))

    async def _first(self, session: AsyncSession, team: str, key: str | None) -> bool:
        """Take a request by its key; False where it was taken before."""
        await cases.lock_workspace(session, team)
        return key is None or await cases.take_key(session, team, key, self.wall())

    async def _show(
        self, session: AsyncSession, team: str, subject: str, shown: Sequence[Message]
    ) -> None:
        await messages.show(
            session, team, subject, RANK, shown, now=self.wall(), new_key=self.new_key
        )


def review_stream(team: str, month: str) -> str:
    """Return the name of a review's facts, and the subject of its message."""
    return f"review:{team}:{month}"
