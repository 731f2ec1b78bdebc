"""Posts whose outcome is unknown: looked up by their keys, adopted, and freed of second copies.

One read of a channel's (or thread's) history settles everything that is lost there. Times are
machine time, except `tried_at`, which is on the chat's own clock.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from escbot.services.ports import Chat, ChatError, ChatGone, Posted
from escbot.store import messages
from escbot.store.database import Database
from escbot.store.messages import Pending

log = logging.getLogger(__name__)

LOOKS_BEFORE_REPOST = 2
EARLIER = timedelta(minutes=2)  # before a post was tried, for clocks that differ
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
        grace: float,
        rest: float,
    ) -> None:
        self._database = database
        self._chat = chat
        self._clock = clock
        self._wall = wall
        self._grace = grace  # seconds before an uncertain post is looked for, and between looks
        self._rest = rest  # seconds after a look that failed

    async def settle(self, items: Sequence[Pending]) -> None:
        """Look for posts whose answer was lost, or whose sender died."""
        places: dict[tuple[str, str | None], list[Pending]] = defaultdict(list)
        for item in items:
            if item.ts is not None or item.channel is None:
                await self._set(item, state="dirty")
            else:
                places[item.channel, item.thread_ts].append(item)
        for (channel, thread), lost in places.items():
            await self._settle_place(channel, thread, lost)

    async def _settle_place(self, channel: str, thread: str | None, lost: list[Pending]) -> None:
        since = min(item.tried_at or self._clock() for item in lost) - EARLIER
        keys = {item.key for item in lost}
        try:
            found = await self._chat.find(channel, keys, since=since, thread_ts=thread)
        except ChatError as error:
            log.warning("looking for %s posts in %s failed: %s", len(lost), channel, error)
            for item in lost:
                await self._set(item, state="uncertain", not_before=self._in(self._rest))
            return
        for item in lost:
            copies = found.get(item.key, ())
            if copies:
                async with self._database.session() as session:
                    await messages.sent(session, item.id, item.digest, channel, copies[0].ts)
            elif item.looks + 1 < LOOKS_BEFORE_REPOST:
                later = self._in(self._grace)
                await self._set(item, state="uncertain", looks=item.looks + 1, not_before=later)
            else:
                # It is posted again, and looked for once more a while after that.
                await self._set(
                    item, state="dirty", looks=0, not_before=self._wall(), reposted=True
                )

    async def recheck(self) -> int:
        """Look once more for what was posted again; remove the younger of two copies."""
        async with self._database.session() as session:
            due = await messages.to_recheck(session, self._wall(), MOST_RECHECKED)
        for item in due:
            try:
                await self._recheck(item)
            except ChatError as error:
                log.warning("looking for a second copy of %s failed: %s", item.slot, error)
                await self._set(item, recheck_at=self._in(self._rest))
        return len(due)

    async def _recheck(self, item: Pending) -> None:
        if item.channel is None or item.ts is None:
            await self._set(item, recheck_at=None)
            return
        since = (item.tried_at or self._clock()) - timedelta(hours=1)
        found = await self._chat.find(
            item.channel, {item.key}, since=since, thread_ts=item.thread_ts
        )
        copies: Sequence[Posted] = found.get(item.key, ())
        for younger in copies[1:]:
            log.warning("%s of %s stood twice; the younger is removed", item.slot, item.subject)
            try:
                await self._chat.delete(item.channel, younger.ts)
            except ChatGone:
                continue
        oldest = copies[0].ts if copies else item.ts
        await self._set(item, recheck_at=None, reposted=False, ts=oldest)

    def _in(self, seconds: float) -> datetime:
        return self._wall() + timedelta(seconds=seconds)

    async def _set(self, item: Pending, **values: object) -> None:
        async with self._database.session() as session:
            await messages.change(session, item.id, **values)
