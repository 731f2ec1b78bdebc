"""Reports that come by themselves: each is a message row, so that it comes once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from escbot.core.digest import digest
from escbot.core.roster import Person
from escbot.core.views import Message
from escbot.services.library import Library
from escbot.services.reviews import Reviews
from escbot.store import cases, messages
from escbot.store.database import Database

log = logging.getLogger(__name__)

STILL_MORNING = timedelta(hours=3)  # after its hour, for a program that was stopped


class Reporter:
    """Sends what comes by itself: each manager's morning digest, reminders of follow-ups, reviews.

    The digest comes in the manager's own zone, on their working days.
    """

    def __init__(
        self,
        database: Database,
        library: Library,
        reviews: Reviews,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self._database = database
        self._library = library
        self._reviews = reviews
        self._clock = clock
        self._wall = wall
        self._new_key = new_key
        self._done: set[tuple[str, str, date]] = set()

    async def report_once(self) -> int:
        """Send what is due; return how many."""
        sent = 0
        now = self._clock()
        for person in self._library.roster.people:
            today = self._today(person, now) if "manager" in person.roles else None
            if today is None:
                continue
            async with self._database.session() as session:
                teams = await cases.teams(session)
            for team in teams:
                if (team, person.id, today) not in self._done:
                    sent += await self._digest(team, person, today, now)
                    self._done.add((team, person.id, today))
        self._done = {one for one in self._done if one[2] >= (now - timedelta(days=2)).date()}
        sent += await self._reviews.ledger.remind_once()
        return sent + await self._reviews.post_due()

    def _today(self, person: Person, now: datetime) -> date | None:
        """Return the person's date where it is the digest's hour of a working day, else None."""
        policy = self._library.current
        local = now.astimezone(ZoneInfo(person.timezone))
        hour, minute = (int(part) for part in policy.reports.digest_at.split(":"))
        begins = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if not begins <= local < begins + STILL_MORNING:
            return None
        calendar = policy.calendars.get(person.hours)
        works = calendar is None or calendar.always or bool(calendar.windows(local.date()))
        return local.date() if works else None

    async def _digest(self, team: str, person: Person, today: date, now: datetime) -> int:
        subject = f"digest:{person.id}:{today.isoformat()}"
        try:
            async with self._database.session() as session:
                if await messages.exists(session, team, subject):
                    return 0
                found = await cases.open_cases(session, team)
                value = digest(found, self._library.at, person.id, now)
                if value is None:
                    return 0
                message = Message("digest", 1, "notice", f"dm:{person.id}", value)
                await messages.show(
                    session, team, subject, 5, [message], now=self._wall(), new_key=self._new_key
                )
        except IntegrityError:
            return 0  # another replica sent it in the same moment
        return 1
