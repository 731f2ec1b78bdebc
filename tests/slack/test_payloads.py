"""What people wrote, as they typed it, whatever Slack made of it on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.slack import payloads
from escbot.slack.escape import code, escape, safe


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("takes &gt; 5 s &amp; fails", "takes > 5 s & fails"),
        ("&amp;lt; is how HTML says it", "&lt; is how HTML says it"),
        ("see <https://x.example/a_b|the page>", "see the page (https://x.example/a_b)"),
        ("see <https://x.example/?a=1&amp;b=2>", "see https://x.example/?a=1&b=2"),
        ("<https://x.example|https://x.example>", "https://x.example"),
        ("<http://x.example/|x.example>", "http://x.example/"),
        ("<mailto:sam@x.example|sam@x.example>", "sam@x.example"),
        ("<#C1|general> and <#C1|>", "#general and #C1"),
        ("<!here> <!subteam^S1|@leads>", "@here @leads"),
        ("<!date^1700000000^{date}|14 November>", "14 November"),
        ("<@U05> and <@U06|priya> know", "<@U05> and <@U06|priya> know"),
        ("a < b > c <> <|>", "a < b > c <> <|>"),
    ],
)
def test_a_message_reads_as_it_was_typed(sent: str, typed: str) -> None:
    message = {"text": sent, "ts": "1.0"}
    assert payloads.slash_command({"text": sent}).text == typed
    assert payloads.shortcut({"message": message}).text == typed
    assert payloads.said({"event": message}).text == typed
    assert payloads.first_of({"messages": [message]})[0] == typed


@given(st.text(alphabet="a &<>;!@#|U05lgtmp") | st.text())
def test_what_was_typed_comes_back_and_can_not_act(text: str) -> None:
    assert payloads.unescaped(escape(text)) == text
    for shown in (safe(payloads.unescaped(text)), code(payloads.unescaped(text))):
        assert "<" not in shown
        assert ">" not in shown


def test_who_types_a_call_to_everybody_calls_nobody() -> None:
    typed = payloads.unescaped("&lt;!channel&gt; &lt;@U05&gt; &amp;lt;!here&amp;gt;")
    assert typed == "<!channel> <@U05> &lt;!here&gt;"
    assert safe(typed) == "&lt;!channel&gt; &lt;@U05&gt; &amp;lt;!here&amp;gt;"


def test_people_are_named_where_they_were_mentioned() -> None:
    named = payloads.with_names(
        "<@U05> and <@U06|priya> know @U07", {"U05": "Ana", "U06": "Bo"}.__getitem__
    )
    assert named == "@Ana and @Bo know @U07"
