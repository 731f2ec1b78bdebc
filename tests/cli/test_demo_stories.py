"""The demo's stories, played to their ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.demo import perform
from escbot.cli.main import app
from escbot.cli.storyfile import NAMES, packaged, read_play
from escbot.services.files import FileError


@pytest.mark.parametrize("name", NAMES)
async def test_everything_a_story_promises_is_seen(name: str, tmp_path: Path) -> None:
    play = read_play(packaged(name), name)
    assert await perform(play, None, None, tmp_path if name == "vip" else None) == 0
    if name == "vip":
        assert "Zoe owns the account" in (tmp_path / "transcript.txt").read_text()


async def test_a_promise_that_is_not_kept_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escbot.cli.player.WITHIN", 0.5)
    text = packaged("outage").replace("is asked to take it", "is solved by magic")
    assert await perform(read_play(text, "magic"), None, None, None) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("about: x\nsteps: [{as: Dana}]", "a step has one of"),
        ("about: x\nsteps: [{wait: soon}]", "`wait`"),
        ("about: x\nstart: now\nsteps: []", "write `start` like"),
        ("about: x\nsteps: [{as: Dana, escalate: {custmer: Acme}}]", "Did you mean `customer`?"),
    ],
)
def test_a_story_that_cannot_be_read_says_where(text: str, says: str) -> None:
    with pytest.raises(FileError, match=says):
        read_play(text, "mine.yaml")


def test_a_story_that_is_not_there_gets_one_sentence() -> None:
    done = CliRunner().invoke(app, ["demo", "--story", "nowhere.yaml", "--headless"])
    assert done.exit_code == 2
    assert "take one of: outage" in done.stderr
