"""Delivery: makes Slack show what the message rows say, once each, in order, within the limits.

A post whose answer was lost is looked up by its key and adopted; only if it is not there, twice,
it is posted again. Times here are machine time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.core.notices import holds
from escbot.core.views import Notice
from escbot.services.admins import show_admins
from escbot.services.desk import Desk
from escbot.services.failpoints import failpoint
from escbot.services.library import Library
from escbot.services.ports import (
    Chat,
    ChatDown,
    ChatError,
    ChatGone,
    ChatLimited,
    ChatRefused,
    ChatUncertain,
    Painter,
    Posted,
    Setting,
)
from escbot.services.settling import Settler
from escbot.store import lanes, messages
from escbot.store.database import Database
from escbot.store.messages import Pending

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of delivery in seconds of machine time; `scaled` makes everything faster for tests."""

    posts_per_second: float = 1.0  # in one channel
    post_burst: float = 8.0  # one case with its thread may appear at once
    updates_per_second: float = 0.8  # in the workspace: 50 a minute
    update_burst: float = 25.0
    lease: float = 30.0
    grace: float = 10.0  # before an uncertain post is looked for, and between the two looks
    rest: float = 5.0  # after something failed
    recheck: float = 60.0  # after a repost, before a second copy is looked for
    missing: float = 60.0  # before a channel that is not there is tried again

    def scaled(self, factor: float) -> Pace:
        """Return the same limits, `factor` times as fast."""
        return Pace(
            self.posts_per_second * factor,
            self.post_burst,
            self.updates_per_second * factor,
            self.update_burst,
            self.lease / factor,
            self.grace / factor,
            self.rest / factor,
            self.recheck / factor,
            self.missing / factor,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: the channel, the thread, or the one person who sees it."""

    channel: str
    thread_ts: str | None = None
    ephemeral_for: str | None = None


UPDATES = "updates"
MOST_ATTEMPTS = 3
MOST = 400  # rows looked at in one turn


class Delivery:
    """Sends what is dirty."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        library: Library,
        chat: Chat,
        painter: Painter,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
        worker: str,
        new_key: Callable[[], str],
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._desk = desk
        self._library = library
        self._chat = chat
        self._painter = painter
        self._clock = clock
        self._wall = wall
        self._worker = worker
        self._new_key = new_key
        self._pace = pace or Pace()
        self._settler = Settler(
            database, chat, clock=clock, wall=wall, grace=self._pace.grace, rest=self._pace.rest
        )
        self._dms: dict[str, str] = {}
        self._channels: dict[str, str] = {}
        self.missing: dict[str, str] = {}  # channel name -> what to do; shown by health and doctor

    async def deliver_once(self) -> int:
        """Send what may be sent now; return how many messages were handled."""
        async with self._database.session() as session:
            pending = await messages.waiting(session, self._wall(), self._clock(), MOST)
        by_lane: dict[tuple[str, str], list[Pending]] = defaultdict(list)
        line = _first_in_line(pending)
        waits = {item.id for item in line}
        # What is lost is settled together, even where something of its case comes before it.
        line += [one for one in pending if one.state != "dirty" and one.id not in waits]
        for item in line:
            by_lane[(item.team, _lane(item))].append(item)
        counts = await asyncio.gather(
            *(self._run_lane(team, lane, items) for (team, lane), items in by_lane.items())
        )
        return sum(counts) + await self._settler.recheck()

    async def _run_lane(self, team: str, lane: str, items: Sequence[Pending]) -> int:
        pace = self._pace
        updates = lane == UPDATES
        per_second = pace.updates_per_second if updates else pace.posts_per_second
        burst = pace.update_burst if updates else pace.post_burst
        async with self._database.session() as session:
            tokens = await lanes.lease(
                session,
                team,
                lane,
                self._worker,
                self._wall(),
                timedelta(seconds=pace.lease),
                per_second=per_second,
                burst=burst,
            )
        if tokens is None:
            return 0
        handled = 0
        blocked: datetime | None = None
        try:
            lost = [item for item in items if item.state != "dirty"]
            await self._settler.settle(lost)
            for item in items:
                if item.state != "dirty":
                    continue
                if tokens < 1:
                    break
                tokens -= 1
                handled += 1
                wait = await self._handle(item)
                if wait is not None:
                    blocked = self._wall() + timedelta(seconds=wait)
                    break
        finally:
            async with self._database.session() as session:
                await lanes.give_back(
                    session, team, lane, self._worker, tokens, self._wall(), blocked
                )
        return handled

    async def _handle(self, item: Pending) -> float | None:
        """Bring one message forward; return seconds for which its lane must rest."""
        try:
            if item.ts is not None:
                return await self._update(item)
            return await self._post(item)
        except ChatLimited as limited:
            await self._back(item, limited.retry_after)
            return limited.retry_after
        except ChatGone as gone:
            await self._gone(item, gone)
        except ChatRefused as refused:
            log.error("Slack refused %s of %s: %s", item.slot, item.subject, refused.code)
            await self._set(item, state="failed", error=refused.code)
        except ChatUncertain as error:
            await self._uncertain(item, error)
        except ChatDown as error:
            log.warning("Slack can't be reached for %s: %s", item.slot, error)
            await self._back(item, self._pace.rest)
            return self._pace.rest
        return None

    async def _update(self, item: Pending) -> float | None:
        if item.kind == "notice" or item.channel is None or item.ts is None:
            await self._set(item, state="sent")
            return None
        if not await self._claim(item):
            return None
        body = self._painter.paint(item.value, await self._setting(item))
        try:
            await self._chat.update(item.channel, item.ts, body)
        except ChatUncertain as error:  # an edit can be repeated without harm
            raise ChatDown(str(error)) from error
        await self._sent(item, None)
        return None

    async def _post(self, item: Pending) -> float | None:
        if item.kind == "notice" and not await self._still_true(item):
            await self._set(item, state="dropped")
            return None
        place = await self._place(item)
        if place is None:
            return None
        if not await self._claim(item):
            return None
        await self._set_place(item, place)
        failpoint("delivery.claimed")
        body = self._painter.paint(item.value, await self._setting(item))
        if place.ephemeral_for is not None:
            # It can't be looked up, so it is sent at most once: done, whatever the answer is.
            await self._sent(item, None)
            await self._chat.ephemeral(
                place.channel, place.ephemeral_for, body, thread_ts=place.thread_ts
            )
            return None
        posted = await self._chat.post(place.channel, body, thread_ts=place.thread_ts, key=item.key)
        failpoint("delivery.called")
        await self._sent(item, posted)
        return None

    async def _claim(self, item: Pending) -> bool:
        async with self._database.session() as session:
            lease = timedelta(seconds=self._pace.lease)
            return await messages.claim(session, item.id, self._wall(), lease, self._clock())

    async def _set(self, item: Pending, **values: object) -> None:
        async with self._database.session() as session:
            await messages.change(session, item.id, **values)

    async def _set_place(self, item: Pending, place: Place) -> None:
        async with self._database.session() as session:
            await messages.keep_place(session, item.id, place.channel, place.thread_ts)

    async def _sent(self, item: Pending, posted: Posted | None) -> None:
        async with self._database.session() as session:
            channel, ts = (posted.channel, posted.ts) if posted else (None, None)
            again = self._wall() + timedelta(seconds=self._pace.recheck)
            await messages.sent(session, item.id, item.digest, channel, ts, recheck_at=again)

    async def _back(self, item: Pending, seconds: float) -> None:
        later = self._wall() + timedelta(seconds=seconds)
        await self._set(item, state="dirty", not_before=later, attempts=item.attempts + 1)

    async def _uncertain(self, item: Pending, error: ChatError) -> None:
        log.warning("the answer for %s of %s was lost: %s", item.slot, item.subject, error)
        later = self._wall() + timedelta(seconds=self._pace.grace)
        await self._set(item, state="uncertain", not_before=later, error=str(error))

    async def _gone(self, item: Pending, gone: ChatGone) -> None:
        number = _case_number(item)
        log.warning("%s of %s: %s", item.slot, item.subject, gone)
        if gone.what == "message" and item.slot != "card":
            await self._set(item, state="dirty", ts=None, not_before=self._wall())
        elif gone.what in ("message", "thread") and number is not None:
            await self._set(item, state="dropped", error=str(gone))
            await self._lose_thread(item.team, number, gone.what)
        elif gone.what == "user":
            await self._set(item, state="failed", error=str(gone))
            if item.target.startswith("dm:"):
                await self._desk.gone(item.team, item.target.removeprefix("dm:"), gone=True)
        elif item.target.startswith(("reply:", "name:")) and item.attempts >= MOST_ATTEMPTS:
            # A line beside the thread is not worth trying for ever.
            await self._set(item, state="failed", error=str(gone))
        else:
            self._channels.clear()
            await self._tell_admins(item.team, self._name(item.target))
            await self._back(item, self._pace.missing)

    async def _lose_thread(self, team: str, number: int, what: str) -> None:
        try:
            await self._desk.do(team, number, c.LoseThread(what))
        except Refused as refused:
            log.info("ESC-%s has no thread to lose: %s", number, refused.because.code)

    async def _still_true(self, item: Pending) -> bool:
        number = _case_number(item)
        if number is None or item.holds == "always":
            return True
        case = await self._desk.case(item.team, number)
        return case is not None and holds(case, item.holds)

    async def _setting(self, item: Pending) -> Setting:
        number = _case_number(item)
        root = await self._desk.root(item.team, number) if number is not None else None
        link = self._chat.permalink(*root) if root else None
        return Setting(link, named=item.target != "thread")

    # Places

    async def _place(self, item: Pending) -> Place | None:
        """Return where the message goes, or None where it must wait."""
        kind, _, value = item.target.partition(":")
        number = _case_number(item)
        root = await self._desk.root(item.team, number) if number is not None else None
        if root is None and item.slot != "card" and number is not None:
            return None  # everything else hangs on the card or links to it
        if kind == "thread" and root is not None:
            return Place(root[0], root[1])
        if kind == "ephemeral" and root is not None:
            return Place(root[0], root[1], value)
        if kind == "reply":
            channel, _, ts = value.partition("/")
            return Place(channel, ts)
        if kind == "dm":
            return Place(await self._dm(value))
        return await self._named(item, self._name(item.target))

    def _name(self, target: str) -> str:
        """Return the name of the channel that a target is in; threads are under the cards."""
        kind, _, value = target.partition(":")
        if kind in ("name", "customer"):
            return value
        purpose = value if kind == "channel" else "escalations"
        return self._library.current.channels.get(purpose, purpose)

    async def _dm(self, user: str) -> str:
        if user not in self._dms:
            self._dms[user] = await self._chat.open_dm(user)
        return self._dms[user]

    async def _named(self, item: Pending, name: str) -> Place | None:
        if name not in self._channels:
            found = await self._chat.channel_id(name)
            if found is None:
                await self._tell_admins(item.team, name)
                await self._back(item, self._pace.missing)
                return None
            self.missing.pop(name, None)
            self._channels[name] = found
        return Place(self._channels[name])

    async def _tell_admins(self, team: str, name: str) -> None:
        """Say once, to each admin, that a channel is missing and what to do."""
        if name in self.missing:
            return
        log.error("channel #%s is missing: create it and invite the bot", name)
        self.missing[name] = f"create #{name} and invite the bot to it"
        async with self._database.session() as session:
            await show_admins(
                session,
                team,
                self._library.roster,
                Notice("channel_missing", 0, 0, values={"channel": name}),
                subject=f"channel:{name}",
                now=self._wall(),
                new_key=self._new_key,
            )


def _case_number(item: Pending) -> int | None:
    subject, _, number = item.subject.partition(":")
    return int(number) if subject == "case" else None


def _lane(item: Pending) -> str:
    if item.ts is not None:
        return UPDATES
    kind, _, value = item.target.partition(":")
    return {"thread": "channel:escalations", "ephemeral": "channel:escalations"}.get(
        kind, item.target if kind != "reply" else f"reply:{value.partition('/')[0]}"
    )


def _first_in_line(pending: Sequence[Pending]) -> list[Pending]:
    """Keep first in, first out within a case's thread; news that asks for an act goes first.

    The rows come by severity and age. What waits behind an unsettled post of the same case and
    lane stays behind it, so that a thread never shows a later step before an earlier one.
    """
    stuck: set[tuple[str, str]] = set()
    line: list[Pending] = []
    for item in pending:
        place = (item.subject, _lane(item))
        if place in stuck:
            continue
        if item.ts is None and item.state != "dirty":
            stuck.add(place)
        line.append(item)
    return sorted(line, key=lambda item: (item.rank, not _acts(item), item.id))


def _acts(item: Pending) -> bool:
    return item.acts and not isinstance(item.value, Notice)
