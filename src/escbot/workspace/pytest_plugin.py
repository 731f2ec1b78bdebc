"""A pytest plugin: `pytest -p escbot.workspace.pytest_plugin --slack-manifest app.json`.

Fixtures: `slack_workspace`, a strict workspace that listens, with the app of the manifest in every
channel; `slack_manifest`, to be overridden where a test needs another one. A test fails where the
bot did what Slack would have refused.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from escbot.workspace.__main__ import filled
from escbot.workspace.manifest import problems
from escbot.workspace.model import Raw
from escbot.workspace.workspace import Workspace

PACE = 20.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting for the manifest's place."""
    group = parser.getgroup("slack")
    group.addoption("--slack-manifest", help="the app's manifest (JSON)")
    parser.addini("slack_manifest", "the app's manifest (JSON), from the root folder")


@pytest.fixture
def slack_manifest(pytestconfig: pytest.Config) -> Raw:
    """The app's manifest, from `--slack-manifest` or the setting `slack_manifest`."""
    place = pytestconfig.getoption("--slack-manifest") or pytestconfig.getini("slack_manifest")
    if not place:
        raise pytest.UsageError("say where the app's manifest is: --slack-manifest app.json")
    found: Raw = json.loads((pytestconfig.rootpath / Path(place)).read_text("utf-8"))
    return found


@pytest_asyncio.fixture
async def slack_workspace(slack_manifest: Raw) -> AsyncIterator[Workspace]:
    """A workspace with Ann, Bob and Cleo, #general and #random; limits twenty times shorter."""
    assert problems(slack_manifest) == []  # noqa: S101 - what a plugin is for
    made = filled(slack_manifest, ["Ann", "Bob", "Cleo"], ["general", "random"], PACE)
    await made.start()
    yield made
    await made.stop()
    assert made.refusals == []  # noqa: S101
