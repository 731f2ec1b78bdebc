"""Two claimers, one winner: deadlines, lanes, messages, requests. On both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from escbot.core.views import Deadline, Message, Notice
from escbot.store import cases, deadlines, lanes, messages, outbox
from escbot.store.database import Database
from escbot.store.tables import DeadlineRow, EventRow, LaneRow, MessageRow
from tests.make import NOW

LEASE = timedelta(seconds=30)
HOUR = timedelta(hours=1)


async def arm(database: Database, count: int) -> None:
    async with database.session() as session:
        for number in range(1, count + 1):
            await deadlines.arm(session, "T1", number, [Deadline("tier.breach", NOW)])


async def claim(database: Database, wall=NOW, limit: int = 100) -> tuple[tuple[str, int], ...]:
    async with database.session() as session:
        return await deadlines.claim(session, NOW, wall, LEASE, limit)


async def test_what_is_due_is_claimed_by_one(database: Database) -> None:
    await arm(database, 40)
    claimed = await asyncio.gather(*(claim(database, limit=10) for _ in range(8)))
    numbers = [number for part in claimed for _, number in part]
    assert len(numbers) == len(set(numbers))
    rest = await claim(database)
    assert sorted(numbers + [number for _, number in rest]) == list(range(1, 41))


async def test_a_claim_that_is_not_committed_holds_nobody_up(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time: the second one waits for the first")
    await arm(database, 10)
    async with database.session() as slow:
        first = await deadlines.claim(slow, NOW, NOW, LEASE, 4)
        async with asyncio.timeout(5):
            others = await claim(database)
    assert len(first) == 4
    assert not set(first) & set(others)
    assert len(others) == 6


async def test_a_claim_ends_after_its_lease(database: Database) -> None:
    await arm(database, 1)
    assert await claim(database)
    assert not await claim(database, NOW + LEASE - timedelta(seconds=1))
    assert await claim(database, NOW + LEASE)


async def test_a_clock_set_back_by_an_hour_frees_what_it_claimed(database: Database) -> None:
    await arm(database, 1)
    assert await claim(database, NOW + HOUR)
    assert await claim(database, NOW)


async def lease(database: Database, worker: str, wall=NOW, name: str = "C1") -> float | None:
    async with database.session() as session:
        return await lanes.lease(session, "T1", name, worker, wall, LEASE, per_second=1, burst=8)


async def give_back(database: Database, worker: str, tokens: float, wall=NOW) -> None:
    async with database.session() as session:
        await lanes.give_back(session, "T1", "C1", worker, tokens, wall)


async def test_a_lane_has_one_worker_at_a_time(database: Database) -> None:
    await lease(database, "w0")
    await give_back(database, "w0", 8)
    found = await asyncio.gather(*(lease(database, f"w{n}") for n in range(6)))
    assert [tokens for tokens in found if tokens is not None] == [8.0]


async def test_tokens_come_back_one_a_second_and_never_more_than_the_burst(
    database: Database,
) -> None:
    assert await lease(database, "w1") == 8
    await give_back(database, "w1", 0)
    assert await lease(database, "w1", NOW + timedelta(seconds=3)) == pytest.approx(3)
    await give_back(database, "w1", 0, NOW + timedelta(seconds=3))
    assert await lease(database, "w1", NOW + HOUR) == 8


async def test_a_clock_set_back_gives_no_tokens_and_blocks_no_lane(database: Database) -> None:
    assert await lease(database, "w1", NOW + HOUR) == 8
    await give_back(database, "w1", 2, NOW + HOUR)
    assert await lease(database, "w1", NOW) == 2


async def test_a_lease_that_was_lost_is_not_given_back(database: Database) -> None:
    await lease(database, "w1")
    await lease(database, "w2", NOW + LEASE)
    await give_back(database, "w1", 0)
    async with database.session() as session:
        row = (await session.execute(select(LaneRow))).scalar_one()
    assert row.leased_by == "w2"


async def test_what_slack_limits_is_known_to_every_replica_until_then(database: Database) -> None:
    async with database.session() as session:
        await lanes.block(session, "T1", "post", NOW, 12)
    async with database.session() as session:
        until = NOW + timedelta(seconds=12)
        assert await lanes.blocked(session, NOW) == {("T1", "post"): until}
        assert await lanes.blocked(session, until) == {}
        assert await lanes.blocked(session, NOW - HOUR) == {}


async def show(database: Database, code: str = "warned") -> outbox.Pending:
    keys = iter(f"k{n}" for n in range(9))
    message = Message("card", 1, "view", "channel:escalations", Notice(code, 1, 1))
    async with database.session() as session:
        await messages.show(
            session, "T1", "case:1", 1, [message], now=NOW, new_key=lambda: next(keys)
        )
    return await only(database)


async def only(database: Database) -> outbox.Pending:
    async with database.session() as session:
        row = (await session.execute(select(MessageRow))).scalar_one()
    return outbox._pending(row)


async def attempt(database: Database, item: outbox.Pending, by: str, wall=NOW) -> bool:
    async with database.session() as session:
        return await outbox.claim(session, item, wall, LEASE, NOW, by, ("C1", None))


async def sent(database: Database, item: outbox.Pending, by: str | None, ts: str | None) -> None:
    async with database.session() as session:
        await outbox.sent(session, item, "C1", ts, by=by, recheck_at=NOW + LEASE)


async def test_a_message_is_sent_by_one(database: Database) -> None:
    item = await show(database)
    found = await asyncio.gather(*(attempt(database, item, f"w{n}") for n in range(6)))
    assert sum(found) == 1


async def test_an_edit_that_comes_after_its_lease_makes_the_message_dirty_again(
    database: Database,
) -> None:
    item = await show(database)
    assert await attempt(database, item, "w1")
    await sent(database, item, "w1", "1.0")
    old = await show(database, "passed")
    assert await attempt(database, old, "slow")
    async with database.session() as session:  # its lease ends, and another one takes over
        await outbox.settle(session, await only(database), state="dirty")
    new = await show(database, "taken")
    assert await attempt(database, new, "quick")
    await sent(database, new, "quick", None)
    assert (await only(database)).state == "sent"
    await sent(database, old, "slow", None)  # it has overwritten what is newer
    assert (await only(database)).state == "dirty"


async def test_an_attempt_that_comes_too_late_does_not_end_the_claim_of_another(
    database: Database,
) -> None:
    item = await show(database)
    assert await attempt(database, item, "slow")
    async with database.session() as session:
        await outbox.settle(session, await only(database), state="dirty")
    assert await attempt(database, await only(database), "quick")  # it is posting now
    await sent(database, item, "slow", "1.0")
    row = await only(database)
    assert (row.state, row.claimed_by, row.ts) == ("sending", "quick", "1.0")
    assert not await attempt(database, row, "third")
    await sent(database, item, "quick", "2.0")  # two copies: one is found and removed later
    assert (await only(database)).state == "dirty"


async def test_nobody_calls_a_message_sent_while_its_value_changes(database: Database) -> None:
    item = await show(database)
    assert await attempt(database, item, "w1")
    other = create_engine(
        database.engine.url.set(
            drivername="sqlite" if database.is_sqlite else "postgresql+psycopg"
        ),
        connect_args={"timeout": 0.1} if database.is_sqlite else {"options": "-c lock_timeout=100"},
    )
    newer = Message("card", 1, "view", "channel:escalations", Notice("taken", 1, 1))

    def between() -> Iterator[Message]:
        """Come after the rows are read and before they are written."""
        with other.begin() as connection, pytest.raises(OperationalError):
            connection.execute(update(MessageRow).values(state="sent", claimed_by=None))
        yield newer

    async with database.session() as session:
        await messages.show(session, "T1", "case:1", 1, between(), now=NOW, new_key=lambda: "k")
    other.dispose()
    await sent(database, item, "w1", "1.0")
    assert (await only(database)).state == "dirty"


async def test_two_posts_of_one_message_are_both_known(database: Database) -> None:
    item = await show(database)
    assert await attempt(database, item, "slow")
    async with database.session() as session:
        await outbox.settle(session, await only(database), state="dirty", reposted=True)
    assert await attempt(database, await only(database), "quick")
    await sent(database, item, "quick", "2.0")
    await sent(database, item, "slow", "1.0")
    async with database.session() as session:
        due = await outbox.to_recheck(session, NOW + LEASE, LEASE, "look")
        row = (await session.execute(select(MessageRow))).scalar_one()
    assert row.recheck_at is not None
    assert row.ts == "2.0"
    assert due is None or due.ts == "2.0"


async def test_who_looks_for_a_second_copy_has_the_message_alone(database: Database) -> None:
    """Or one removes the copy that the other has just taken for ours, and both think it done."""
    await show(database)
    async with database.session() as session:
        posted = await only(database)
        await outbox.change(session, posted.id, state="sent", ts="1.0", recheck_at=NOW)
    async with database.session() as session:
        mine = await outbox.to_recheck(session, NOW, LEASE, "look")
        assert mine is not None
    async with database.session() as session:
        assert await outbox.to_recheck(session, NOW, LEASE, "other") is None
    changed = await show(database, "taken")
    assert not await attempt(database, changed, "editor")
    async with database.session() as session:
        assert not await outbox.move(session, replace(mine, claimed_by="other"), "3.0")
        assert await outbox.move(session, mine, "2.0")
        await outbox.rechecked(session, mine, edit=True)
    row = await only(database)
    assert (row.ts, row.state) == ("2.0", "dirty")
    assert await attempt(database, row, "editor")


async def test_what_only_a_newer_version_reads_holds_up_no_other_look(database: Database) -> None:
    strange = await show(database)
    async with database.session() as session:
        await outbox.change(
            session, strange.id, state="sent", ts="1.0", recheck_at=NOW - HOUR,
            value={"type": "HologramView"},
        )  # fmt: skip
        card = Message("card", 1, "view", "channel:escalations", Notice("warned", 2, 1))
        await messages.show(session, "T1", "case:2", 1, [card], now=NOW, new_key=lambda: "other")
        known = update(MessageRow).where(MessageRow.subject == "case:2")
        await session.execute(known.values(state="sent", ts="2.0", recheck_at=NOW))
    async with database.session() as session:
        found = await outbox.to_recheck(session, NOW, LEASE, "look")
    assert found is not None
    assert found.subject == "case:2"


async def test_what_was_posted_by_somebody_who_died_is_edited_if_the_value_changed(
    database: Database,
) -> None:
    item = await show(database)
    assert await attempt(database, item, "w1")  # it posts, and dies
    changed = await show(database, "taken")
    await sent(database, changed, None, "1.0")  # found by its key
    assert (await only(database)).state == "dirty"


async def test_a_request_is_taken_once_even_when_it_comes_twice_at_once(
    database: Database,
) -> None:
    async def take() -> bool:
        async with database.session() as session:
            found = await cases.take_key(session, "T1", "event:Ev1", NOW)
            await asyncio.sleep(0.05)
            return found

    assert sum(await asyncio.gather(*(take() for _ in range(5)))) == 1


async def test_a_request_that_failed_may_come_again(database: Database) -> None:
    async def fail() -> None:
        async with database.session() as session:
            assert await cases.take_key(session, "T1", "view:V1", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.session() as session:
        assert await cases.take_key(session, "T1", "view:V1", NOW)


async def test_two_events_never_have_the_same_place(database: Database) -> None:
    def event() -> EventRow:
        return EventRow(team="T1", case=1, number=1, at=NOW, type="Closed", body={})

    async with database.session() as session:
        session.add(event())
    with pytest.raises(IntegrityError):
        async with database.session() as session:
            session.add(event())


async def test_arming_twice_keeps_one_row_and_ends_the_claim(database: Database) -> None:
    await arm(database, 1)
    assert await claim(database)
    await arm(database, 1)
    async with database.session() as session:
        rows = (await session.execute(select(DeadlineRow))).scalars().all()
    assert [row.claimed_until for row in rows] == [None]
