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
    assert "\x00" not in shown


@given(st.text(), st.integers(min_value=1, max_value=200))
def test_a_text_is_never_longer_than_asked(text: str, longest: int) -> None:
    assert len(clean(text, longest)) <= longest
    assert "\n" not in one_line(text, longest)


def test_formatting_is_taken_apart() -> None:
    assert "*bold*" not in safe("*bold*")
    assert safe("<!channel>") == "&lt;!channel&gt;"
