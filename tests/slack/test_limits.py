"""Slack's limits of each kind of text: whole at the limit, cut with an ellipsis one over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from escbot.slack.blocks import base, forms
from escbot.workspace.rules import problems, view_problems

Block = dict[str, Any]


def _picked(option: Block) -> Block:
    select = {"type": "static_select", "action_id": "a", "options": [option]}
    return {"type": "actions", "elements": [select]}


TEXTS: dict[str, tuple[int, Callable[[str], Block], Callable[[Block], str]]] = {
    "a headline": (150, base.header, lambda block: block["text"]["text"]),
    "a section": (3000, base.section, lambda block: block["text"]["text"]),
    "small print": (3000, base.context, lambda block: block["elements"][0]["text"]),
    "a fact": (
        2000 - len("*Who*\n"),
        lambda text: base.fields([("Who", text)]),
        lambda block: block["fields"][0]["text"].removeprefix("*Who*\n"),
    ),
    "a choice": (
        75,
        lambda text: _picked(base.option("v", text)),
        lambda block: block["elements"][0]["options"][0]["text"]["text"],
    ),
    "a choice's description": (
        75,
        lambda text: _picked(base.option("v", "A choice", text)),
        lambda block: block["elements"][0]["options"][0]["description"]["text"],
    ),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_is_whole_at_its_limit_and_cut_one_over(kind: str) -> None:
    limit, block, shown = TEXTS[kind]
    whole = "é" * limit
    for text, expected in ((whole, whole), (whole + "é", whole[:-1] + "…")):
        made = block(text)
        assert list(problems([made], most=50, where="message")) == []
        assert shown(made) == expected


def test_a_title_is_whole_at_its_limit_and_cut_one_over() -> None:
    whole = "é" * 24
    for text, expected in ((whole, whole), (whole + "é", whole[:-1] + "…")):
        made = forms.done(text, "Done")
        assert view_problems(made) == []
        assert made["title"]["text"] == expected
