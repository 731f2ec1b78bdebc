"""The policy file: every error in one sentence with line and column; nothing else gets out."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from escbot.services.policyfile import FileError, compile_policy, default_policy, default_text
from escbot.services.rosterfile import compile_roster, default_roster_text
from tests.make import NOW, a_policy


def problem(text: str) -> str:
    with pytest.raises(FileError) as error:
        compile_policy(text, name="policy.yaml", now=NOW)
    return str(error.value)


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('respond: "1h"', 'respnod: "1h"', "Did you mean `respond`?"),
        ('respond: "1h"', 'respond: "soon"', "must be a duration"),
        ("kind: outage", "kind: fire", "can be: outage"),
        ('emoji: ":red_circle:"', "emoji: [1]", "must be a text"),
        ("timezone: UTC", "timezone: Mars/Olympus", "is not a time zone"),
        ('{mon-fri: ["09:00-17:00"]}', '{mon-fry: ["09:00-17:00"]}', "is not a day"),
        ("09:00-17:00", "9-5", "is not a span of time"),
        ("start: 3", "start: 7", "must be a whole number"),
        ("calendar: support", "calendar: moon", "use one of"),
        ("We have opened {{ id }}", "We have opened {{ di }}", "there is no value `di`"),
        ('rest: "24h"', 'rest: "24h"\n  rest: "2h"', "stands here twice"),
        ("gated: []", "gated: [P1]", "never held up"),
        ("areas:", "areas: &a", "anchors are not used"),
    ],
)
def test_an_error_says_where_and_what_is_allowed(was: str, now: str, says: str) -> None:
    text = default_text()
    assert was in text
    said = problem(text.replace(was, now, 1))
    assert says in said
    assert said.startswith("policy.yaml:")
    assert "\n" not in said


def test_bombs_and_giants_are_refused_quickly() -> None:
    for text in ("[" * 100_000, "a: " + "x" * 1_000_000, "a: &a [*a, *a]", "", "\x00", "{"):
        assert problem(text)


@given(st.text(max_size=300))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    for content in (text, f"severities: {text}"):
        with contextlib.suppress(FileError):
            compile_policy(content, name="p", now=NOW)


@given(st.text(alphabet='peoplnamskti:[]{}-, \n"U01', max_size=120))
def test_any_roster_compiles_or_is_refused(text: str) -> None:
    with contextlib.suppress(FileError):
        compile_roster(f"people: {text}", name="r", policy=a_policy())


def test_the_version_is_of_the_content_alone() -> None:
    text = default_text()
    same = compile_policy(text + "\n# a comment\n", name="other.yaml", now=NOW)
    assert same.version == default_policy(NOW).version
    other = compile_policy(text.replace('"1h"', '"50m"', 1), name="p", now=NOW)
    assert other.version != same.version


def test_holidays_are_dates_around_now() -> None:
    text = default_text().replace(
        'support: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}',
        'support: {timezone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}, '
        "holidays: {country: DE, subdivision: BE}}",
    )
    closed = compile_policy(text, name="p", now=NOW).calendars["support"].closed
    assert {day.isoformat() for day in closed} >= {"2026-12-25", "2027-12-25", "2026-03-08"}


def test_what_is_printed_survives_another_yaml(tmp_path) -> None:
    plain = YAML(typ="safe", pure=True)
    data = plain.load(default_text())
    old = YAML(typ="safe", pure=True)
    old.version = (1, 1)
    path = tmp_path / "again.yaml"
    with path.open("w") as file:
        old.dump(data, file)
    text = path.read_text().replace("%YAML 1.1\n---\n", "")
    assert compile_policy(text, name="p", now=NOW).severities == default_policy(NOW).severities


def test_the_packaged_roster_compiles() -> None:
    roster = compile_roster(default_roster_text(), name="roster.yaml", policy=a_policy())
    assert len(roster.people) == 11
    assert roster.customer("ACME corp") is not None
