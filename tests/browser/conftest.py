"""Debian's Chromium, driven by Playwright, and a workspace with a small app in it.

One browser serves all tests of a worker; each test has a workspace and pages of its own.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.model import Message
from escbot.workspace.workspace import Workspace
from tests.browser.app import MANIFEST, listen, listen_to_forms
from tests.make import NOW
from tests.stories.conftest import World, a_world

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENT = 20_000  # milliseconds: other programs may be using the machine
WIDE = {"width": 1280, "height": 800}
Open = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests of this folder share one event loop, and with it one browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.browser)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium found: install the chromium package")
    expect.set_options(timeout=PATIENT)
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        opened = await playwright.chromium.launch(executable_path=found, args=arguments)
        yield opened
        await opened.close()


@pytest.fixture
def faults() -> list[str]:
    """Return what went wrong in the pages of a test."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, faults: list[str]) -> AsyncIterator[Open]:
    """Open pages in a browser profile of their own; a script error in any fails the test."""
    contexts = []

    async def opened(address: str, **options: Any) -> Page:
        context = await browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENT)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        await page.goto(address)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert faults == []


@dataclass
class Room:
    """A workspace with people, and an app that remembers what it was sent."""

    workspace: Workspace
    client: AsyncWebClient
    open_page: Open
    faults: list[str] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    channels: int = 0

    async def page(self, who: str = "U01", **options: Any) -> Page:
        """Open the page as somebody."""
        return await self.open_page(f"{self.workspace.url}/?as={who}", **options)

    def forgive(self, words: str) -> None:
        """Expect an error in the page's console, and take it away."""
        expected = [fault for fault in self.faults if words in fault]
        assert expected
        self.faults[:] = [fault for fault in self.faults if words not in fault]

    async def channel(self, *members: str) -> str:
        """Make a fresh channel with the app in it, and return its name."""
        self.channels += 1
        name = f"room-{self.channels}"
        self.workspace.add_channel(name, [*members] or None)
        self.workspace.invite_app(name)
        return name

    def show(self, channel: str, *blocks: dict[str, Any], **more: Any) -> Message:
        """Let the app's message stand in a channel, whatever blocks it has."""
        place = self.workspace.state.channel(channel).id
        fields: dict[str, Any] = {"text": "", "is_bot": True, **more}
        ts = self.workspace.state.ts()
        message = Message(place, ts, self.workspace.bot, blocks=list(blocks), **fields)
        return self.workspace.state.add(message)

    async def heard(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """Wait for a payload of one kind whose first action has these values."""
        for _ in range(500):
            for payload in self.got:
                action = (payload.get("actions") or [payload])[0]
                if payload.get("type") == kind and all(
                    action.get(key) == value for key, value in wanted.items()
                ):
                    return payload
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {kind} with {wanted} among {[p.get('type') for p in self.got]}")


@pytest_asyncio.fixture(loop_scope="session")
async def running() -> AsyncIterator[tuple[Workspace, AsyncWebClient, list[dict[str, Any]]]]:
    """Run a workspace with its app."""
    # Not about Slack's three seconds: the app may be slow where the machine is busy.
    workspace = Workspace(start=NOW, pace=20.0, patience=10.0)
    workspace.clock.pause()
    people = (("U01", "Dana", "Support agent"), ("U02", "Sam", ""), ("U03", "Priya", "Specialist"))
    for id_, name, title in people:
        workspace.add_user(id_, name, title=title, tz="Europe/Berlin")
    workspace.add_channel("general")
    app = workspace.install(MANIFEST)
    workspace.invite_app("general")
    await workspace.start()
    client = AsyncWebClient(app.bot_token, base_url=workspace.api_url)
    bolt = AsyncApp(client=client, signing_secret=app.signing_secret)
    got: list[dict[str, Any]] = []
    listen(bolt, got)
    listen_to_forms(bolt, got)
    handler = AsyncSocketModeHandler(bolt, app.app_token)
    await handler.connect_async()
    yield workspace, client, got
    await handler.close_async()
    await workspace.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def room(
    running: tuple[Workspace, AsyncWebClient, list[dict[str, Any]]],  # ends after the pages
    open_page: Open,
    faults: list[str],
) -> Room:
    workspace, client, got = running
    return Room(workspace, client, open_page, faults, got)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Run the real bot in a workspace, for the tests of one file."""
    async with a_world(tmp_path_factory.mktemp("world")) as made:
        yield made
