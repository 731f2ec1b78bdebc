"""Every reader of what Slack sends: any payload reads as values of the right type, or as empty."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escbot.core.decide import Refused
from escbot.slack import ids, payloads
from escbot.slack.blocks.memo import Memo, read_memo
from escbot.slack.escape import clean, one_line, safe
from escbot.slack.grammar import FORMS, Verb, parse
from escbot.slack.listeners.reading import facts_of
from tests.fuzz import samples
from tests.fuzz.conftest import FUZZ
from tests.fuzz.inputs import junk, spoiled, words

READERS = (
    payloads.slash_command, payloads.shortcut, payloads.click, payloads.form, payloads.reaction,
    payloads.said, payloads.home_opened, payloads.user_changed, payloads.suggestion,
    payloads.team_of, payloads.actors_team, payloads.event_key, payloads.inputs_of,
    payloads.modal_of,
)  # fmt: skip
LOUD = ("<", ">", "\x00", "\x1b", "\u2028")
MOST = 2**31


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_every_payload_reads_as_values(reader: Any) -> None:
    @settings(FUZZ)
    @given(spoiled(samples.ALL) | junk.filter(lambda value: isinstance(value, dict)))
    def reads(body: Any) -> None:
        for value in _flat(reader(body)):
            assert isinstance(value, str | int | float | bool | None), value

    reads()


def _flat(value: object) -> list[object]:
    if dataclasses.is_dataclass(value):
        return [
            one for field in dataclasses.fields(value) for one in _flat(getattr(value, field.name))
        ]
    if isinstance(value, dict):
        return [one for inner in value.values() for one in _flat(inner)]
    if isinstance(value, tuple):
        return [one for inner in value for one in _flat(inner)]
    return [value]


@settings(FUZZ)
@given(spoiled((samples.SUBMITTED, samples.CHOSEN)))
def test_every_form_reads_as_facts_or_names_the_field_that_is_missing(body: Any) -> None:
    form = payloads.form(body)
    missing = None
    try:
        facts_of(form)
    except Refused as refused:
        missing = refused.because.values["field"]
    assert missing in (None, ids.KIND, ids.IMPACT)


@settings(FUZZ)
@given(words | st.lists(st.integers(0, 99), max_size=4).map(lambda n: "|".join(map(str, n))))
def test_every_value_of_a_button_reads_as_a_case_that_a_database_can_look_for(value: str) -> None:
    number, seen, ping = payloads.case_reference(value)
    for found in (number, seen or 0, ping or 0):
        assert 0 <= found < MOST


@settings(FUZZ)
@given(words | st.builds(Memo, number=st.integers(0, 9), text=words).map(lambda m: m.dump(3000)))
def test_every_memo_of_a_form_reads(text: str) -> None:
    assert isinstance(read_memo(text), Memo)


_TYPED = st.sampled_from([*get_args(Verb), "ESC-1", "esc-", "until 14:00", "25:99", "P1", "٣"])


@settings(FUZZ)
@given(st.lists(_TYPED | words, max_size=4).map(" ".join))
def test_every_slash_text_is_a_known_word_in_its_form_or_a_summary(text: str) -> None:
    typed = parse(text, ["payments"])
    assert typed.verb in get_args(Verb)
    if typed.verb == "new":
        assert typed.text == text.strip()
    if typed.verb == "wrong":
        assert typed.text in FORMS.values()
    if typed.number is not None:
        assert 0 <= typed.number < MOST


@settings(FUZZ)
@given(st.text(st.characters(), max_size=200) | words)
def test_no_text_mentions_links_or_controls(text: str) -> None:
    for shown in (safe(text, 100), safe(one_line(text))):
        assert not any(loud in shown for loud in LOUD)
    assert len(clean(text, 100)) <= 100
    shown = safe(text)
    assert all(f"\u200b{mark}\u200b" in shown for mark in "*_~`" if mark in shown)
