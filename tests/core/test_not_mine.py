""" "Not mine": back as if it had never been taken, under what is true by now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escbot.core import commands as c
from escbot.core.case import Case, Phase
from escbot.core.roster import Floor
from tests.make import NOW, Life, a_roster, an_escalation


def taken(**facts: object) -> tuple[Life, str]:
    """A case that somebody has just taken, and who it is."""
    life = Life()
    life.do(an_escalation(area="payments", **facts))
    who = life.case.offered
    assert who is not None
    life.do(c.Acknowledge(who))
    return life, who


def promised(case: Case) -> dict[str, object]:
    return {name: (clock.limit, clock.calendar) for name, clock in case.clocks.items()}


def test_the_promise_is_that_of_the_severity_that_the_case_has_now() -> None:
    life, who = taken(kind="minor_issue", impact="multiple_users")
    life.do(c.ChangeSeverity(who, "P2", "It is worse"))
    life.do(c.GiveBack(who))
    found = promised(life.case)
    assert (life.case.severity, life.case.phase, life.case.offered) == ("P2", Phase.OFFERED, who)
    assert found["respond"] == (timedelta(hours=4), "always")
    assert found["answer"] == (timedelta(hours=1), "always")


def test_the_time_used_counts_on() -> None:
    life, who = taken(kind="minor_issue", impact="multiple_users")
    life.wait(minutes=30)
    life.do(c.ChangeSeverity(who, "P2", "It is worse"))
    life.wait(minutes=10)
    life.do(c.GiveBack(who))
    assert life.case.clocks["respond"].used == timedelta(minutes=30)
    assert life.case.clocks["respond"].since == NOW + timedelta(minutes=30)


@pytest.mark.parametrize("on", ["customer", "vendor", "inside"])
def test_a_wait_that_is_over_does_not_come_back(on: str) -> None:
    life = Life()
    life.do(an_escalation(area="payments"))
    who = str(life.case.offered)
    before = life.case.clocks
    life.do(c.StartWait("U01", on))
    life.do(c.Acknowledge(who))
    life.do(c.Resume("U01", "replied"))
    life.do(c.GiveBack(who))
    assert (life.case.phase, life.case.offered, life.case.wait) == (Phase.OFFERED, who, None)
    assert life.case.clocks == before


def test_a_wait_of_a_case_that_nobody_could_be_asked_about_is_over_too() -> None:
    others = frozenset(person.id for person in a_roster().people) - {"U01"}
    life = Life(floor=Floor(gone=others))
    life.do(an_escalation(area="payments"))
    assert life.case.phase is Phase.UNASSIGNED
    life.do(c.StartWait("U01", "customer"))
    life.do(c.Acknowledge("U06"))
    life.do(c.Resume("U01", "replied"))
    life.do(c.GiveBack("U06"))
    assert life.case.phase is Phase.UNASSIGNED


def test_the_customers_deadline_that_came_meanwhile_holds() -> None:
    life, who = taken(kind="major_function")
    soon = NOW + timedelta(hours=2)
    life.do(c.ChangeFacts(who, replace(life.case.facts, customer_deadline=soon)))
    life.do(c.GiveBack(who))
    assert life.case.clocks["respond"].ends_by == soon
