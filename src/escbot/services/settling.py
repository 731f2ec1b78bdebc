"""Posts whose outcome is unknown: looked up by their keys, adopted, and freed of second copies.

One read of a channel's (or thread's) history settles everything that is lost there. Times are
machine time, except `tried_at`, which is on the chat's own clock.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from escbot.services.pace import Pace
from escbot.services.ports import Chat, ChatError, ChatGone, ChatLimited, Posted
from escbot.store import messages, outbox
from escbot.store.database import Database
from escbot.store.outbox import Pending

log = logging.getLogger(__name__)

LOOKS_BEFORE_REPOST = 2
EARLIER = timedelta(minutes=70)  # before a post was tried, for clocks that differ or jumped
MOST_RECHECKED = 20


class Settler:
    """Finds out what became of posts."""

    def __init__(
        self,
        database: Database,
        chat: Chat,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
        limit: Callable[[str, ChatLimited], Awaitable[None]],
        worker: str,
        pace: Pace,
    ) -> None:
        self._database = database
        self._chat = chat
        self._clock = clock
        self._wall = wall
        self._limit = limit  # told where Slack lets a method of a workspace wait
        self._worker = worker
        self._pace = pace

    async def settle(self, items: Sequence[Pending]) -> None:
        """Look for posts whose answer was lost, or whose sender died."""
        places: dict[tuple[str, str | None], list[Pending]] = defaultdict(list)
        for item in items:
            if item.ts is not None or item.channel is None or not _can_be_found(item):
                # An edit is repeated; what never had a place was never posted; the rest is sent
                # at most once.
                sent = item.channel is not None and not _can_be_found(item)
                await self._set(item, state="sent" if sent else "dirty")
            else:
                places[item.channel, item.thread_ts].append(item)
        for (channel, thread), lost in places.items():
            await self._settle_place(channel, thread, lost)

    async def _settle_place(self, channel: str, thread: str | None, lost: list[Pending]) -> None:
        since = min(item.tried_at or self._clock() for item in lost) - EARLIER
        keys = {item.key for item in lost}
        try:
            found = await self._chat.find(channel, keys, since=since, thread_ts=thread)
        except ChatGone as gone:
            # There is no such place any more, so the post is not there: it finds its new place.
            log.warning("%s posts were lost with their place: %s", len(lost), gone)
            found = {}
        except ChatError as error:
            log.warning("looking for %s posts in %s failed: %s", len(lost), channel, error)
            wait = await self._wait(lost[0].team, error)
            for item in lost:
                await self._set(item, state="uncertain", not_before=self._in(wait))
            return
        for item in lost:
            await self._decide(item, channel, found.get(item.key, ()))

    async def _decide(self, item: Pending, channel: str, copies: Sequence[Posted]) -> None:
        if copies:
            again = self._in(self._pace.recheck)
            async with self._database.session() as session:
                await outbox.sent(session, item, channel, copies[0].ts, by=None, recheck_at=again)
        elif item.looks + 1 < LOOKS_BEFORE_REPOST:
            later = self._in(self._pace.grace)
            await self._set(item, state="uncertain", looks=item.looks + 1, not_before=later)
        else:
            # It is posted again, and looked for once more a while after that.
            await self._set(item, state="dirty", looks=0, not_before=self._wall(), reposted=True)

    async def _wait(self, team: str, error: ChatError) -> float:
        """Return for how many seconds to wait after a look that failed."""
        if isinstance(error, ChatLimited):
            await self._limit(team, error)
            return error.retry_after
        return self._pace.rest

    async def recheck(self) -> int:
        """Look once more at what was tried twice; return how much that was.

        The second of two copies is removed, and a view is edited again: an edit that was given up
        may have landed late, on top of a newer one.
        """
        by, lease = f"{self._worker}.look", timedelta(seconds=self._pace.lease)
        for done in range(MOST_RECHECKED):
            async with self._database.session() as session:
                item = await outbox.to_recheck(session, self._wall(), lease, by)
            if item is None:
                return done
            try:
                await self._recheck(item)
            except ChatError as error:
                log.warning("looking for a second copy of %s failed: %s", item.slot, error)
                later = self._in(await self._wait(item.team, error))
                async with self._database.session() as session:
                    await outbox.change(session, item.id, by=by, recheck_at=later)
        return MOST_RECHECKED

    async def _recheck(self, item: Pending) -> None:
        copies: Sequence[Posted] = ()
        if item.channel is not None and item.ts is not None:
            since = (item.tried_at or self._clock()) - EARLIER
            found = await self._chat.find(
                item.channel, {item.key}, since=since, thread_ts=item.thread_ts
            )
            copies = found.get(item.key, ())
        async with self._database.session() as session:
            hangs = await outbox.has_thread(session, item)
        kept = item.ts if hangs or not copies else copies[0].ts
        # The move comes first: Slack tells of the deletion at once.
        if kept != item.ts and not await self._move(item, kept):
            return
        for other in copies:
            if other.ts == kept or item.channel is None:
                continue
            log.warning("%s of %s stood twice; one is removed", item.slot, item.subject)
            with suppress(ChatGone):
                await self._chat.delete(item.channel, other.ts)
        async with self._database.session() as session:
            await outbox.rechecked(session, item, edit=item.kind == "view")

    async def _move(self, item: Pending, ts: str | None) -> bool:
        """Take the other copy for ours, and edit what links to it; False where it is not ours."""
        async with self._database.session() as session:
            moved = await outbox.move(session, item, ts)
            if moved and item.slot == "card":
                await messages.relink(session, item.team, item.subject)
        return moved

    def _in(self, seconds: float) -> datetime:
        return self._wall() + timedelta(seconds=seconds)

    async def _set(self, item: Pending, **values: object) -> None:
        async with self._database.session() as session:
            await outbox.settle(session, item, **values)


def _can_be_found(item: Pending) -> bool:
    return not item.target.startswith("ephemeral:")
