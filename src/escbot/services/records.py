"""Everything that is read of cases, people and their messages; nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from escbot.core import events as e
from escbot.core.case import Case
from escbot.core.decide.texts import Made, other_texts, words_for
from escbot.core.drill.stage import cast, paced
from escbot.core.repeats import WITHIN
from escbot.core.roster import Floor
from escbot.services.work import Services, rebuild
from escbot.store import cases, people
from escbot.store import messages as message_rows


class Records:
    """Reads what the desk has written."""

    def __init__(self, services: Services) -> None:
        self._s = services

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
        return self._made(case, "progress")(customer=case.customer)

    def others_now(self, case: Case) -> dict[str, str]:
        """Return the same for linked customers of another language, by language."""
        last = case.words[-1] if case.words else None
        pending = last is not None and (last.sent_at is None or case.phase.is_over)
        template = last.template if last is not None and pending else "progress"
        return other_texts(case, self._s.library.roster, self._made(case, template))

    def _made(self, case: Case, template: str) -> Made:
        """Return what fills a template with the case as it is, for one customer."""
        policy = self._s.library.at(case.policy)
        return partial(
            words_for, case, template=template,
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

    async def lately(self, team: str, area: str) -> tuple[Case, ...]:
        """Return the real cases of an area that ended in the last thirty days, newest first."""
        async with self._s.database.session() as session:
            since = self._s.clock() - WITHIN
            return await cases.resolved_since(session, team, since, area)

    async def floor(self, team: str) -> Floor:
        """Return who is away and who carries what."""
        async with self._s.database.session() as session:
            return await people.floor(session, team)

    def _rebuild(self, team: str, number: int, records: Sequence[e.Recorded]) -> Case:
        return rebuild(records, self._s.library, team=team, number=number)
