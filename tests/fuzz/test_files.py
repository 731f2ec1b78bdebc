"""Every reader of files: a file is used, or refused in one sentence that says where and what."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from escbot.cli.storyfile import packaged, read_play
from escbot.core.facts import Facts
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.feeds.ical import days_off, shifts
from escbot.insights.patterns import patterns
from escbot.services.factsfile import FactsError, read_facts
from escbot.services.logfile import LogError, read_log
from escbot.services.policyfile import compile_policy, default_text
from escbot.services.policyfile.document import FileError
from escbot.services.ports import NoFeed
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.services.templates import LONGEST_TEXT, TemplateError, check, render
from tests.fuzz.conftest import FUZZ
from tests.fuzz.inputs import HOSTILE, junk, spoiled, words
from tests.make import NOW, a_policy, a_roster

LONGEST = 600  # characters that one sentence may have at the most, values quoted


def _tree(text: str) -> Any:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))


POLICY, ROSTER, STORY = default_text(), default_roster_text(), packaged("outage")


@st.composite
def texts(draw: st.DrawFn, text: str) -> str:
    """Return a true file with values spoiled, or with characters lost or put between."""
    if draw(st.booleans()):
        # JSON is YAML, and needs no writer that would itself refuse what is hostile.
        return json.dumps(draw(spoiled((_tree(text),))))
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 40))
        put = draw(st.sampled_from(["", "\t", "&a ", "*a", *HOSTILE]))
        text = text[:at] + put + text[at + length :]
    return text


@contextmanager
def one_sentence() -> Iterator[None]:
    """Whatever is read here is used, or refused in one sentence, a file's with its place."""
    said = None
    try:
        yield
    except FileError as error:
        place = (error.problem.line, error.problem.column)
        said = error.problem.sentence if min(place) >= 1 else ""
    except (FactsError, LogError, NoFeed) as error:
        said = str(error)
    assert said is None or 10 < len(said) < LONGEST, said
    assert said is None or "\n" not in said


@settings(FUZZ)
@given(texts(POLICY))
def test_a_policy_is_compiled_or_refused_with_its_place(text: str) -> None:
    with one_sentence():
        assert isinstance(compile_policy(text, name="p.yaml", now=NOW), Policy)


@settings(FUZZ)
@given(texts(ROSTER))
def test_a_roster_is_compiled_or_refused_with_its_place(text: str) -> None:
    with one_sentence():
        assert isinstance(compile_roster(text, name="r.yaml", policy=a_policy()), Roster)


@settings(FUZZ)
@given(texts(STORY))
def test_a_story_is_read_or_refused_with_its_place(text: str) -> None:
    with one_sentence():
        assert read_play(text, "s.yaml").steps


FACTS = (
    {
        "kind": "outage", "impact": "one_user", "workaround": True, "time_in_tier": "4h10m",
        "customer_deadline": "2026-11-24T12:00:00+01:00", "from_tier": 2, "area": "payments",
    },
)  # fmt: skip


@settings(FUZZ)
@given(spoiled(FACTS).map(json.dumps) | junk.map(json.dumps) | words)
def test_facts_are_read_or_refused(text: str) -> None:
    with one_sentence():
        assert isinstance(read_facts(text), Facts)


@settings(FUZZ)
@given(words | st.lists(st.sampled_from([
    "{{ id }}", "{{ customer }}", "{% if owner %}", "{% endif %}", "{{ 9 ** 9 ** 9 }}",
    "{{ id.__class__ }}", "{% for x in id %}", "{{ 'x' * 10 }}", "{{ id | upper }}", "{#", "text",
])).map("".join))  # fmt: skip
def test_a_template_works_for_every_value_or_is_refused(source: str) -> None:
    try:
        check(source)
    except TemplateError:
        return
    values = {"id": "ESC-1", "customer": "{{ 7 * 7 }}", "summary": "x" * 9000}
    text = render(source, values)
    assert len(text) <= LONGEST_TEXT
    assert "49" not in text or "49" in source  # what people wrote is never a template itself


CELLS = st.sampled_from([
    "1", "2", "2026-11-24T10:00:00+01:00", "24.11.2026 10:00", "1795500000", "", "Wait - user",
    "Medium", *HOSTILE,
])  # fmt: skip


@settings(FUZZ)
@given(
    st.lists(st.lists(CELLS, max_size=8), max_size=12),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
    st.booleans(),
    st.binary(max_size=20),
)
def test_a_log_is_counted_or_refused(
    rows: list[list[str]], encoding: str, zipped: bool, tail: bytes
) -> None:
    lines = ["case_id,timestamp,support_line,support_team,status", *(",".join(r) for r in rows)]
    data = "\n".join(lines).encode(encoding, errors="replace") + tail
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_bytes(gzip.compress(data) if zipped else data)
        with one_sentence(), read_log(path, {}) as log:
            assert patterns(events for _, events in log.cases())["cases"] >= 0


ICAL = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Priya on call"
    "\r\nDTSTART:20261124T100000Z\r\nDTEND:20261125T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=9\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
RULES = (
    "RRULE:FREQ=SECONDLY",
    "\r\nRRULE:FREQ=DAILY;BYMINUTE=1,2,3;BYSECOND=1,2,3,4,5,6,7,8,9\r\n",
)


@settings(FUZZ)
@given(
    st.integers(0, len(ICAL)), st.integers(0, 30),
    st.sampled_from(["", "DTSTART:x", *RULES, "TZID=Nowhere/Land:", *HOSTILE]),
)  # fmt: skip
def test_a_feed_is_read_or_refused(at: int, length: int, put: str) -> None:
    text = ICAL[:at] + put + ICAL[at + length :]
    with one_sentence():
        assert all(isinstance(day, date) for day in days_off(text, NOW))
        shifts(text, a_roster().people, NOW)
