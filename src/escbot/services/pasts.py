"""A simulated past put into a database, as the desk would have left it, without its messages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from escbot.core import events as e
from escbot.core.case import Case
from escbot.core.clocks import deadlines
from escbot.core.followups import Asked
from escbot.core.ledger import ContactsCounted
from escbot.insights.simulate.life import Lived, Simulation
from escbot.services.ledger import Ledger
from escbot.services.library import Library
from escbot.services.templates import compose
from escbot.store import cases, outbox, people
from escbot.store import deadlines as deadline_rows
from escbot.store.database import Database

AT_ONCE = 50  # cases in one transaction
LIVING = 0.2  # of the work is the simulation, the rest storing it
FORGOTTEN, DROPPED = 0.15, 0.1  # shares of follow-ups
DONE_WITHIN = (0.3, 1.6)  # of the time until a follow-up is due
CONTACTS_FOR_EACH = 9.0  # customer contacts for each escalation


async def make_past(
    database: Database,
    library: Library,
    *,
    team: str,
    start: datetime,
    end: datetime,
    seed: int,
    wall: Callable[[], datetime],
    new_key: Callable[[], str],
    told: Callable[[float], None] = lambda _: None,
) -> int:
    """Let an invented organisation work in [start, end) and store it; return its cases.

    The database must be empty. Nothing of it is ever sent to Slack. `told` hears from time to
    time which share of the work is done.
    """
    simulation = Simulation(
        library.current, library.roster, team=team, start=start, end=end, seed=seed, compose=compose
    )
    lived = simulation.run(lambda share: told(share * LIVING))
    moment = [start]
    ledger = Ledger(database, library, lambda: moment[0], wall, new_key)
    for first in range(0, len(lived), AT_ONCE):
        await _store(database, ledger, team, lived[first : first + AT_ONCE], moment)
        told(LIVING + (1 - LIVING) * min((first + AT_ONCE) / len(lived), 1.0))
    await _follow_up(ledger, team, seed, end, moment)
    moment[0] = end
    await ledger.count_contacts(team, None, list(_contacts(lived, seed, start.date(), end.date())))
    async with database.session() as session:
        await outbox.drop_unsent(session, team)
    return len(lived)


async def _store(
    database: Database, ledger: Ledger, team: str, some: Sequence[Lived], moment: list[datetime]
) -> None:
    marks: dict[tuple[str, str, str], tuple[int, datetime]] = {}
    async with database.session() as session:
        floor = await people.floor(session, team)  # of who is away, which nobody is
        for one in some:
            case = one.case
            if case is None:
                continue
            one.number = await cases.take_number(session, team)
            cases.append(session, team, case.number, one.records)
            severity = ledger.library.at(case.policy).severity(case.severity)
            points = 0 if case.phase.is_over else severity.points
            await cases.save(session, case, rank=severity.rank, points=points, new=True)
            await session.flush()
            armed = deadlines(case, ledger.library.at(case.policy))
            await deadline_rows.arm(session, team, case.number, armed)
            for at, mark in _marks(case, one.records):
                marks[mark] = (marks.get(mark, (0, at))[0] + 1, at)
            for record in one.records:
                if isinstance(record.event, e.Resolved) and record.event.lessons:
                    moment[0] = record.at
                    await ledger.open_for(session, team, case, record.event, floor)
        await people.count_many(session, team, marks)


async def _follow_up(
    ledger: Ledger, team: str, seed: int, end: datetime, moment: list[datetime]
) -> None:
    """Let the owners do most of what was to be followed up: some late, some never."""
    draw = random.Random(seed)  # noqa: S311 - a simulation
    for one in await ledger.followups(team):
        if draw.random() < FORGOTTEN:
            continue
        asked: Asked = "dropped" if draw.random() < DROPPED else "done"
        days = (one.due_on - one.opened_at.date()).days * draw.uniform(*DONE_WITHIN)
        closed_at = one.opened_at + timedelta(days=days)
        if closed_at < end:
            moment[0] = closed_at
            await ledger.answer_followup(team, one.number, asked, one.owner)


def _marks(
    case: Case, records: Sequence[e.Recorded]
) -> Iterator[tuple[datetime, tuple[str, str, str]]]:
    """Yield what routing counts, as the desk does."""
    area = case.facts.area or ""
    for record in records:
        event = record.event
        if isinstance(event, e.Offered) and event.choice.person:
            yield record.at, (event.choice.person, "assigned", "")
        elif isinstance(event, e.Declined) and event.reason == "not_my_area":
            yield record.at, (event.person, "declined", area)
        elif isinstance(event, e.Resolved):
            yield record.at, (case.owner or event.person, "solved", area)
            yield record.at, (case.owner or event.person, "served", case.customer)


def _contacts(
    lived: Sequence[Lived], seed: int, first: date, last: date
) -> Iterator[ContactsCounted]:
    """Yield how many customers called in each month, most of whom the first answer helped."""
    draw = random.Random(seed)  # noqa: S311 - a simulation
    months: dict[date, int] = {}
    for one in lived:
        month = one.problem.at.date().replace(day=1)
        months[month] = months.get(month, 0) + 1
    for month, escalated in sorted(months.items()):
        contacts = round(escalated * CONTACTS_FOR_EACH * draw.uniform(0.92, 1.08))
        after = (month + timedelta(days=32)).replace(day=1)
        span = (max(month, first), min(after, last))
        if span[0] >= span[1]:
            continue
        yield ContactsCounted(*span, contacts, round(contacts * draw.uniform(0.66, 0.72)))
