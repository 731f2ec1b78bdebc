"""The policies and the roster that decisions are made by: the current ones and older versions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.services.files import Files
from escbot.services.policyfile import compile_policy
from escbot.store import policies
from escbot.store.database import Database


class Library:
    """Every policy that a case may be stamped with, and the roster of now."""

    def __init__(self, policy: Policy, roster: Roster) -> None:
        self.current = policy
        self.roster = roster
        self._known = {policy.version: policy}

    def at(self, version: str) -> Policy:
        """Return the policy of a version; the current one where the version was never stored."""
        return self._known.get(version, self.current)

    @property
    def known(self) -> Collection[Policy]:
        """Every version that is known."""
        return self._known.values()

    def learn(self, policy: Policy) -> None:
        """Know one more version."""
        self._known.setdefault(policy.version, policy)

    def use(self, policy: Policy) -> None:
        """Decide new cases by this policy from now on; cases under way keep theirs."""
        self.learn(policy)
        self.current = policy

    async def take(self, database: Database, files: Files, now: datetime) -> None:
        """Store what the files say, and use the roster. `now` is aware UTC.

        A policy file that says what it said before changes nothing: an older version that
        somebody made active stays so.
        """
        self.roster = files.roster
        self.learn(files.policy)
        try:
            async with database.session() as session:
                await policies.take_file(
                    session,
                    files.policy.version,
                    files.policy_name,
                    files.policy_text,
                    files.days_off,
                    now,
                )
        except IntegrityError:
            pass  # another replica stored it in the same moment
        await self.follow(database, now)

    async def look_up(self, session: AsyncSession, version: str, now: datetime) -> None:
        """Know a version that another replica may have stored a moment ago."""
        if version in self._known:
            return
        try:
            text, feeds = await policies.source(session, version)
        except KeyError:
            return  # it was never stored
        self.learn(compile_policy(text, name=f"policy {version}", now=now, feeds=feeds, kept=True))

    async def follow(self, database: Database, now: datetime) -> str | None:
        """Load versions stored elsewhere and use the active one; return it where it is new."""
        async with database.session() as session:
            stored = await policies.listed(session)
        for one in stored:
            if one.version not in self._known:
                async with database.session() as session:  # each its own: reading one takes time
                    await self.look_up(session, one.version, now)
        active = next((one.version for one in stored if one.active), None)
        if active is None or active == self.current.version:
            return None
        self.use(self._known[active])
        return active
