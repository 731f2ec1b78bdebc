"""The workspace serves any bot: as a program, and as a pytest plugin."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.__main__ import main
from tests.workspace.conftest import a_manifest

A_TEST = """
from slack_sdk.web.async_client import AsyncWebClient

async def post(workspace, text):
    env = workspace.environment()
    client = AsyncWebClient(env["SLACK_BOT_TOKEN"], env["SLACK_API_URL"], retry_handlers=[])
    return await client.chat_postMessage(channel="general", text=text)

async def test_well(slack_workspace):
    await post(slack_workspace, "hello")
    assert slack_workspace.messages("general")[0].text == "hello"

async def test_refused(slack_workspace):
    try:
        await post(slack_workspace, "")
    except Exception as error:
        assert "no_text" in str(error)
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    file = tmp_path / "app.json"
    file.write_text(json.dumps(a_manifest()))
    return file


async def test_as_a_program(manifest: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "escbot.workspace", "--manifest", str(manifest), "--port", "0",
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    said = [(await program.stdout.readline()).decode().strip() for _ in range(5)]
    env = dict(line.split("=", 1) for line in said[1:])
    client = AsyncWebClient(env["SLACK_BOT_TOKEN"], env["SLACK_API_URL"], retry_handlers=[])
    assert (await client.auth_test())["team"] == "Demo"
    assert [c["name"] for c in (await client.conversations_list())["channels"]] == [
        "general",
        "random",
    ]
    program.terminate()
    await program.wait()


def test_a_wrong_manifest_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "app.json"
    file.write_text(json.dumps(a_manifest(scopes=["chat:write"], events=["app_mention"])))
    assert main(["--manifest", str(file)]) == 2
    told = capsys.readouterr().err
    assert "commands and shortcuts need the scope commands" in told
    assert "the event app_mention needs the scope app_mentions:read" in told
    assert main(["--manifest", str(tmp_path / "nowhere.json")]) == 2
    assert "can't be read" in capsys.readouterr().err


def test_as_a_pytest_plugin(manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "test_bot.py").write_text(A_TEST)
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "escbot.workspace.pytest_plugin",
            "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "-o",
            "asyncio_default_fixture_loop_scope=function", "--slack-manifest", str(manifest),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert "1 error" in done.stdout
    assert "chat.postMessage: " in done.stdout
