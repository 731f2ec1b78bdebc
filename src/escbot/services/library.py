"""The policies and the roster that decisions are made by: the current ones and older versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from escbot.core.policy import Policy
from escbot.core.roster import Roster
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

    def learn(self, policy: Policy) -> None:
        """Know one more version."""
        self._known.setdefault(policy.version, policy)

    def use(self, policy: Policy) -> None:
        """Decide new cases by this policy from now on; cases under way keep theirs."""
        self.learn(policy)
        self.current = policy

    async def remember(self, database: Database, text: str, name: str, now: datetime) -> None:
        """Store the current policy's text, and load all stored versions."""
        try:
            async with database.session() as session:
                await policies.store(session, self.current.version, name, text, now)
        except IntegrityError:
            pass  # another replica stored it in the same moment
        async with database.session() as session:
            for version, stored_name, stored in await policies.all_texts(session):
                if version not in self._known:
                    self.learn(compile_policy(stored, name=stored_name, now=now))
