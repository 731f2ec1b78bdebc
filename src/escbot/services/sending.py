"""One message brought forward: where it goes, the call, and what the answer means.

Each attempt claims the row under a name of its own. An attempt that comes back after its claim was
lost changes nothing but says so: the message is dirty again.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
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
from escbot.services.pace import Pace
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
from escbot.store import lanes, messages, outbox
from escbot.store.database import Database
from escbot.store.outbox import Pending

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
ELSEWHERE = ("dm", "reply")  # targets that are in none of the policy's channels


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: the channel, the thread, or the one person who sees it."""

    channel: str
    thread_ts: str | None = None
    ephemeral_for: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of an attempt: calls made, and seconds its lane must rest (0: this turn)."""

    called: int = 0
    rest: float | None = None


class Sender:
    """Posts and edits, one message at a time."""

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
        pace: Pace,
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
        self._pace = pace
        self._attempts = itertools.count(1)
        self._dms: dict[str, str] = {}
        self.channels: dict[str, str] = {}  # name -> id
        self.missing: dict[str, str] = {}  # channel name -> what to do
        self.limits: dict[tuple[str, str], datetime] = {}  # (team, method) -> until when

    def waits(self) -> dict[str, float]:
        """Return for how many more seconds which method is limited."""
        now = self._wall()
        return {
            method: (until - now).total_seconds()
            for (_, method), until in self.limits.items()
            if until > now
        }

    async def limit(self, team: str, limited: ChatLimited) -> None:
        """Slack says "later" for one method of one workspace: no replica calls it until then."""
        wall = self._wall()
        self.limits[team, limited.method] = wall + timedelta(seconds=limited.retry_after)
        async with self._database.session() as session:
            await lanes.block(session, team, limited.method, wall, limited.retry_after)

    def is_limited(self, team: str, method: str) -> bool:
        """Tell whether Slack lets a method wait."""
        until = self.limits.get((team, method))
        return until is not None and self._wall() < until

    def _allow(self, team: str, method: str) -> None:
        """Raise ChatLimited where Slack said "later" since this message was begun."""
        until = self.limits.get((team, method))
        left = (until - self._wall()).total_seconds() if until else 0.0
        if left > 0:
            raise ChatLimited(left, method)

    async def send(self, item: Pending) -> Sent:
        """Bring one message forward."""
        kind = item.target.partition(":")[0]
        method = "update" if item.ts else "ephemeral" if kind == "ephemeral" else "post"
        if self.is_limited(item.team, method):
            return Sent(rest=0)
        by = f"{self._worker}.{next(self._attempts)}"
        try:
            sent = await (self._post(item, by) if item.ts is None else self._update(item, by))
        except ChatLimited as limited:
            await self.limit(item.team, limited)
            await self._back(item, by, limited.retry_after)
            return Sent(1, rest=0)
        except ChatGone as gone:
            await self._gone(item, by, gone)
        except ChatRefused as refused:
            log.error("Slack refused %s of %s: %s", item.slot, item.subject, refused.code)
            await self._set(item, by, state="failed", error=refused.code)
        except ChatUncertain as error:
            await self._uncertain(item, by, error)
            return Sent(1, rest=0)  # whatever comes after it would come before it
        except ChatDown as error:
            log.warning("Slack can't be reached for %s: %s", item.slot, error)
            await self._back(item, by, self._pace.rest)
            return Sent(1, rest=self._pace.rest)
        else:
            if sent == Sent(1) and kind not in ELSEWHERE:
                self.missing.pop(self.name_of(item.target), None)
            return sent
        return Sent(1)

    async def _update(self, item: Pending, by: str) -> Sent:
        if item.kind == "notice" or item.channel is None or item.ts is None:
            await self._set(item, None, state="sent")
            return Sent()
        if not await self._claim(item, by, Place(item.channel, item.thread_ts)):
            return Sent()
        body = self._painter.paint(item.value, self._setting(item, await self._root(item)))
        self._allow(item.team, "update")
        try:
            await self._chat.update(item.channel, item.ts, body)
        except ChatUncertain as error:
            # It is made again at once, and once more when an answer that late can't come any more:
            # this one may still land, on top of a newer one.
            log.warning("the answer for %s of %s was lost: %s", item.slot, item.subject, error)
            again = self._wall() + timedelta(seconds=self._pace.recheck)
            await self._back(item, by, self._pace.rest, recheck_at=again)
            return Sent(1, rest=self._pace.rest)
        await self._sent(item, by, None)
        return Sent(1)

    async def _post(self, item: Pending, by: str) -> Sent:
        if item.kind == "notice" and not await self._still_true(item):
            await self._set(item, None, state="dropped")
            return Sent()
        root = await self._root(item)
        place = await self._place(item, root)
        if place is None or not await self._claim(item, by, place):
            return Sent()
        failpoint("delivery.claimed")
        body = self._painter.paint(item.value, self._setting(item, root))
        if place.ephemeral_for is not None:
            # It can't be looked up, so it is sent at most once: done, whatever the answer is,
            # unless the answer says that nothing was done.
            await self._sent(item, by, None)
            await self._chat.ephemeral(
                place.channel, place.ephemeral_for, body, thread_ts=place.thread_ts
            )
            return Sent(1)
        self._allow(item.team, "post")
        posted = await self._chat.post(place.channel, body, thread_ts=place.thread_ts, key=item.key)
        failpoint("delivery.called")
        await self._sent(item, by, posted)
        return Sent(1)

    async def _claim(self, item: Pending, by: str, place: Place) -> bool:
        lease, at = timedelta(seconds=self._pace.lease), (place.channel, place.thread_ts)
        async with self._database.session() as session:
            return await outbox.claim(session, item, self._wall(), lease, self._clock(), by, at)

    async def _set(self, item: Pending, by: str | None, **values: object) -> None:
        async with self._database.session() as session:
            await outbox.change(session, item.id, by=by, **values)

    async def _sent(self, item: Pending, by: str, posted: Posted | None) -> None:
        channel, ts = (posted.channel, posted.ts) if posted else (None, None)
        again = self._wall() + timedelta(seconds=self._pace.recheck)
        async with self._database.session() as session:
            await outbox.sent(session, item, channel, ts, by=by, recheck_at=again)
            if ts is not None and item.slot == "card" and item.episode > 1:
                await messages.relink(session, item.team, item.subject)
        if ts is not None and item.slot == "card":
            self._desk.changed()  # now there is a card to which lists can link

    async def _back(self, item: Pending, by: str | None, seconds: float, **more: object) -> None:
        """The message waits for its next attempt."""
        later = self._wall() + timedelta(seconds=seconds)
        values = {"not_before": later, "attempts": item.attempts + 1, **more}
        await self._set(item, by, state="dirty", **values)

    async def _uncertain(self, item: Pending, by: str, error: ChatError) -> None:
        log.warning("the answer for %s of %s was lost: %s", item.slot, item.subject, error)
        if item.target.startswith("ephemeral:"):
            return  # sent at most once
        later = self._wall() + timedelta(seconds=self._pace.grace)
        await self._set(item, by, state="uncertain", not_before=later, error=str(error))

    async def _gone(self, item: Pending, by: str, gone: ChatGone) -> None:
        number = case_number(item)
        kind, _, value = item.target.partition(":")
        log.warning("%s of %s: %s", item.slot, item.subject, gone)
        moved = gone.what == "channel" and await self._made_anew(item)
        if (gone.what == "message" and item.slot != "card") or (moved and not _by_card(item)):
            again = {"ts": None, "reposted": True, "not_before": self._wall()}
            await self._set(item, by, state="dirty", **again)
        elif kind == "reply":
            # Under a message that is gone, or where the bot is no member: the case needs it not.
            await self._set(item, by, state="failed", error=str(gone))
        elif (moved or gone.what in ("message", "thread")) and number is not None:
            if item.kind == "notice":  # it is said in the new thread
                await self._back(item, by, self._pace.missing)
            else:
                await self._set(item, by, state="dropped", error=str(gone))
            await self._lose_thread(item.team, number, gone.what)
        elif gone.what == "user":
            await self._set(item, by, state="failed", error=str(gone))
            if kind == "dm":
                await self._desk.gone(item.team, value, gone=True)
        elif kind in ("dm", "name") and item.attempts >= MOST_ATTEMPTS:
            # A line beside the thread is not worth trying for ever.
            await self._set(item, by, state="failed", error=str(gone))
        elif kind == "dm":
            # Opened anew, it is another one, or says that the person is gone.
            self._dms.pop(value, None)
            await self._back(item, by, self._pace.missing)
        else:
            self.channels.clear()
            await self._tell_admins(item.team, self.name_of(item.target))
            await self._back(item, by, self._pace.missing)

    async def _made_anew(self, item: Pending) -> bool:
        """Tell whether the channel that is gone has a successor of the same name."""
        name = self.name_of(item.target)
        if item.target.startswith(ELSEWHERE) or self.is_limited(item.team, "channel_id"):
            return False
        old = item.channel if item.ts else None
        if _by_card(item):
            root = await self._root(item)
            old = root[0] if root else None
        if old is None:
            return False
        if self.channels.get(name, old) == old:
            self.channels.pop(name, None)
            try:
                found = await self._chat.channel_id(name)
            except ChatLimited as limited:
                await self.limit(item.team, limited)
                return False
            except ChatError as error:
                log.info("#%s can't be looked up: %s", name, error)
                return False
            if found in (None, old):
                return False
            self.channels[name] = str(found)
        self.missing.pop(name, None)
        return True

    async def _lose_thread(self, team: str, number: int, what: str) -> None:
        try:
            await self._desk.do(team, number, c.LoseThread(what))
        except Refused as refused:
            log.info("ESC-%s has no thread to lose: %s", number, refused.because.code)

    async def _still_true(self, item: Pending) -> bool:
        number = case_number(item)
        if number is None or item.holds == "always":
            return True
        case = await self._desk.case(item.team, number)
        return case is not None and holds(case, item.holds)

    async def _root(self, item: Pending) -> tuple[str, str] | None:
        number = case_number(item)
        return None if number is None else await self._desk.root(item.team, number)

    def _setting(self, item: Pending, root: tuple[str, str] | None) -> Setting:
        link = self._chat.permalink(*root) if root else None
        return Setting(link, named=item.target != "thread")

    # Places

    async def _place(self, item: Pending, root: tuple[str, str] | None) -> Place | None:
        """Return where the message goes, or None where it must wait."""
        kind, _, value = item.target.partition(":")
        if root is None and item.slot != "card" and case_number(item) is not None:
            return None  # everything else hangs on the card or links to it
        if kind == "thread" and root is not None:
            return Place(root[0], root[1])
        if kind == "ephemeral" and root is not None:
            return Place(root[0], root[1], value)
        if kind == "reply":
            channel, _, ts = value.partition("/")
            return Place(channel, ts)
        if kind == "dm":
            return await self._dm(item.team, value)
        return await self._named(item, self.name_of(item.target))

    def name_of(self, target: str) -> str:
        """Return the name of the channel that a target is in; threads are under the cards."""
        kind, _, value = target.partition(":")
        if kind in ("name", "customer"):
            return value
        purpose = value if kind == "channel" else "escalations"
        return self._library.current.channels.get(purpose, purpose)

    async def _dm(self, team: str, user: str) -> Place | None:
        if user not in self._dms:
            if self.is_limited(team, "open_dm"):
                return None
            self._dms[user] = await self._chat.open_dm(user)
        return Place(self._dms[user])

    async def _named(self, item: Pending, name: str) -> Place | None:
        if name not in self.channels:
            if self.is_limited(item.team, "channel_id"):
                return None
            found = await self._chat.channel_id(name)
            if found is None:
                await self._tell_admins(item.team, name)
                await self._back(item, None, self._pace.missing)
                return None
            self.channels[name] = found
        return Place(self.channels[name])

    async def _tell_admins(self, team: str, name: str) -> None:
        """Say to each admin that a channel is missing and what to do, once a day at most."""
        if name in self.missing:
            return
        day = self._wall().date().isoformat()
        log.error("channel #%s is missing: create it and invite the bot", name)
        self.missing[name] = f"create #{name} and invite the bot to it"
        async with self._database.session() as session:
            await show_admins(
                session,
                team,
                self._library.roster,
                Notice("channel_missing", 0, 0, values={"channel": name}),
                subject=f"channel:{name}:{day}",
                now=self._wall(),
                new_key=self._new_key,
            )


def _by_card(item: Pending) -> bool:
    """Tell whether a message is a case's card or hangs in its thread."""
    return item.slot == "card" or item.target.startswith(("thread", "ephemeral:"))


def case_number(item: Pending) -> int | None:
    """Return the number of the case that a message belongs to, None for other subjects."""
    subject, _, number = item.subject.partition(":")
    return int(number) if subject == "case" else None
