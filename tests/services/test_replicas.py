"""Several processes on one database: ticks, reports, and versions that differ."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.decide import Refused
from escbot.services.reports import Reporter
from escbot.services.reviews import Reviews
from escbot.store.database import Database
from escbot.store.tables import DeadlineRow, EventRow, MessageRow
from tests.make import NOW, an_escalation
from tests.services.office import Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_two_tickers_let_each_deadline_pass_once(office: Office, database: Database) -> None:
    other = Office(database)
    for number in range(8):
        await office.desk.do("T1", None, an_escalation(area="payments"), key=f"v{number}")
    office.now = other.now = NOW + timedelta(minutes=16)
    for _ in range(5):
        await asyncio.gather(office.ticker.tick_once(), other.ticker.tick_once())
    for number in range(1, 9):
        records = await office.desk.events("T1", number)
        passed = Counter(r.event for r in records if isinstance(r.event, e.Passed))
        assert set(passed.values()) <= {1}
        assert [record.number for record in records] == list(range(1, len(records) + 1))


async def test_what_fell_due_in_a_long_stop_is_done_in_one_tick_and_in_order(
    office: Office,
) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    office.now += timedelta(hours=30)
    assert await office.ticker.tick_once() == 1
    assert await office.ticker.tick_once() == 0
    records = await office.desk.events("T1", 1)
    assert [r.at for r in records] == sorted(r.at for r in records)
    late = [r.event for r in records if isinstance(r.event, e.Breached | e.Warned)]
    assert late
    assert all(event.late_by > timedelta(0) for event in late)
    assert not [event for event in late if isinstance(event, e.Warned)]  # its breach has passed
    case = await office.desk.case("T1", 1)
    assert case is not None
    started = [clock.since for clock in case.clocks.values() if clock.since is not None]
    assert max(started) == office.now


async def from_the_future(database: Database) -> None:
    """Let a newer version write an event that this one doesn't know, into case 1."""
    async with database.session() as session:
        last = (
            await session.execute(select(EventRow.number).order_by(EventRow.number.desc()))
        ).scalars().first()  # fmt: skip
        await session.execute(
            insert(EventRow).values(
                team="T1", case=1, number=(last or 0) + 1, at=NOW, by=None,
                type="Teleported", body={"type": "Teleported"}, format=1,
            )
        )  # fmt: skip
        await session.execute(
            update(MessageRow)
            .where(MessageRow.subject == "case:1", MessageRow.slot == "update:1")
            .values(value={"type": "HologramView"}, type="HologramView")
        )


async def test_a_case_with_an_event_of_a_newer_version_is_left_alone(
    office: Office, database: Database
) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await from_the_future(database)
    await office.desk.do("T1", None, an_escalation(customer="Acme", area="payments"))
    with pytest.raises(Refused) as refused:
        await office.desk.do("T1", 1, c.Acknowledge("U05"), key="click:1")
    assert refused.value.because.code == "newer_version"
    office.now += timedelta(minutes=16)
    await office.ticker.tick_once()
    async with database.session() as session:
        count = len((await session.execute(select(EventRow).where(EventRow.case == 1))).all())
        waits = (
            await session.execute(select(DeadlineRow.claimed_until).where(DeadlineRow.case == 1))
        ).scalars().all()  # fmt: skip
    await office.ticker.tick_once()
    assert all(until is not None for until in waits)  # for the replica that knows it
    async with database.session() as session:
        again = len((await session.execute(select(EventRow).where(EventRow.case == 1))).all())
    assert again == count
    other = await office.desk.case("T1", 2)
    assert other is not None
    assert other.passed  # other cases go on
    await office.deliver(20)
    shown = [sheet.text.split()[0] for sheet in office.chat.sheets]
    assert shown.count("CardView") == 2  # what it can paint is painted


async def test_the_replica_that_knows_the_event_goes_on_with_the_case(
    office: Office, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    older = frozenset(kind for kind in office_known() if kind != "Offered")
    monkeypatch.setattr("escbot.store.cases.KNOWN", older)
    with pytest.raises(Refused):
        await office.desk.do("T1", 1, c.Acknowledge("U05"), key="click:1")
    monkeypatch.undo()
    outcome = await office.desk.do("T1", 1, c.Acknowledge("U05"), key="click:1")
    assert outcome.case.owner == "U05"


def office_known() -> frozenset[str]:
    from escbot.store.cases import KNOWN

    return KNOWN


def reporter(office: Office) -> Reporter:
    keys = iter(f"r{id(office)}{n}" for n in range(100))
    return Reporter(
        office.database,
        office.library,
        Reviews(office.database, office.library, office.desk.ledger, lambda: office.now),
        clock=lambda: office.now,
        wall=lambda: office.wall,
        new_key=lambda: next(keys),
    )


async def test_a_report_comes_once_with_two_replicas_and_after_a_stop(
    office: Office, database: Database
) -> None:
    other = Office(database)
    await office.desk.do("T1", None, an_escalation(area="payments"))
    office.now = other.now = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    await asyncio.gather(reporter(office).report_once(), reporter(other).report_once())
    await reporter(office).report_once()  # as after a restart
    async with database.session() as session:
        found = (
            await session.execute(select(MessageRow.subject).where(MessageRow.slot == "digest"))
        ).scalars().all()  # fmt: skip
    assert found
    assert max(Counter(found).values()) == 1


async def test_the_same_request_in_two_replicas_is_taken_once(
    office: Office, database: Database
) -> None:
    other = Office(database)
    first, second = await asyncio.gather(
        office.desk.do("T1", None, an_escalation(), key="view:V1"),
        other.desk.do("T1", None, an_escalation(), key="view:V1"),
    )
    assert [first.repeated, second.repeated].count(True) == 1
    assert first.case.number == second.case.number == 1
    assert len(await office.desk.open_cases("T1")) == 1


async def test_a_clock_that_was_set_back_never_reorders_a_record(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    office.now += timedelta(hours=1)
    await office.desk.do("T1", 1, c.Acknowledge("U05"))
    office.now -= timedelta(hours=1)
    await office.desk.do("T1", 1, c.Note("U05", "tried", "Restarted it"))
    await office.wait(minutes=1)
    records = await office.desk.events("T1", 1)
    assert [r.at for r in records] == sorted(r.at for r in records)
