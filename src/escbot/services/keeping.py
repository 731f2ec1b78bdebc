"""Keeping the database: checking, verifying, exporting, pruning, redacting."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from escbot.core.case import Case
from escbot.core.codec import CodecError, tagged
from escbot.core.events import Recorded
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.services.library import Library
from escbot.services.policyfile import compile_policy
from escbot.services.work import rebuild
from escbot.store import cases, policies, pruning
from escbot.store.database import Database, normal_url, revisions

REQUESTS_KEPT = timedelta(hours=26)  # machine time; Slack repeats an event for some minutes
EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: cases whose saved state is not what their events make."""

    cases: int
    differing: tuple[str, ...]


async def stored_library(database: Database, now: datetime) -> Library | None:
    """Return every stored policy with the active one current; None where none was used yet."""
    found: Library | None = None
    async with database.session() as session:
        for one in await policies.listed(session):
            source, feeds = await policies.source(session, one.version)
            policy = compile_policy(source, name=one.name, now=now, feeds=feeds, kept=True)
            if found is None:
                found = Library(policy, Roster())
            found.learn(policy)
            if one.active:
                found.use(policy)
    return found


async def verify(database: Database, now: datetime) -> Verdict:
    """Rebuild every case from its events and compare it with the saved state."""
    library = await stored_library(database, now)

    def again(team: str, number: int, records: Sequence[Recorded]) -> Case:
        """A state that an older version saved is rebuilt whenever it is read."""
        if library is None:
            raise LookupError("no policy was stored")
        return rebuild(records, library, team=team, number=number)

    async with database.session() as session:
        numbers = await cases.numbers(session)
    differing = []
    for team, number in numbers:
        try:
            async with database.session() as session:
                # Locked, so that a running escbot can't change the case between the two reads.
                saved = await cases.load(session, team, number, again, lock=True)
                records = await cases.events(session, team, number)
            same = library is not None and saved == rebuild(
                records, library, team=team, number=number
            )
        except (CodecError, ValueError, LookupError):
            same = False
        if not same:
            differing.append(f"{team}/ESC-{number}")
    return Verdict(len(numbers), tuple(differing))


async def check(database: Database) -> dict[str, Any]:
    """Return the revision of the tables, the newest known, and what the engine says of itself."""
    current, newest = await database.revision()
    found: dict[str, Any] = {"revision": current, "newest": newest, "engine": "PostgreSQL"}
    found["newer"] = current is not None and current not in revisions()
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            found["engine"] = "SQLite"
            answer = (await connection.execute(text("PRAGMA integrity_check"))).scalar_one()
            found["integrity"] = str(answer)
    return found


def backup(url: str, target: Path) -> None:
    """Copy an SQLite database while it is in use. Raises ValueError, sqlite3.Error."""
    parsed = make_url(normal_url(url))
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ValueError("PostgreSQL is backed up with pg_dump; docs/operations.md says how")
    if target.exists():
        raise ValueError(f"{target} is there already; name a new file")
    if not Path(parsed.database).exists():
        raise ValueError(f"there is no database {parsed.database}")
    source = sqlite3.connect(f"file:{parsed.database}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        with copy:
            source.backup(copy)
    finally:
        copy.close()
        source.close()


async def export(database: Database) -> AsyncIterator[str]:
    """Yield one JSON line for each event of each case: the audit timeline."""
    async with database.session() as session:
        numbers = await cases.numbers(session)
    for team, number in numbers:
        async with database.session() as session:
            records = await cases.events(session, team, number)
        for record in records:
            plain: Mapping[str, Any] = tagged(record.event)
            line = {
                "team": team,
                "case": f"ESC-{number}",
                "number": record.number,
                "at": record.at.isoformat(),
                "by": record.by,
                "event": plain,
            }
            yield json.dumps(line, ensure_ascii=False)


async def prune(
    database: Database, policy: Policy, now: datetime, wall: datetime
) -> dict[str, int]:
    """Remove what is older than it must be kept; return how much of what.

    Cases go when the policy's retention has passed since they ended (`now`, domain time), digests
    and reports when it has since they were shown, request keys after 26 hours (`wall`, machine
    time).
    """
    async with database.session() as session:
        requests = await pruning.requests(session, wall - REQUESTS_KEPT)
        ended = await pruning.ended_before(session, now - policy.retention)
        for team, number in ended:
            await pruning.remove_case(session, team, number)
        reports = await pruning.reports(session, wall - policy.retention)
    return {"cases": len(ended), "requests": requests, "reports": reports}


class Keeper:
    """Prunes now and then inside the running program."""

    def __init__(
        self,
        database: Database,
        library: Library,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._wall = wall
        self._last: datetime | None = None

    async def keep_once(self) -> int:
        """Prune once an hour; return how many rows went."""
        wall = self._wall()
        if self._last is not None and wall - self._last < EVERY:
            return 0
        self._last = wall
        found = await prune(self._database, self._library.current, self._clock(), wall)
        return sum(found.values())
