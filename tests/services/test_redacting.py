"""What people wrote about a case is gone for good once it was redacted, or was kept long enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from escbot.core import commands as c
from escbot.services.keeping import prune
from escbot.services.reports import Reporter
from escbot.services.reviews import Reviews
from escbot.store.database import Database
from escbot.store.tables import MessageRow, Row
from tests.make import a_policy, an_escalation
from tests.services.office import Office

SECRETS = ("Secretcorp", "Ms Miller")


async def rows(database: Database) -> str:
    """Return everything that the database holds, as text."""
    found = []
    async with database.session() as session:
        for table in Row.metadata.sorted_tables:
            found += [f"{table.name} {row}" for row in (await session.execute(select(table))).all()]
    return "\n".join(found)


@pytest.fixture
async def office(database: Database) -> Office:
    """A case that was declined with a note, in a digest, and solved."""
    office = Office(database)
    opened = await office.desk.do("T1", None, an_escalation(customer="Secretcorp"))
    who = opened.case.offered or ""
    await office.desk.do("T1", 1, c.Decline(who, "other", "Ms Miller shouts"))
    keys = iter(map(str, range(100)))
    reviews = Reviews(database, office.library, office.desk.ledger, lambda: office.now)
    reporter = Reporter(
        database, office.library, reviews, clock=lambda: office.now, wall=lambda: office.wall,
        new_key=lambda: next(keys),
    )  # fmt: skip
    office.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert await reporter.report_once()
    case = await office.desk.case("T1", 1)
    assert case is not None
    await office.desk.do("T1", 1, c.Acknowledge(case.offered or "U07"))
    await office.desk.do("T1", 1, c.Resolve(case.offered or "U07", "Called Ms Miller", "bug"))
    held = await rows(database)
    assert all(secret in held for secret in SECRETS)
    return office


async def test_redacting_leaves_no_word_in_any_table(office: Office) -> None:
    assert await office.desk.redact(1)
    left = await rows(office.database)
    assert not [line for line in left.splitlines() if any(one in line for one in SECRETS)]
    declined = [one for one in await office.desk.events("T1", 1) if hasattr(one.event, "note")]
    assert "other" in {getattr(one.event, "reason", None) for one in declined}  # a code


async def test_who_served_a_customer_is_known_while_they_have_another_case(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(customer="Secretcorp"))
    assert await office.desk.redact(1)
    floor = await office.desk.floor("T1")
    assert [about for _, about in floor.served] == ["Secretcorp"]


async def test_digests_go_once_their_time_is_over(office: Office) -> None:
    await office.deliver(200)
    later = timedelta(days=731)
    gone = await prune(office.database, a_policy(), office.now + later, office.wall + later)
    assert gone["cases"] == 1
    assert gone["reports"] == 2  # both managers
    async with office.database.session() as session:
        subjects = (await session.execute(select(MessageRow.subject))).scalars().all()
    assert not [one for one in subjects if one.startswith("digest:")]
    assert "Secretcorp" not in await rows(office.database)
