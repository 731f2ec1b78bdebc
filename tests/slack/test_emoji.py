"""Emoji that the bot writes are drawn by the local workspace too, not left as `:name:`."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "escbot"
WRITTEN = re.compile(r'[" ]:([a-z][a-z0-9_+-]+):(?=[" ])')


def test_the_workspace_draws_every_emoji_that_the_bot_writes() -> None:
    page = (SOURCE / "workspace" / "page" / "emoji.js").read_text("utf-8")
    drawn = set(re.findall(r'(?:^|[{,]) *"?([a-z0-9_+-]+)"?: ', page, re.MULTILINE))
    folders = (SOURCE / "slack", SOURCE / "words", SOURCE / "defaults")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    written = {
        name
        for path in files
        if path.suffix in {".py", ".yaml"}
        for name in WRITTEN.findall(path.read_text("utf-8"))
    }
    assert {"repeat", "seedling", "red_circle"} <= written
    assert written <= drawn
