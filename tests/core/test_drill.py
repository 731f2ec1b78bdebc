"""Drills in the core: their pace, their people, and what a drill leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escbot.core import commands as c
from escbot.core.case import Linked, Phase
from escbot.core.clocks import deadlines
from escbot.core.decide import Refused
from escbot.core.drill.customer import next_word
from escbot.core.drill.stage import cast, floor_of, paced
from escbot.core.evolve import evolve
from escbot.services.drillfile import Drill, read_drills
from tests.make import NOW, Life, a_policy, a_roster, an_escalation, facts

OUTAGE = read_drills(None).found["outage"]
TRUE = facts(impact="multiple_users", area="payments", revenue_impact=True)


def a_drill(*people: str, drill: Drill = OUTAGE) -> Life:
    """Return a drill that was escalated as its call asks."""
    life = Life()
    practice = drill.practice
    life.do(c.StartDrill("U01", practice, drill.pace, people))
    life.do(c.EscalateDrill("U01", practice.customer, "502 since 8:30", TRUE, "Two browsers"))
    return life


@pytest.mark.parametrize("pace", [1.0, 12.0, 60.0])
def test_every_limit_of_a_drill_is_the_policys_divided_by_its_pace(pace: float) -> None:
    real = Life()
    real.do(replace(an_escalation(customer="Northwind Travel"), facts=TRUE))
    drill = a_drill("U05", "U08", drill=replace(OUTAGE, pace=pace))
    for name, clock in real.case.clocks.items():
        assert drill.case.clocks[name].limit == clock.limit / pace, name
    ours = {one.kind: one.due_at - NOW for one in deadlines(drill.case, drill.policy)}
    theirs = {one.kind: one.due_at - NOW for one in deadlines(real.case, real.policy)}
    assert {kind: ours[kind] * pace for kind in theirs} == theirs


def test_for_a_real_case_nothing_is_changed() -> None:
    life = Life()
    life.do(an_escalation())
    policy, roster, case = a_policy(), a_roster(), life.case
    assert paced(policy, case) is policy
    assert cast(roster, policy, case) is roster
    assert floor_of(life.floor, case) is life.floor
    for command in (c.JoinDrill("U02"), c.EndDrill("U01")):
        with pytest.raises(Refused, match="not_a_drill"):
            life.do(command)


def test_a_drill_runs_through_the_night() -> None:
    wish = read_drills(None).found["wish"]
    life = Life(now=NOW.replace(hour=23))
    life.do(c.StartDrill("U01", wish.practice, wish.pace))
    life.do(c.EscalateDrill("U01", "Fairweather Foods", "A filter", facts("enhancement")))
    respond = next(one for one in deadlines(life.case, life.policy) if one.kind == "respond.50")
    assert respond.due_at == life.now + timedelta(hours=12) / wish.pace


def test_a_drill_is_rebuilt_from_its_events_whatever_happened() -> None:
    life = a_drill("U05")
    life.do(c.Note("U05", "asked", "Which code?"))
    life.wait(minutes=3)
    life.do(c.JoinDrill("U06"))
    life.wait(minutes=20)
    assert life.case.graded
    assert not deadlines(life.case, life.policy)
    rebuilt = None
    for one in life.records:
        rebuilt = evolve(rebuilt, one, a_policy(), team="T1", number=1)
    assert rebuilt == life.case


def test_the_customer_keeps_still_while_they_hear_from_us() -> None:
    life = a_drill("U05")
    life.do(c.Acknowledge("U05"))
    for _ in range(4):
        life.wait(minutes=2)
        life.do(c.TellCustomer("U01", "We are on it."))
    assert life.case.wrote_at is None
    word = next_word(life.case)
    assert word is not None
    assert word.at == life.now + timedelta(minutes=25) / OUTAGE.pace


def test_what_has_no_place_in_a_drill_is_refused() -> None:
    life = a_drill("U05")
    for command, code in (
        (c.Acknowledge("U06"), "join_first"),
        (c.Merge("U01", 7), "not_in_drill"),
        (c.TakeIn("U01", (Linked("Globex", "U01"),)), "no_such_target"),
        (c.BringIn("U01", "U06"), "not_joined"),
        (c.EscalateDrill("U01", "X", "Y", TRUE), "drill_escalated"),
        (c.JoinDrill("U05"), "joined_already"),
    ):
        with pytest.raises(Refused, match=code):
            life.do(command)
    life.do(c.EndDrill("U05"))
    assert life.case.phase is Phase.CLOSED
    with pytest.raises(Refused, match="drill_over"):
        life.do(c.Reopen("U01", "Again!"))


def test_under_a_faster_clock_people_still_play_at_their_own_speed() -> None:
    slower = read_drills(None).under(60)
    assert slower.found["outage"].pace == OUTAGE.pace / 60
    life = a_drill("U05", drill=slower.found["outage"])
    answer = next(one for one in deadlines(life.case, life.policy) if one.kind == "answer.breach")
    assert (answer.due_at - NOW) / 60 == timedelta(minutes=15) / OUTAGE.pace
