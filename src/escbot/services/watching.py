"""Notice that the policy or the roster changed: in their files, their feeds, or by `activate`."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from escbot.services.admins import tell_admins
from escbot.services.files import FileError, Files, NotReadable, Reader
from escbot.services.library import Library
from escbot.store.database import Database

log = logging.getLogger(__name__)

FEEDS_EVERY = timedelta(minutes=15)  # machine time between two reads of the same feeds


class Watch:
    """Looks at the files now and then. A broken new file is reported and the old one stays."""

    def __init__(
        self,
        reader: Reader,
        library: Library,
        database: Database,
        *,
        clock: Callable[[], datetime],
        wall: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self._reader = reader
        self._library = library
        self._database = database
        self._clock = clock
        self._wall = wall
        self._new_key = new_key
        self._used: tuple[str, ...] | None = None
        self._seen: tuple[str, ...] | None = None
        self._read_at = wall()
        self.trouble: str | None = None  # why the newest files are not in use

    async def look(self) -> int:
        """Take what changed; return 1 where something did."""
        found = await self._library.follow(self._database, self._clock())
        if found is not None:
            log.info("policy %s is active now", found)
        texts = await asyncio.to_thread(self._texts)
        if self._used is None:
            self._used = self._seen = texts
        settled, self._seen = texts == self._seen, texts
        old = self._wall() - self._read_at >= FEEDS_EVERY
        # A file that still changes is perhaps half written: look again before reading it.
        if not settled or (texts == self._used and not old):
            return int(found is not None)
        self._used, self._read_at = texts, self._wall()
        try:
            files = await asyncio.to_thread(self._reader.read, self._clock())
        except (FileError, NotReadable) as error:
            await self._report(str(error))
            return int(found is not None)
        await self._take(files)
        return 1

    async def _take(self, files: Files) -> None:
        before = self._library.current.version, self._library.roster
        await self._library.take(self._database, files, self._clock())
        for sentence in files.stale:
            log.warning(sentence)
        self.trouble = files.stale[0] if files.stale else None
        if before != (self._library.current.version, self._library.roster):
            log.info("the policy is %s now", self._library.current.version)

    async def _report(self, sentence: str) -> None:
        if sentence == self.trouble:
            return
        self.trouble = sentence
        log.error("the new files are not used: %s", sentence)
        day = self._wall().date().isoformat()
        digest = hashlib.sha256(sentence.encode()).hexdigest()[:12]
        await tell_admins(
            self._database,
            self._library.roster,
            "files_broken",
            {"sentence": sentence},
            subject=f"files:{digest}:{day}",
            wall=self._wall,
            new_key=self._new_key,
        )

    def _texts(self) -> tuple[str, ...]:
        try:
            return (self._reader.policy_text()[0], self._reader.roster_text()[0])
        except NotReadable as error:
            return (str(error),)
