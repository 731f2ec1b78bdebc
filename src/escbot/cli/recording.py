"""Leave what a story showed: the transcript, and a picture of everything that it promised."""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from escbot.workspace.workspace import Workspace

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1280, "height": 900}
TRIES = 3
WITHIN = 5000  # milliseconds until a part of the page must be there
NO_PICTURES = "No pictures: they need playwright and Chromium."


@dataclass(frozen=True, slots=True)
class Place:
    """Something to look at: `kind` is card, thread, channel, direct or only_you."""

    kind: str
    name: str  # a channel's name, or what the picture is called after
    person: str  # as whom, a Slack id
    case: int = 0

    @property
    def title(self) -> str:
        """The end of the picture's name."""
        return f"{self.kind}-{self.case or self.name}".lower().replace("_", "-")


class Camera:
    """A browser beside the story; without one it takes no pictures and says so."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        offset = workspace.clock.now().utcoffset() or timedelta(0)
        hours = round(offset.total_seconds() / 3600)
        self._zone = f"Etc/GMT{-hours:+d}" if hours else "UTC"  # the story's own time
        self._w = workspace
        self._folder = folder
        self._page: Any = None
        self._fault: type[Exception] = OSError
        self._stack = AsyncExitStack()
        self._last: Place | None = None
        self.notes: list[str] = []
        self.pictures: list[Path] = []

    async def __aenter__(self) -> Camera:
        self._folder.mkdir(parents=True, exist_ok=True)
        browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        try:
            driver: Any = importlib.import_module("playwright.async_api")
        except ImportError:
            browser = None
        if browser is None:
            self.notes.append(NO_PICTURES)
            return self
        playwright = await self._stack.enter_async_context(driver.async_playwright())
        opened = await playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        self._stack.push_async_callback(opened.close)
        self._page = await opened.new_page(viewport=SIZE, timezone_id=self._zone)
        self._page.set_default_timeout(WITHIN)
        self._fault = driver.Error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def turned_away(self) -> None:
        """Something happened: the next picture of the same place shows something new."""
        self._last = None

    async def shoot(self, place: Place) -> None:
        """Take a picture of a place, once until something happens there."""
        if self._page is None or place == self._last:
            return
        self._last = place
        for left in reversed(range(TRIES)):
            try:
                await self._show(place)
                break
            except self._fault as error:  # the page draws itself anew on every change
                if not left:
                    why = str(error).splitlines()[0]
                    self.notes.append(f"No picture of {place.title}: {why}")
                    return
        path = self._folder / f"{len(self.pictures) + 1:02}-{place.title}.png"
        await self._page.screenshot(path=path)
        self.pictures.append(path)

    async def _show(self, place: Place) -> None:
        page = self._page
        await page.goto(f"{self._w.url}/?as={place.person}")
        side = page.get_by_role("navigation", name="Workspace")
        wanted = "escbot" if place.kind == "direct" else place.name
        exact = re.compile(rf"^\W*{re.escape(wanted)}([\s,].*)?$")
        await side.get_by_role("button", name=exact).first.click()
        if place.case:
            card = page.locator("main article", has_text=f"ESC-{place.case}").last
            await card.wait_for()
            if place.kind == "thread":
                await card.get_by_role("button", name="replies").click()
                await page.get_by_role("region", name="Thread").wait_for()
        await page.mouse.move(0, 0)
        await page.evaluate("() => document.fonts.ready.then(() => true)")

    def write(self, lines: Sequence[str]) -> Path:
        """Write the transcript."""
        path = self._folder / "transcript.txt"
        more = ["", *self.notes] if self.notes else []
        path.write_text("\n".join([*lines, *more]) + "\n", "utf-8")
        return path
