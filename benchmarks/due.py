"""With many open cases: how long from a deadline's moment until its events are committed.

Cases are opened through the desk; then the clock goes on and the ticker works as in the program,
a beat every quarter of a second. Run it with: python -m benchmarks.due [--cases N] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from escbot.bootstrap import BEAT, new_key
from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.facts import Facts, Impact, Kind
from escbot.insights.numbers import percentile
from escbot.services.desk import Desk
from escbot.services.library import Library
from escbot.services.policyfile import default_policy
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.services.templates import compose
from escbot.services.ticker import Ticker
from escbot.services.work import Services
from escbot.store.database import Database, open_database
from escbot.store.tables import CaseRow, DeadlineRow, EventRow, WorkspaceRow

CUSTOMERS = 500
SECONDS = 60.0  # of measuring
ANSWER = timedelta(hours=1)  # the packaged P2 is offered on after this
LEAD = timedelta(seconds=10)  # so that nothing is due before the tables are full
PER_SECOND = 5.0  # deadlines that fall due in a second


async def fill(database: Database, desk: Desk, count: int, now: datetime) -> None:
    """Open one case through the desk, and copy its rows for the others: opening is not measured."""
    facts = Facts(Kind.MAJOR_FUNCTION, Impact.ONE_USER, area="payments")
    await desk.do("T1", None, c.Escalate("U01", "Customer 1", "Nobody can pay", facts))
    async with database.session() as session:
        case = (await session.execute(select(CaseRow))).scalar_one()
        events = (await session.execute(select(EventRow))).scalars().all()
        chance = random.Random(1)
        rows, copies, due = [], [], []
        for number in range(2, count + 1):
            values = {key: getattr(case, key) for key in CaseRow.model_fields}
            at = now + LEAD + timedelta(seconds=chance.uniform(0, count / PER_SECOND))
            clocks = case.state["clocks"]
            answer = {**clocks["answer"], "since": (at - ANSWER).isoformat()}
            customer = f"Customer {number % CUSTOMERS}"
            of_its_own = {"number": number, "customer": customer}
            state = {**case.state, **of_its_own, "clocks": {**clocks, "answer": answer}}
            rows.append({**values, **of_its_own, "state": state})
            for event in events:
                plain = {key: getattr(event, key) for key in EventRow.model_fields}
                copies.append({**plain, "case": number})
            due.append({"team": "T1", "case": number, "kind": "answer.breach", "due_at": at})
        for table, values in ((CaseRow, rows), (EventRow, copies), (DeadlineRow, due)):
            for start in range(0, len(values), 500):
                await session.execute(insert(table), values[start : start + 500])
        await session.execute(WorkspaceRow.__table__.update().values(last_number=count))


async def measure(count: int, url: str) -> dict[str, float | int]:
    """Return seconds from due to committed: median, p99, worst."""
    begin = datetime.now(UTC)
    policy = default_policy(begin)
    roster = compile_roster(default_roster_text(), name="roster", policy=policy)
    database = await open_database(url)

    def clock() -> datetime:
        return datetime.now(UTC)

    desk = Desk(
        Services(database, Library(policy, roster), clock, clock, new_key=new_key, compose=compose)
    )
    await fill(database, desk, count, begin)
    ticker = Ticker(database, desk, clock=clock, wall=clock)
    due: dict[int, datetime] = {}
    late: list[float] = []
    tick = desk.tick

    async def timed(team: str, number: int) -> tuple[e.Event, ...]:
        """Do what is due for a case, and note how long after its moment that is committed."""
        happened = await tick(team, number)
        late.append((clock() - due.pop(number)).total_seconds())
        return happened

    desk.tick = timed  # type: ignore[method-assign]
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        beat = time.monotonic()
        async with database.session() as session:
            statement = select(DeadlineRow.case, DeadlineRow.due_at).order_by(DeadlineRow.due_at)
            for number, at in (await session.execute(statement.limit(1000))).all():
                due.setdefault(number, at)
        await ticker.tick_once()
        await asyncio.sleep(max(BEAT - (time.monotonic() - beat), 0))
    await database.close()
    late.sort()
    return {
        "open_cases": count,
        "deadlines": len(late),
        "p50_s": round(percentile(late, 0.5) or 0, 3),
        "p99_s": round(percentile(late, 0.99) or 0, 3),
        "max_s": round(late[-1] if late else 0, 3),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="escbot-due-") as folder:
        found = asyncio.run(measure(given.cases, f"sqlite:///{Path(folder) / 'escbot.db'}"))
    print(json.dumps(found) if given.json else "\n".join(f"{k:12}{v}" for k, v in found.items()))


if __name__ == "__main__":
    main()
