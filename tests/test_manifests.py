"""The manifests are made from the code, ask for what is used, and keep Slack's limits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from escbot.slack.manifest import EVENTS, SCOPES, manifest, text
from escbot.workspace.scopes import SCOPES as NEEDED

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "url"), [("socket-mode", None), ("http", "https://escbot.example.com")]
)
def test_the_files_are_made_from_the_code(name: str, url: str | None) -> None:
    assert (ROOT / "manifests" / f"{name}.json").read_text("utf-8") == text(url)


def test_the_limits_are_kept() -> None:
    made = manifest("https://escbot.example.com")
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    features = made["features"]
    assert len(features["shortcuts"]) <= 5
    assert all(len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in features["shortcuts"])
    assert all(len(c["command"]) <= 32 for c in features["slash_commands"])
    assert len(EVENTS) <= 100
    json.dumps(made)


def test_every_method_called_has_its_scope() -> None:
    calls: set[str] = set()
    for path in (ROOT / "src/escbot/slack").rglob("*.py"):
        found = re.findall(
            r"client\.((?:chat|conversations|users|reactions)_\w+)", path.read_text()
        )
        calls |= {name.replace("_", ".", 1) for name in found}
    assert calls
    for call in calls:
        assert set(NEEDED.get(call, ())) & set(SCOPES) or call not in NEEDED, call
