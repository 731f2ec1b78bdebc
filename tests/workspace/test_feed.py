"""What a page is sent: everything once, then only what changed, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from escbot.workspace.feed import Watcher
from escbot.workspace.workspace import Workspace
from tests.make import NOW


@pytest.fixture
async def place() -> AsyncIterator[Workspace]:
    workspace = Workspace(start=NOW)
    workspace.clock.pause()
    workspace.add_user("U01", "Dana")
    workspace.add_user("U02", "Sam")
    workspace.add_channel("general")
    workspace.add_channel("quiet")
    await workspace.start()
    yield workspace
    await workspace.stop()


async def test_a_page_gets_everything_once_and_then_what_changed(place: Workspace) -> None:
    general = place.state.channel("general").id
    first = await place.person("U02").say("general", "Before")
    address = f"{place.url}/feed?as=U01"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as page:
        everything = await page.receive_json(timeout=5)
        assert everything["fresh"]
        assert f"messages/{general}/{first.ts}" in everything["parts"]
        second = await place.person("U02").say("general", "After")
        update = await page.receive_json(timeout=5)
        assert not update["fresh"]
        assert set(update["parts"]) == {f"channels/{general}", f"messages/{general}/{second.ts}"}
        place.delete(first)
        update = await page.receive_json(timeout=5)
        assert update["gone"] == [f"messages/{general}/{first.ts}"]


async def test_a_page_that_is_read_slowly_misses_nothing(place: Workspace) -> None:
    general = place.state.channel("general").id
    page = SlowPage()
    watcher = Watcher(place, page, "U01")  # type: ignore[arg-type]
    place.state.changed = watcher.changed.set
    running = asyncio.create_task(watcher.run())
    await page.begun.wait()
    said = await place.person("U02").say("general", "While it was being written to")
    page.read.set()
    async with asyncio.timeout(5):
        everything, update = await page.got.get(), await page.got.get()
    assert everything["fresh"]
    assert f"messages/{general}/{said.ts}" in update["parts"]
    running.cancel()


class SlowPage:
    """A socket whose other end doesn't read before it is told to."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.begun, self.read = asyncio.Event(), asyncio.Event()

    async def send_str(self, text: str) -> None:
        self.begun.set()
        await self.read.wait()
        self.got.put_nowait(json.loads(text))
