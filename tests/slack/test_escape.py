"""Nothing a person writes can mention, link or format."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from escbot.slack.escape import clean, code, one_line, pieces, safe


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


@given(st.text(alphabet="a &<>`*_\n!@") | st.text())
def test_a_code_block_holds_a_text_as_it_is_and_nothing_in_it_acts(text: str) -> None:
    shown = code(text)
    assert shown.startswith("```")
    assert shown.endswith("```")
    inside = shown[3:-3]
    assert "```" not in inside
    assert not re.search(r"^`|`\Z|[<>]|&(?!amp;|lt;|gt;)", inside)
    if "`" not in text:
        assert inside.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == clean(text)


@given(st.text(alphabet="a &<>\n"), st.integers(min_value=10, max_value=40))
def test_pieces_are_the_whole_text_and_no_entity_is_cut(text: str, longest: int) -> None:
    shown = code(text)[3:-3]
    cut = pieces(shown, longest)
    assert "".join(cut) == shown
    assert all(len(piece) <= longest for piece in cut)
    assert not any(re.search(r"&(?!amp;|lt;|gt;)", piece) for piece in cut)


def test_formatting_is_taken_apart() -> None:
    assert "*bold*" not in safe("*bold*")
    assert safe("up \u202enwod") == "up nwod"  # nothing turns the words around
    assert safe("a\x00\x07b") == "ab"
    assert safe("> quoted") == "\u200b&gt; quoted"
    assert safe("<!channel>") == "&lt;!channel&gt;"
