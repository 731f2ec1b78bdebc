"""Cases that live again under another policy, against what was worked out by hand."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.backtest import telling
from escbot.cli.main import app
from escbot.core import commands as c
from escbot.core.calendars import Window
from escbot.core.policy import Policy
from escbot.core.roster import Person, Roster
from escbot.insights.backtest.compare import differences, grouped
from escbot.insights.backtest.fate import Fate
from escbot.insights.backtest.fromevents import trace_of
from escbot.insights.backtest.fromlog import LogMap, Mapper
from escbot.insights.backtest.replay import replay
from escbot.insights.backtest.summary import summary
from escbot.insights.backtest.trace import NewFacts, Pause, Stage, Trace, Work
from escbot.insights.patterns import LogEvent
from escbot.words.parting import because
from tests.insights.histories import (
    MORNING,
    a_log,
    a_trace,
    crowded,
    hours,
    noise,
    two_people,
    with_limit,
    with_severity,
    with_shares,
)
from tests.make import Life, a_policy, a_roster, an_escalation, facts

run = CliRunner().invoke


def one(policy: object = None, *stages: Stage, **known: object) -> Fate:
    (fate,) = replay(policy or a_policy(), [a_trace(*stages, **known)])  # type: ignore[arg-type]
    return fate


def test_a_case_that_tier_1_solves_in_time_stays_there() -> None:
    fate = one(None, Stage(1, hours(0.5), parts=(Work(hours(1)),)))
    assert (fate.severity, fate.start, fate.highest, fate.end) == ("P3", 1, 1, "resolved")
    assert fate.taken_at == MORNING + hours(0.5)
    assert fate.ended_at == MORNING + hours(1.5)
    assert not fate.breaches
    assert not fate.warned


def test_the_limit_moves_a_case_up_and_the_work_left_goes_on_there() -> None:
    stages = (Stage(1, hours(0.5), parts=(Work(hours(5)),)),)
    other = a_trace(
        Stage(1, parts=(Work(hours(0.1)),)), Stage(2, hours(1), parts=(Work(hours(1)),)), id_="B"
    )
    fate, _ = replay(a_policy(), [a_trace(*stages), other])
    # Tier 1 has it from 9:00; its 4 hours end at 13:00. Tier 2 takes an hour, as it does, and does
    # the 1.5 hours that are left of the 5.
    assert [(s.tier, s.since - MORNING, s.why) for s in fate.stays] == [
        (1, hours(0), "opened"),
        (2, hours(4), "tier_breached"),
    ]
    assert fate.breaches == ["tier"]
    assert fate.warned[:2] == [("tier", 0.5), ("tier", 0.8)]
    assert fate.notice == [{0.5: hours(2), 0.8: hours(0.8)}]
    assert fate.ended_at == MORNING + hours(4 + 1 + 1.5)
    longer = replay(with_limit(a_policy(), 1, hours(6)), [a_trace(*stages), other])[0]
    assert longer.highest == 1
    assert longer.ended_at == MORNING + hours(5.5)


def test_what_tier_2_did_then_it_does_sooner_where_the_limit_is_shorter() -> None:
    stages = (
        Stage(1, hours(0), parts=(Work(hours(3)),)),
        Stage(2, hours(0.5), parts=(Work(hours(1)),)),
    )
    assert one(None, *stages).ended_at == MORNING + hours(4.5)
    sooner = one(with_limit(a_policy(), 1, hours(1)), *stages)
    assert sooner.ended_at == MORNING + hours(1 + 0.5 + 1)
    assert (sooner.limit_moves, sooner.hand_moves) == (1, 0)


def test_a_case_that_begins_higher_passes_over_the_work_below() -> None:
    stages = (
        Stage(1, hours(1), parts=(Work(hours(2)),)),
        Stage(3, hours(0.5), parts=(Work(hours(1)),)),
    )
    fate = one(None, *stages, kind="outage")
    assert (fate.severity, fate.start) == ("P1", 3)
    assert fate.ended_at == MORNING + hours(1.5)


def test_waits_stop_the_clock_and_last_as_long_as_they_did() -> None:
    parts = (Work(hours(1)), Pause(hours(3)), Work(hours(2)))
    fate = one(None, Stage(1, parts=parts))
    assert fate.ended_at == MORNING + hours(6)
    assert fate.waited == hours(3)
    assert not fate.breaches  # 3 of 4 hours


def test_facts_that_changed_change_again_at_the_same_point() -> None:
    worse = NewFacts(facts("outage"))
    parts = (Work(hours(1)), worse, Work(hours(1)))
    fate = one(None, Stage(1, parts=parts))
    assert fate.severities == ["P3", "P1"]
    assert fate.stays[-1].tier == 3
    assert fate.stays[-1].since == MORNING + hours(1)


@pytest.mark.parametrize("seed", range(4))
def test_the_policy_it_lived_under_makes_it_live_the_same_again(seed: int) -> None:
    draw = random.Random(seed)
    life = Life(roster=a_roster())
    life.do(an_escalation(kind="minor_issue", customer="Umbrella", diagnosis="cannot_diagnose"))
    life.wait(minutes=draw.randint(1, 100))
    life.do(c.Acknowledge(life.case.offered or ""))
    life.wait(minutes=draw.randint(1, 120))
    life.do(c.StartWait(life.case.owner or "", "customer"))
    life.wait(minutes=draw.randint(1, 300))
    life.do(c.Resume(life.case.owner or "", "replied"))
    life.wait(hours=draw.randint(5, 30))
    if life.case.offered:
        life.do(c.Acknowledge(life.case.offered))
    life.wait(minutes=draw.randint(1, 100))
    life.do(c.Resolve("U08", "It works again.", "bug"))
    trace = trace_of("ESC-1", life.records)
    assert trace is not None
    (fate,) = replay(life.policy, [trace], life.roster)
    lived = [type(record.event).__name__ for record in life.records]
    assert fate.taken_at == life.case.taken_at
    assert [stay.tier for stay in fate.stays] == list(
        dict.fromkeys(round_.tier for round_ in life.case.rounds)
    )
    assert len(fate.breaches) == lived.count("Breached")
    assert abs((fate.ended_at or MORNING) - life.now) < timedelta(hours=1)


def test_where_nobody_has_room_cases_wait_for_somebody_who_gets_free() -> None:
    alone = Roster((Person("U1", "Only one", ("specialist",), (1,), capacity=2, hours="always"),))
    traces = [
        a_trace(Stage(1, parts=(Work(hours(1)),)), id_=f"C{n}", at=MORNING + timedelta(minutes=n))
        for n in range(3)
    ]
    fates = replay(a_policy(), traces, alone)
    # One point is kept for urgent cases, so one case at a time fits.
    assert [fate.taken_at for fate in fates] == [MORNING, MORNING + hours(1), MORNING + hours(2)]
    assert fates[2].unowned == hours(2) - timedelta(minutes=2)
    roomy = Roster((replace(alone.people[0], capacity=9),))
    assert all(fate.unowned == timedelta(0) for fate in replay(a_policy(), traces, roomy))


def test_what_everybody_let_pass_is_taken_when_it_was_taken_in_the_record() -> None:
    policy = with_severity(a_policy(), answer=hours(1))
    trace = a_trace(Stage(1, hours(3.5), parts=(Work(hours(0.25)),)))
    (fate,) = replay(policy, [trace], two_people(policy))
    assert fate.end == "resolved"
    assert fate.taken_at == MORNING + hours(3.5)
    assert fate.passes > 1


def test_every_case_ends_and_the_figures_add_up() -> None:
    traces = noise(7, 60)
    fates = replay(a_policy(), traces)
    found = summary(a_policy(), fates)
    assert all(fate.end for fate in fates)
    assert sum(found["severities"].values()) == len(traces)
    assert sum(found["tiers"]["start"].values()) == len(traces)
    assert sum(found["ends"].values()) == len(traces)
    under_way = sum(sum(row) for row in found["load"].values())
    total = sum((fate.length for fate in fates), timedelta(0)) / hours(1)
    ends = [fate.ended_at or fate.opened_at for fate in fates]
    days = (max(ends) - min(fate.opened_at for fate in fates)) / timedelta(days=1)
    assert under_way == pytest.approx(total / days)


def test_the_same_policy_makes_no_difference_and_another_says_why() -> None:
    traces = noise(3, 60)
    was = replay(a_policy(), traces)
    assert differences(was, replay(a_policy(), traces), (a_policy(), a_policy())) == []
    other = with_limit(a_policy(), 1, hours(1))
    found = differences(was, replay(other, traces), (a_policy(), other))
    assert found
    reasons = {
        line
        for one in found
        for change in one.changes
        for line in because(change.why, (a_policy(), other))
    }
    assert "tier 1's limit is 1 h instead of 4 h" in reasons
    assert sum(one["cases"] for one in grouped(found) if one["what"] == "highest") == sum(
        change.what == "highest" for one in found for change in one.changes
    )


def opening_at(policy: Policy, start: int, end: int) -> Policy:
    """Return the policy with other hours of support on working days."""
    window = (Window(start * 60, end * 60),)
    support = replace(policy.calendars["support"], days=dict.fromkeys(range(5), window))
    return replace(policy, calendars={**policy.calendars, "support": support}, version="other")


# What is changed of the policy → what must be found among the reasons.
CHANGED: dict[str, tuple[Callable[[Policy], Policy], str]] = {
    "hours": (
        lambda p: opening_at(p, 7, 12),
        r"the calendar support is open Mon–Fri 07:00–12:00 \(UTC\) instead of Mon–Fri 09:00–17:00",
    ),
    "calendar": (
        lambda p: with_severity(p, calendar="always"),
        "P3 runs in the calendar always instead of support",
    ),
    "limit": (lambda p: with_limit(p, 1, hours(1)), "tier 1's limit is 1 h instead of 4 h"),
    "no limit": (lambda p: with_severity(p, limits={}), "tier [12]'s limit is none instead of"),
    "respond": (
        lambda p: with_severity(p, respond=hours(0.5)),
        "the response time is 30 min instead of 8 h",
    ),
    "warnings": (
        lambda p: with_shares(p, 0.1),
        "P[1-3] warns owner at 10 %, .* instead of owner at 50 %",
    ),
    "start": (lambda p: with_severity(p, start=2), "P3 starts in 2 instead of 1"),
    "pause": (
        lambda p: with_severity(p, pause=hours(0.5)),
        "P3 ends a wait after 30 min instead of 16 h",
    ),
    "close": (
        lambda p: replace(with_severity(p, close=hours(0.5)), reopen_for=hours(0)),
        "P3 closes by itself after 30 min instead of 24 h",
    ),
}


def said(
    traces: Sequence[Trace], old: Policy, new: Policy, *rosters: Roster | None
) -> list[list[str]]:
    """Return the reasons of every change of every case that differs."""
    one, two = rosters or (None, None)
    found = differences(replay(old, traces, one), replay(new, traces, two), (old, new))
    return [because(c_.why, (old, new), two) for one_ in found for c_ in one_.changes]


@pytest.mark.parametrize("changed", CHANGED)
def test_what_differs_in_the_policy_is_named_by_every_case_that_differs(changed: str) -> None:
    change, words = CHANGED[changed]
    reasons = said(noise(3, 40), a_policy(), change(a_policy()))
    assert reasons
    assert all(re.search(words, "; ".join(lines)) for lines in reasons)


@pytest.mark.parametrize("seed", range(5))
def test_no_case_that_differs_lacks_a_reason(seed: int) -> None:
    draw = random.Random(seed)
    some = draw.sample(sorted(CHANGED), 3)
    old, new = a_policy(), a_policy()
    for name in some:
        new = CHANGED[name][0](new)
    routing = replace(old.routing, capacity=draw.randint(2, 9), reserve=draw.randint(0, 2))
    new = replace(new, routing=routing)
    full = two_people(old)
    fewer = Roster(tuple(p for p in full.people if draw.random() < 0.7))
    shifted = Roster(tuple(replace(p, hours="support") for p in full.people))
    for rosters in ((None, None), (full, full), (full, fewer), (full, shifted)):
        reasons = said(noise(seed, 15), old, new, *rosters)
        assert all(lines and all(lines) for lines in reasons)


def test_what_differs_among_the_people_is_named_too() -> None:
    policy, full = a_policy(), two_people(a_policy())
    evening = [replace(one, opened_at=one.opened_at + hours(10)) for one in crowded(2, 16)]
    shifted = Roster(tuple(replace(p, hours="support") for p in full.people))
    asleep = said(evening, policy, policy, full, shifted)
    assert asleep
    assert all({"now, a is off shift", "now, b is off shift"} & set(lines) for lines in asleep)
    small = Roster(tuple(replace(p, capacity=2) for p in full.people))
    busy = said(crowded(2, 16), policy, policy, full, small)
    assert busy
    assert all(any("2 points" in line or "other cases" in line for line in b) for b in busy)


def test_whom_one_policy_can_not_ask_is_named_with_the_reason() -> None:
    old = a_policy()
    new = replace(old, routing=replace(old.routing, capacity=2))
    reasons = said(crowded(1, 16), old, new, two_people(old), two_people(old))
    lines = {line for lines in reasons for line in lines}
    assert "people carry points: 2 instead of 5" in lines
    assert any(line.startswith("now, a keeps the last of 2 points") for line in lines)


def test_a_log_becomes_stages_by_its_map() -> None:
    steps = [
        (0, 1, "New"), (1, 1, "In Progress"), (2, 1, "Waiting for vendor"), (4, 1, "In Progress"),
        (5, 2, "Queued"), (6, 2, "In Progress"), (7, 2, "Queued"), (8, 2, "Odd"), (9, 2, "Closed"),
        (50, 2, "Closed"),
    ]  # fmt: skip
    events = [
        LogEvent(MORNING + hours(at), line, "x", status, "High") for at, line, status in steps
    ]
    mapper = Mapper(LogMap(facts={"severity": {"High": {"kind": "major_function"}}}))
    trace = mapper.trace("A", events)
    assert trace.stages == (
        Stage(1, hours(1), parts=(Work(hours(1)), Pause(hours(2), "vendor"), Work(hours(1)))),
        Stage(2, hours(1), parts=(Work(hours(1)), Work(hours(1), idle=True), Work(hours(1)))),
    )
    assert trace.ended
    assert trace.facts.kind == "major_function"
    assert mapper.not_mapped() == {"status (counted as work)": {"Odd": 0}}
    unfinished = mapper.trace("B", events[:3])
    assert not unfinished.ended


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A log, and a policy with another limit."""
    (tmp_path / "log.csv").write_text(a_log(1, 40))
    text = run(app, ["policy", "show"]).stdout
    (tmp_path / "new.yaml").write_text(text.replace('limit: "4h"', 'limit: "1h"'))
    return tmp_path


