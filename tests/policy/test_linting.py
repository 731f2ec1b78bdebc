"""What the linter finds in policies and rosters that can be read."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import pytest

from escbot.core.policy import Policy
from escbot.services.linting import Finding, lint
from escbot.services.policyfile import compile_policy, default_text
from escbot.services.rosterfile import EMPTY, compile_roster, default_roster_text

SKILLS = "{payments: 3, login: 1, integrations: 1, performance: 1, data: 1, other: 1}"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday


def policy_with(before: str = "", after: str = "") -> Policy:
    assert before in default_text()
    return compile_policy(default_text().replace(before, after), name="p.yaml", now=NOW)


def found(policy: Policy, roster: str = EMPTY) -> list[Finding]:
    people = compile_roster(roster, name="r.yaml", policy=policy)
    return list(lint(policy, people, NOW))


def texts(findings: list[Finding], level: str = "problem") -> list[str]:
    return [finding.text for finding in findings if finding.level == level]


def test_the_packaged_files_have_nothing_to_find() -> None:
    assert found(policy_with(), default_roster_text()) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("when: [{kind: enhancement}]", "when: [{kind: outage}]", "No severity has a rule"),
        ("when: [{kind: enhancement}]", "when: [{kind: outage}]", "Rule 1 of P4 is never reached"),
        (", {kind: minor_issue}]", "]", "it is a minor issue"),
        ('answer: "15m"', 'answer: "2h"', "Make `answer` shorter"),
        ("points: 3 ", "points: 9 ", "Lower `points`"),
        ('respond: "1h"', 'respond: "6h"', "slower than P2"),
        ("id: cannot_diagnose, to: 2", "id: cannot_diagnose, to: 1", "asks for tier 1"),
        ('  - {at: "100%", to: [manager]}\n', "", "nobody hears of a breach"),
        ('{mon-fri: ["09:00-17:00"]}', "{mon-fri: []}", "never opens long enough"),
    ],
)
def test_each_fault_is_said(before: str, after: str, says: str) -> None:
    problems = texts(found(policy_with(before, after)))
    assert any(says in problem for problem in problems), problems


def test_a_night_without_anybody_is_a_problem_with_its_hours() -> None:
    roster = f"""
people:
  - {{slack: U1, name: Ana, roles: [specialist, planner], tiers: [2, 3],
     skills: {SKILLS}, hours: support, timezone: Europe/Berlin}}
  - {{slack: U2, name: Bo, roles: [manager, admin], hours: support, timezone: Europe/Berlin}}
"""
    problems = texts(found(policy_with(), roster))
    nights = (
        "Mon 18:00 – Tue 10:00, Tue 18:00 – Wed 10:00, Wed 18:00 – Thu 10:00, "
        "Thu 18:00 – Fri 10:00, Fri 18:00 – Mon 10:00 Europe/Berlin"
    )
    assert sorted(problems) == [
        f"{nights}: nobody for P1 and P2 of any area in tier 3; the case waits unassigned.",
        f"{nights}: nobody for P2 of any area in tier 2; the case waits unassigned.",
    ]


def test_who_catches_a_gap_is_named() -> None:
    roster = f"""
people:
  - {{slack: U1, name: Ana, roles: [specialist, planner], tiers: [2, 3],
     skills: {SKILLS}, hours: support}}
  - {{slack: U2, name: Bo, roles: [manager, admin], hours: always}}
"""
    problems = texts(found(policy_with(), roster))
    assert any("falls to the duty manager (Bo)" in problem for problem in problems)


def test_the_nights_of_one_area_read_as_people_say_it() -> None:
    skills = SKILLS.replace("payments: 3, ", "")
    roster = f"""
people:
  - {{slack: U1, name: Ana, roles: [specialist, planner], tiers: [2, 3],
     skills: {SKILLS}, hours: long, timezone: Europe/Berlin}}
  - {{slack: U2, name: Cy, roles: [specialist], tiers: [2, 3],
     skills: {skills}, hours: always, timezone: Europe/Berlin}}
  - {{slack: U3, name: Bo, roles: [manager, admin], hours: always, timezone: Europe/Berlin}}
"""
    long = """  long: {timezone: Europe/Berlin, hours: {sun-fri: ["00:00-24:00"],
    sat: ["00:00-02:00", "06:00-24:00"]}}
  always: 24x7"""
    chain = "overflow: [other_skills, next_tier, on_call_lead, duty_manager]"
    text = default_text().replace("  always: 24x7", long).replace(chain, "overflow: [duty_manager]")
    policy = compile_policy(text, name="p.yaml", now=NOW)
    assert texts(found(policy, roster)) == [
        "Sat 02:00–06:00 Europe/Berlin: nobody for P1 and P2 payments in tier 3; "
        "falls to the duty manager (Bo).",
        "Sat 02:00–06:00 Europe/Berlin: nobody for P2 payments in tier 2; "
        "falls to the duty manager (Bo).",
    ]


def test_a_gap_that_other_specialists_fill_is_a_note() -> None:
    roster = f"""
people:
  - {{slack: U1, name: Ana, roles: [specialist, planner], tiers: [2],
     skills: {SKILLS}, hours: support}}
  - {{slack: U2, name: Cy, roles: [specialist], tiers: [3], skills: {SKILLS}, hours: always}}
  - {{slack: U3, name: Bo, roles: [manager, admin], hours: always}}
"""
    findings = found(policy_with(), roster)
    assert texts(findings) == []
    assert any("falls to the next tier (Cy)" in one for one in texts(findings, "note"))


def test_fifty_people_take_less_than_three_seconds() -> None:
    people = "".join(
        f"  - {{slack: U{i}, name: N{i}, roles: [specialist], tiers: [{1 + i % 3}], "
        f"skills: {{payments: 2}}, hours: support}}\n"
        for i in range(50)
    )
    policy = policy_with()
    began = perf_counter()
    assert found(policy, "people:\n" + people)
    assert perf_counter() - began < 3
