"""What one case contributes: clocks, stays, offers, holders, against lives worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escbot.core import commands as c
from escbot.core.roster import Roster
from escbot.insights.metrics import DIMENSIONS, MARKED, Story, cases_of, figures, report
from tests.insights.test_metrics import a_life, told
from tests.make import Life, a_policy, an_escalation


def declined_life() -> Life:
    """Offered to somebody who declines after an hour, taken by the next after another."""
    life = Life()
    life.do(an_escalation(area="payments", kind="major_function"))
    first = life.case.offered or ""
    life.wait(minutes=30)
    life.do(c.Decline(first, "not_my_area"))
    second = life.case.offered or ""
    life.wait(minutes=30)
    life.do(c.Acknowledge(second))
    life.wait(hours=2)
    life.do(c.Resolve(second, "Fixed", "bug"))
    return life


def test_offers_and_who_held_it() -> None:
    life = declined_life()
    one = told(life)
    first, second = one.asked
    assert (first.outcome, first.reason, second.outcome) == ("declined", "not_my_area", "taken")
    assert one.held == {second.person: 2.0}
    assert [(stay.tier, stay.hours) for stay in one.stays] == [("2", 3.0)]
    assert sum(stay.hours for stay in one.stays) == one.hours["resolved"]


def test_a_handoff_is_whole_once_taken_briefed_and_told() -> None:
    life = Life()
    life.do(an_escalation(area="payments", kind="major_function"))
    person = life.case.offered or ""
    life.wait(minutes=10)
    life.do(c.Acknowledge(person))
    life.wait(minutes=10)
    life.do(c.TellCustomer(person, "We are on it"))
    assert "handed" not in told(life).hours
    life.wait(minutes=10)
    life.do(c.TakeBrief(person))
    life.do(c.Note(person, "tried", "A restart"))
    assert "handed" not in told(life).hours  # nobody said that it was spoken about
    lines = a_policy().handoff.briefing
    life.do(c.CheckBrief(person, lines[:-1]))
    assert not told(life).complete
    life.wait(minutes=10)
    life.do(c.CheckBrief(person, lines))
    assert told(life).hours["handed"] == pytest.approx(2 / 3)
    assert told(life).complete


def test_the_thread_and_the_figures_agree_on_what_is_complete() -> None:
    life = Life()
    life.do(replace(an_escalation(area="payments"), tried="A restart"))
    life.do(c.Acknowledge(life.case.offered or ""))
    person, lines = life.case.owner or "", a_policy().handoff.briefing
    for command in (
        c.TellCustomer("U01", "We are on it"),
        c.CheckBrief(person, lines[:1]),
        c.CheckBrief(person, lines),
        c.TakeBrief(person),
        c.TakeOver("U08"),  # a new round, which needs its own brief
    ):
        life.do(command)
        number = life.case.round.number
        shown = life.shown()[f"brief:{number}"].value
        assert (not shown.lacks) == told(life).complete
        assert (not shown.lacks) == isinstance(command, c.TakeBrief)


def test_a_handoff_is_not_whole_while_nobody_has_it() -> None:
    life = Life()
    minor = an_escalation(area="payments", kind="minor_issue", diagnosis="cannot_diagnose")
    life.do(replace(minor, tried="A restart"))
    person = life.case.offered or ""
    life.do(c.Acknowledge(person))
    life.do(c.GiveBack(person))
    life.wait(minutes=30)
    life.do(c.TellCustomer("U01", "We are on it"))
    assert "handed" not in told(life).hours
    life.wait(minutes=30)
    life.do(c.Acknowledge(life.case.offered or ""))
    assert told(life).hours["handed"] == 1


def test_an_offer_to_nobody_is_no_offer_and_a_clock_that_ran_is_counted() -> None:
    life = Life(roster=Roster())
    life.do(an_escalation(kind="major_function"))
    one = told(life)
    assert (one.offers, one.asked) == (0, ())
    # Nobody was asked, so that nobody had to answer; the customer is to hear from somebody.
    assert {"respond", "tier", "update"} <= one.clocks.keys()
    assert "answer" not in one.clocks
    assert set(one.clocks.values()) == {"kept"}


def test_a_case_that_goes_up_stays_in_each_tier_for_its_time() -> None:
    life = Life()
    life.do(an_escalation(kind="major_function", area="login"))
    life.wait(minutes=30)
    life.do(c.MoveUp("U01", None, "It is the database"))
    life.wait(hours=1)
    one = told(life)
    assert one.raised
    assert (one.stays[0].tier, one.stays[0].hours) == ("2", 0.5)
    assert one.tiers == ("2", "3")


def test_scores_of_customers_by_hand() -> None:
    one = told(a_life())
    cases = [replace(one, id=f"ESC-{n}", rating=score) for n, score in
             enumerate((5, 4, 4, 2, None, None), 1)]  # fmt: skip
    cases.append(replace(one, id="ESC-7", rating=None, resolved=False))
    found = figures(cases)["satisfaction"]
    assert (found["rated"], found["of"]) == (4, 6)
    assert found["response_rate"] == pytest.approx(4 / 6)
    assert found["satisfied_share"] == 0.75
    assert found["mean"] == 3.75
    # Wilson for 3 of 4 by hand: (0.75 + 0.4802) / 1.9604 ± …
    assert found["low"] == pytest.approx(0.3006, abs=1e-3)
    assert found["high"] == pytest.approx(0.9544, abs=1e-3)


def test_load_and_fairness_by_hand() -> None:
    one = told(declined_life())
    taker = one.takers[0]
    other = replace(
        one, id="ESC-2", takers=("U11",), held={"U11": 5.0},
        asked=(replace(one.asked[1], person="U11"),),
    )  # fmt: skip
    found = figures([one, replace(one, id="ESC-3"), other])
    assert found["load"][taker] == {
        "cases": 2, "hours": 4.0, "asked": 2, "declined_or_silent": 0,
    }  # fmt: skip
    assert found["load"][one.asked[0].person]["declined_or_silent"] == 2
    assert found["fairness"]["2"]["busiest"] == pytest.approx(2 / 1.5)


def test_every_counted_figure_can_be_followed_down() -> None:
    cases = [told(a_life()), told(declined_life(), "ESC-2")]
    found = figures(cases)
    for name in ("resolved", "late"):
        assert len(cases_of(cases, name)) == found[name]
    for clock, states in found["clocks"].items():
        for state, number in states.items():
            if f"{clock}.{state}" in MARKED:
                assert len(cases_of(cases, f"{clock}.{state}")) == number
    for name in ("raised", "reopened", "reassigned", "ping_pong", "complete", "moved_down"):
        assert len(cases_of(cases, name)) / len(cases) == found[f"{name}_share"]
    with pytest.raises(KeyError):
        cases_of(cases, "nonsense")


stories = st.builds(
    replace,
    st.sampled_from([told(a_life()), told(declined_life())]),
    severity=st.sampled_from(["P1", "P2"]),
    tier=st.sampled_from(["1", "2", "planning"]),
    kind=st.sampled_from(["outage", "minor_issue"]),
    area=st.sampled_from(["login", "payments", "=1+1"]),
    customer=st.sampled_from(["Globex", "Initech"]),
    origin=st.sampled_from(["slack", "api"]),
    owner=st.sampled_from(["U05", "U06"]),
    drill=st.booleans(),
    resolved=st.booleans(),
    raised=st.booleans(),
    reopened=st.integers(0, 2),
    lowered=st.integers(0, 2),
    rating=st.sampled_from([None, 1, 3, 4, 5]),
)


@given(st.lists(stories, max_size=8), st.sampled_from(DIMENSIONS))
def test_whatever_is_counted_adds_up_over_any_dimension(cases: list[Story], dimension: str) -> None:
    found = report(cases, [dimension])
    parts = list(found["by"][dimension].values())
    for key in ("cases", "resolved", "late", "updates_missed", "lowered"):
        assert sum(part[key] for part in parts) == found[key]
    for name, counts in found["volume"].items():
        for value, number in counts.items():
            assert sum(part["volume"][name].get(value, 0) for part in parts) == number
    for name, times in found["hours"].items():
        assert sum(part["hours"][name]["cases"] for part in parts) == times["cases"]
    for clock, states in found["clocks"].items():
        for state, number in states.items():
            assert sum(part["clocks"][clock][state] for part in parts) == number
    for key in ("rated", "of"):
        assert sum(part["satisfaction"][key] for part in parts) == found["satisfaction"][key]
    for person, load in found["load"].items():
        mine = [part["load"][person] for part in parts if person in part["load"]]
        assert sum(one["cases"] for one in mine) == load["cases"]
        assert sum(one["hours"] for one in mine) == pytest.approx(load["hours"])


@given(st.lists(stories, max_size=8), st.randoms())
def test_the_order_of_cases_changes_nothing(cases: list[Story], chance: object) -> None:
    turned = list(cases)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert report(turned, ["area"]) == report(cases, ["area"])
