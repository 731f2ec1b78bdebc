"""Fetch iCal feeds over HTTP and keep the last good text, for when they can't be reached."""

from __future__ import annotations

import asyncio
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from escbot.services.ports import FeedText, NoFeed

WITHIN = 10.0  # seconds for one feed
LARGEST = 5_000_000  # bytes; a year of on-call shifts has some hundred thousand


class HttpFeed:
    """Feeds by address, with a directory for what was read last."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def read(self, address: str, now: datetime) -> FeedText:
        """Return a feed's text; blocks for up to ten seconds. Raises NoFeed."""
        kept = self._cache / (hashlib.sha256(address.encode()).hexdigest()[:24] + ".ics")
        try:
            text = asyncio.run(_get(address))
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            why = str(error) or type(error).__name__
            if not kept.exists():
                raise NoFeed(why) from error
            read_at = datetime.fromtimestamp(kept.stat().st_mtime, UTC)
            return FeedText(kept.read_bytes().decode(), read_at, why)
        self._keep(kept, text)
        return FeedText(text, now)

    def _keep(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(text.encode())
        os.replace(fresh, path)  # never half a feed, whenever the program is killed


async def _get(address: str) -> str:
    if not address.startswith(("https://", "http://")):
        raise ValueError("a feed's address begins with https://")
    timeout = ClientTimeout(total=WITHIN)
    async with ClientSession(timeout=timeout) as session, session.get(address) as answer:
        answer.raise_for_status()
        content = await answer.content.read(LARGEST + 1)
        while len(content) <= LARGEST and (more := await answer.content.read(LARGEST + 1)):
            content += more
    if len(content) > LARGEST:
        raise ValueError(f"it has more than {LARGEST // 1_000_000} MB")
    text = content.decode("utf-8", errors="strict")
    if "BEGIN:VCALENDAR" not in text[:1000]:
        raise ValueError("it is not an iCal calendar")
    return text
