"""What follows `/escalate`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.slack.grammar import Typed, parse


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("mine", Typed("mine")),
        ("  LIST ", Typed("list")),
        ("status ESC-7", Typed("status", 7)),
        ("why 7", Typed("why", 7)),
        ("status esc", Typed("wrong", text="/escalate status ESC-7")),
        ("away until 14:05", Typed("away", until=(14, 5))),
        ("away until noon", Typed("wrong", text="/escalate away until 14:00")),
        ("load balancer down", Typed("new", text="load balancer down")),
        ("why is login down", Typed("new", text="why is login down")),
        ("", Typed("new")),
    ],
)
def test_known_words_in_their_form(text: str, typed: Typed) -> None:
    assert parse(text) == typed


@given(st.text())
def test_any_text_is_understood_as_something(text: str) -> None:
    assert parse(text).verb
