"""Cases that live again under another policy, against what was worked out by hand."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.backtest import telling
from escbot.cli.main import app
from escbot.core import commands as c
from escbot.core.roster import Person, Roster
from escbot.insights.backtest.compare import differences, grouped
from escbot.insights.backtest.fate import Fate
from escbot.insights.backtest.fromevents import trace_of
from escbot.insights.backtest.fromlog import LogMap, Mapper
from escbot.insights.backtest.replay import replay
from escbot.insights.backtest.summary import summary
from escbot.insights.backtest.trace import NewFacts, Pause, Stage, Work
from escbot.insights.patterns import LogEvent
from tests.insights.histories import (
    MORNING,
    a_log,
    a_trace,
    hours,
    noise,
    two_people,
    with_limit,
    with_severity,
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
    reasons = {why.code for one in found for change in one.changes for why in change.why}
    assert "limit_changed" in reasons
    assert sum(one["cases"] for one in grouped(found) if one["what"] == "highest") == sum(
        change.what == "highest" for one in found for change in one.changes
    )


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
