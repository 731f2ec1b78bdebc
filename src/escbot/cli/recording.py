"""Leave what a story showed: the transcript, and pictures where a browser is found."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

from escbot.workspace.workspace import Workspace

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHANNELS = ("escalations", "esc-managers")


def _transcript(folder: Path, lines: list[str], *, pictures: bool) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    more = [] if pictures else ["", "No pictures: they need playwright and Chromium."]
    path = folder / "transcript.txt"
    path.write_text("\n".join([*lines, *more]) + "\n", "utf-8")
    return path


async def keep(workspace: Workspace, folder: Path, lines: list[str]) -> list[Path]:
    """Write the transcript and one picture of each channel; return what was written."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    try:
        driver: Any = importlib.import_module("playwright.async_api")
    except ImportError:
        browser = None
    transcript = _transcript(folder, lines, pictures=browser is not None)
    if browser is None:
        return [transcript]
    written = [transcript]
    async with driver.async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = await opened.new_page(viewport={"width": 1280, "height": 900})
        for channel in CHANNELS:
            await page.goto(f"{workspace.url}/?as=U01")
            await page.get_by_role("button", name=channel).click()
            replies = page.get_by_role("button", name="replies")
            if channel == "escalations" and await replies.count():
                await replies.last.click()
            await page.wait_for_timeout(300)
            path = folder / f"{channel}.png"
            await page.screenshot(path=path)
            written.append(path)
        await opened.close()
    return written
