"""Nothing a person writes can mention, link or format."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from escbot.slack.escape import clean, one_line, safe


@given(st.text())
def test_no_token_of_slack_survives(text: str) -> None:
    shown = safe(text)
    assert not re.search(r"[<>]", shown)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", shown)
    assert "`" not in shown.replace("\u200b`\u200b", "")
    assert not re.search(r"(?m)^\s*&gt;", shown)


@given(st.text(), st.integers(min_value=1, max_value=200))
def test_a_text_is_never_longer_than_asked(text: str, longest: int) -> None:
    assert len(clean(text, longest)) <= longest
    assert "\n" not in one_line(text, longest)


def test_formatting_is_taken_apart() -> None:
    assert "*bold*" not in safe("*bold*")
    assert safe("up \u202enwod") == "up nwod"  # nothing turns the words around
    assert safe("a\x00\x07b") == "ab"
    assert safe("> quoted") == "\u200b&gt; quoted"
    assert safe("<!channel>") == "&lt;!channel&gt;"
