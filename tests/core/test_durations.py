"""Durations: what is read, what is refused, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.core.durations import format_duration, parse_duration, spell_duration

whole = st.integers(0, 10**8).map(lambda seconds: timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45s", 45),
        ("30m", 1800),
        ("4h", 14400),
        ("1d", 86400),
        ("2w", 1209600),
        ("4h10m", 15000),
        ("0h0m", 0),
        ("30h0m", 108000),
        ("1w2d3h4m5s", 788645),
        (" 90m ", 5400),
    ],
)
def test_reads_what_people_write(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", " ", "4", "h", "4 h", "-4h", "1.5h", "4h4h", "10m4h", "4H", "٤h", "9999999w", "1h" * 500],
)
def test_refuses_the_rest_with_one_short_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write it like") as caught:
        parse_duration(text)
    assert len(str(caught.value)) < 140


@given(whole)
def test_spelling_and_reading_are_inverse(duration: timedelta) -> None:
    assert parse_duration(spell_duration(duration)) == duration


@given(st.text(alphabet="wdhms0123456789", max_size=12))
def test_what_is_read_is_spelled_the_same_ever_after(text: str) -> None:
    try:
        duration = parse_duration(text)
    except ValueError:
        return
    assert parse_duration(spell_duration(duration)) == duration


def test_a_negative_duration_has_no_spelling() -> None:
    with pytest.raises(ValueError, match="negative"):
        spell_duration(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("text", "spelled", "shown"),
    [
        ("0h0m", "0m", "0 min"),
        ("90m", "1h30m", "1 h 30 min"),
        ("1d", "24h", "24 h"),
        ("80h", "80h", "80 h"),
        ("2w", "2w", "14 days"),
        ("30d", "30d", "30 days"),
        ("45s", "45s", "45 s"),
        ("90s", "1m30s", "1 min 30 s"),
        ("1h0m5s", "1h5s", "1 h"),
    ],
)
def test_spelled_for_files_and_shown_to_people(text: str, spelled: str, shown: str) -> None:
    assert spell_duration(parse_duration(text)) == spelled
    assert format_duration(parse_duration(text)) == shown


def test_late_is_shown_with_a_minus() -> None:
    assert format_duration(timedelta(minutes=-90)) == "−1 h 30 min"
    assert format_duration(timedelta(microseconds=-1)) == "0 min"
