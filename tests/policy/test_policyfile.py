"""The policy file: every error in one sentence with line and column; nothing else gets out."""

from __future__ import annotations

import contextlib
import random

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from escbot.core.assess import assess
from escbot.services.policyfile import FileError, compile_policy, default_policy, default_text
from escbot.services.rosterfile import compile_roster, default_roster_text
from tests.make import NOW, a_policy, facts


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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("people: [{slack: U1, name: A}, {slack: U1, name: B}]", "r:1:32: `U1` stands here twice"),
        ("people: [{slack: U1, name: A, hours: suport}]", "Did you mean `support`?"),
        ("people: [{slack: U1, name: A, skills: {paymnts: 1}}]", "Did you mean `payments`?"),
        ("people: [{slack: U1, name: A, skills: {payments: 4}}]", "from 1 to 3"),
        ("people: [{slack: U1, name: A, timezone: Berlin}]", "not a time zone"),
        ("people: []\ncustomers: [{name: Acme, aliases: [acme]}]", ""),
        (
            "people: []\ncustomers: [{name: Acme}, {name: Other, aliases: [ACME]}]",
            "r:2:27: `acme` stands for Acme already",
        ),
        ("people: []\ncustomers: [{name: Acme, owner: U7}]", "has no `U7`"),
        (f"people: []\ncustomers: [{{name: {'x' * 150}}}, {{name: Acme}}]", ""),
        (f"people: []\ncustomers: [{{name: {'x' * 151}}}]", "r:2:20: a customer's name has at"),
        ("people: []\non_call: [{tier: 9, ical: x}]", "from 1 to 3"),
    ],
)
def test_a_roster_says_what_is_wrong_and_where(text: str, says: str) -> None:
    if not says:
        assert compile_roster(text, name="r", policy=a_policy()).customer("ACME") is not None
        return
    with pytest.raises(FileError) as error:
        compile_roster(text, name="r", policy=a_policy())
    assert says in str(error.value)


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


@pytest.mark.parametrize("flow", [None, False, True])
def test_what_is_printed_survives_pyyaml_with_its_keys_in_any_order(flow: bool | None) -> None:
    """PyYAML reads YAML 1.1, where 08:30 is a number and on, off and yes are truths."""

    def shuffled(value: object) -> object:
        if isinstance(value, dict):
            keys = list(value)
            chance.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(one) for one in value] if isinstance(value, list) else value

    chance = random.Random(1)
    for _ in range(5):
        data = shuffled(pyyaml.safe_load(default_text()))
        text = pyyaml.safe_dump(data, default_flow_style=flow, sort_keys=False)
        assert compile_policy(text, name="p", now=NOW) == default_policy(NOW)
        people = shuffled(pyyaml.safe_load(default_roster_text()))
        again = pyyaml.safe_dump(people, default_flow_style=flow, sort_keys=False)
        roster = compile_roster(again, name="r", policy=a_policy())
        assert roster == compile_roster(default_roster_text(), name="r", policy=a_policy())


def test_two_to_five_tiers() -> None:
    data = pyyaml.safe_load(default_text())
    for count in range(1, 7):
        tiers = [{"number": n, "name": f"Level {n}", "limit": "4h"} for n in range(1, count + 1)]
        top = {"P1": count, "P2": min(2, count), "P3": 1, "P4": "planning"}
        severities = [{**s, "start": top[s["id"]]} for s in data["severities"]]
        criteria = [
            {**c, "to": min(c["to"], count)} if isinstance(c["to"], int) else c
            for c in data["criteria"]
        ]
        made = {**data, "tiers": tiers, "severities": severities, "criteria": criteria}
        text = pyyaml.safe_dump(made)
        if 2 <= count <= 5:
            policy = compile_policy(text, name="p", now=NOW)
            assert policy.top == count
            found = assess(policy, facts("outage", discretion="odd", from_tier=count))
            assert found.tier == count
        else:
            assert "two to five tiers" in problem(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("severtities:\n  - {id: P1}\n", "p:1:1: the policy has no `severtities`. Did you mean"),
        ("a: !!python/object/apply:os.system [ls]\n", "p:1:4: tags are not used here"),
        ('a: "\\ud800"\n', "p:1:4: this text holds half a character"),
        ("a: 1\na: 2\n", "p:2:1: `a` stands here twice"),
        ("a: &x [1]\nb: [*x, *x]\n", "p:1:4: anchors are not used here"),
        ("? [a]\n: b\n", "p:1:3: a key must be a word"),
        ("- 1\n", "p:1:1: the policy must be a mapping"),
        ("a: [1\n", "p:2:1: this is not YAML"),
    ],
)
def test_the_place_is_that_of_the_fault(text: str, says: str) -> None:
    with pytest.raises(FileError) as error:
        compile_policy(text, name="p", now=NOW)
    assert str(error.value).startswith(says)


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('answer: "15m"', 'answer: "0m"', "must be longer than nothing"),
        ("id: payments,", "id: login,", "there are two areas `login`"),
        ("id: multiple_users,", "id: cannot_diagnose,", "there are two criteria"),
        ("id: vip_lifted,", "id: impact_reduced,", "there are two rules"),
        ('close: "24h"', 'close: "9000d"', 'can be at most "3650d"'),
        ("start: 3", "start: 7", "whole number from 1 to 3"),
        ("calendar: always", "calendar: alway", "Did you mean `always`?"),
        ("timezone: UTC", "timezone: Europe/Berln", "Did you mean `Europe/Berlin`?"),
        ("lower_by: manager", "lower_by: boss", "use one of: owner"),
        ('digest_at: "08:30"', "digest_at: noon", 'write a time like "09:00"'),
        ("timezone: UTC", 'timezone: UTC, closed: ["2026-13-01"]', 'a date like "2026-12-24"'),
        ("timezone: UTC", 'timezone: UTC, closed: ["20261224"]', 'a date like "2026-12-24"'),
        ("timezone: UTC", 'timezone: UTC, open: {"soon": []}', 'a date like "2026-12-24"'),
    ],
)
def test_what_can_not_be_meant_is_refused(was: str, now: str, says: str) -> None:
    assert was in default_text()
    assert says in problem(default_text().replace(was, now, 1))


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("root_causes", [], "needs one root cause at least"),
        ("root_causes", [{"id": f"c{n}", "name": "One"} for n in range(101)], "merge some"),
        ("root_causes", [{"id": "r" * 76, "name": "Long"}], "at most 75"),
        ("root_causes", [{"id": "r", "name": "Long", "children": []}], ""),
        ("root_causes", [{"id": f"c{n}", "name": "One"} for n in range(100)], ""),
        ("areas", [{"id": "a" * 76, "name": "Long"}], "at most 75"),
        ("areas", [{"id": "a" * 75, "name": "Long"}], ""),
    ],
)
def test_what_no_form_could_offer_is_refused_but_still_read_where_it_is_kept(
    key: str, value: list[object], says: str
) -> None:
    content = {**pyyaml.safe_load(default_text()), key: value}
    if key == "areas":
        content["reports"].pop("teams", None)
    text = pyyaml.safe_dump(content, sort_keys=False)
    assert compile_policy(text, name="policy.yaml", now=NOW, kept=True)
    if says:
        said = problem(text)
        assert says in said
        assert said.startswith("policy.yaml:")
    else:
        assert compile_policy(text, name="policy.yaml", now=NOW)


def test_the_packaged_roster_compiles() -> None:
    roster = compile_roster(default_roster_text(), name="roster.yaml", policy=a_policy())
    assert len(roster.people) == 11
    assert roster.customer("ACME corp") is not None