def backtest(files: Path, *more: str) -> str:
    done = run(
        app,
        ["policy", "backtest", "--policy", str(files / "new.yaml"), "--log",
         str(files / "log.csv"), *more],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_rerun_is_the_same_bit_by_bit_and_the_order_of_rows_does_not_matter(files: Path) -> None:
    first = backtest(files, "--json")
    assert backtest(files, "--json") == first
    header, *rows = (files / "log.csv").read_text().splitlines()
    random.Random(5).shuffle(rows)
    (files / "log.csv").write_text("\n".join([header, *rows]))
    again = json.loads(backtest(files, "--json"))
    before = json.loads(first)
    assert again.pop("trouble").keys() == {"unordered"}
    before.pop("trouble")
    again.pop("notes"), before.pop("notes")
    assert again == before


def test_the_answer_says_what_differs_why_and_what_it_takes_for_granted(files: Path) -> None:
    answer = json.loads(backtest(files, "--json"))
    assert answer["cases"] == 40
    assert answer["new"]["moves"]["by_limit"] > answer["old"]["moves"]["by_limit"]
    reasons = [w for d in answer["differs"]["each"] for c_ in d["changes"] for w in c_["why"]]
    assert "tier 1's limit is 1 h instead of 4 h" in reasons
    assert all(change["why"] for one in answer["differs"]["each"] for change in one["changes"])
    assert ["tier 1's limit is 1 h instead of 4 h"] in [
        group["why"] for group in answer["differs"]["by_change"]
    ]
    assert any("guessed" in sentence for sentence in answer["assumptions"])
    assert "of 40 cases fare differently" in backtest(files, "--html")
    assert "fare differently" in backtest(files)


def test_a_map_names_what_it_explains_and_the_rest_is_listed(files: Path) -> None:
    (files / "map.yaml").write_text(
        "columns: {severity: severity}\n"
        "statuses: {queued: [Queued], customer: [Wait], working: [In Progress], done: [Resolved]}\n"
        "facts: {severity: {Critical: {kind: outage}, High: {kind: major_function}}}\n"
    )
    answer = json.loads(backtest(files, "--json", "--map", str(files / "map.yaml")))
    assert list(answer["not_mapped"]) == ["severity"]
    assert list(answer["not_mapped"]["severity"]) == ["Medium"]
    assert answer["guessed"] == {}


def test_the_page_shows_a_few_cases_of_each_way_in_which_cases_differ() -> None:
    def a_case(number: int, *changes: tuple[str, str, str]) -> dict[str, object]:
        keys = ("what", "old", "new")
        return {"case": f"C{number}", "changes": [dict(zip(keys, c, strict=True)) for c in changes]}

    sooner = [a_case(n, ("sooner", "50.0", f"{50 - n}.0")) for n in range(1, 9)]
    other = [a_case(20, ("highest", "1", "2"), ("later", "1.0", "2.0"))]
    shown = [one["case"] for one in telling([*other, *sooner])]
    assert shown == ["C8", "C7", "C6", "C20"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--log", "missing.csv"], "can't be read"),
        (["--log", "log.csv", "--map", "bad.yaml"], "`kind` has no `nonsense`"),
        (["--log", "log.csv", "--case", "nonsense"], "has no column nonsense"),
        (["--map", "bad.yaml"], "name it with --log"),
    ],
)
def test_bad_input_gets_one_sentence(
    files: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(files)
    (files / "bad.yaml").write_text("facts: {severity: {High: {kind: nonsense}}}\n")
    done = run(app, ["policy", "backtest", "--policy", "new.yaml", *arguments])
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
