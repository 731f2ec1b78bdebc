"""The demo's stories, played to their ends."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from escbot.cli.demo import TITLES, greeting, people, perform
from escbot.cli.main import app
from escbot.cli.recording import BROWSERS
from escbot.cli.storyfile import NAMES, packaged, read_play
from escbot.cli.transcript import Paper, readable
from escbot.services.files import FileError
from escbot.services.policyfile.levels import ROLES
from escbot.workspace.workspace import Workspace
from tests.make import a_roster

CHROMIUM = any(shutil.which(name) for name in BROWSERS)


@pytest.mark.parametrize("name", NAMES)
async def test_everything_a_story_promises_is_seen(name: str, tmp_path: Path) -> None:
    play = read_play(packaged(name), name)
    assert await perform(play, None, None, tmp_path if name == "vip" else None) == 0
    if name == "vip":
        transcript = (tmp_path / "transcript.txt").read_text()
        assert "Zoe owns the account" in transcript
        assert "escbot in #esc-managers" in transcript
        if CHROMIUM:
            assert "01-card-1.png" in pictures(tmp_path), transcript
            assert "02-channel-esc-managers.png" in pictures(tmp_path), transcript


def pictures(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.png"))


def test_everybody_who_can_be_acted_as_has_a_role_beside_the_name() -> None:
    workspace = Workspace()
    people(workspace, a_roster())
    titles = {user.name: user.title for user in workspace.state.users.values() if not user.is_bot}
    assert titles["Ada"] == "Admin"
    assert all(titles.values())
    assert set(TITLES) == set(ROLES)


async def test_a_promise_that_is_not_kept_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escbot.cli.player.WITHIN", 0.5)
    text = packaged("outage").replace("is asked to take it", "is solved by magic")
    assert await perform(read_play(text, "magic"), None, None, None) == 1


STEP = "about: x\nsteps:\n  - "
ESCALATED = "{as: Dana, escalate: {customer: A, summary: B, kind: Minor issue, impact: One user"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (STEP + "{as: Dana}", r":3:5: a step has one of"),
        (STEP + "{wait: soon}", r":3:12: `wait` must be a duration"),
        (STEP + "{click: Resolve}", r":3:5: a step lacks `as`"),
        (STEP + "{as: Dana, clik: Resolve}", r":3:16: a step has no `clik`. Did you mean `click`"),
        (STEP + "{as: Dana, escalate: {custmer: Acme}}", "Did you mean `customer`?"),
        (STEP + ESCALATED + ", also: [VIP]}}", r":3:\d+: `also` has no `VIP`; use one of: Work"),
        (STEP + "{expect: {says: x}}", r":3:14: `expect` looks at one of: card"),
        (STEP + "{expect: {card: 1}}", r":3:14: `expect` needs `says` or `not`"),
        (STEP + "{expect: {card: none, says: x}}", r":3:21: `card` must be a whole number"),
        (STEP + "{as: Dana, fill: Resolve}", r":3:22: `fill` must be a mapping"),
        ("about: x\nstart: now\nsteps: []", r":2:8: write `start` like"),
        ("about: x\npeople: {U05: {shoes: 3}}\nsteps: []", "`U05` has no `shoes`"),
        ("about: x\nsteps: [", r":\d+:\d+: this is not YAML"),
        ("about: x\nsteps: []", r":2:8: write at least one step"),
        ("about: x", r":1:1: the story lacks `steps`"),
    ],
)
def test_a_story_that_cannot_be_read_says_where(text: str, says: str) -> None:
    with pytest.raises(FileError, match=says):
        read_play(text, "mine.yaml")


async def test_a_form_that_nobody_opened_fails_the_story_in_one_sentence() -> None:
    text = "about: x\nsteps:\n  - {as: Dana, fill: {Customer: Acme}}\n"
    assert await perform(read_play(text, "mine"), None, None, None) == 1


def test_a_story_that_is_not_there_gets_one_sentence() -> None:
    done = CliRunner().invoke(app, ["demo", "--story", "nowhere.yaml", "--headless"])
    assert done.exit_code == 2
    assert "take one of: outage" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--record", "pictures"], "--record goes with --headless"),
        (["--policy", "nowhere.yaml"], "nowhere.yaml can't be read"),
        (["--speed", "0"], "--speed"),
        (["--port", "70000"], "--port"),
        (["--host", "203.0.113.7"], "Nothing can listen on port 8330 of 203.0.113.7"),
        (["--host", "no such host"], "Choose another: --host, --port"),
        (["--story", "none", "--headless"], "--headless needs a story"),
    ],
)
def test_what_can_not_be_played_gets_one_sentence(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["demo", *arguments])
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


async def test_somebody_the_roster_lacks_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    text = "about: x\npeople: {U77: {capacity: 2}}\nsteps:\n  - {wait: 1m}\n"
    with pytest.raises(typer.Exit):
        await perform(read_play(text, "mine"), None, None, None)
    assert "nobody with the id U77" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "warns"),
    [("127.0.0.1", ""), ("::1", ""), ("0.0.0.0", "every address"), ("10.0.0.7", "on 10.0.0.7")],
)
def test_who_else_can_reach_it_is_said(host: str, warns: str) -> None:
    said = greeting("http://127.0.0.1:8330", host, 60)
    assert "http://127.0.0.1:8330" in said
    assert ("act as anybody" in said) == bool(warns)
    assert warns in said


def test_the_transcript_fits_eighty_columns_and_says_each_minute_once() -> None:
    workspace = Workspace(start=datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    workspace.clock.pause()
    workspace.add_user("U05", "Priya")
    console = Console(width=80, file=io.StringIO())
    paper = Paper(workspace, console)
    ends = int(datetime(2026, 11, 24, 10, 15, tzinfo=UTC).timestamp())
    asked = f"*<@U05>* is asked :eyes:, answer by <!date^{ends}^{{time}}|some time>. " + "why " * 20
    paper.write("— Nobody can pay.", "note")
    paper.write(readable(asked, workspace), "posts")
    lines = paper.lines
    assert lines[0] == "Tue 10:00  — Nobody can pay."
    assert lines[1].startswith("             @Priya is asked 👀, answer by 10:15. why why")
    assert len(lines) > 2
    assert all(len(line) <= 80 and not line.startswith("Tue") for line in lines[1:])
