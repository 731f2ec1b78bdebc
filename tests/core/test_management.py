"""Managers of a case that gets worse, or comes back: called, and given their time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from escbot.core import commands as c
from escbot.core.digest import digest
from escbot.core.events import ManagementCalled, ManagementPassed
from escbot.core.policy import PLANNING
from tests.make import Life, a_roster, an_escalation, facts

EVENING = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def asleep() -> Life:
    """An evening on which no manager is there, nor on call."""
    people = tuple(
        replace(person, hours="support") if "manager" in person.roles else person
        for person in a_roster().people
    )
    return Life(roster=replace(a_roster(), people=people, on_call=()), now=EVENING)


def a_wish(**others: object) -> Life:
    life = Life()
    life.do(an_escalation(kind="enhancement", **others))
    assert life.case.tier == PLANNING
    return life


def pings(life: Life) -> list[str]:
    return [slot for slot in life.shown() if slot.startswith("manage:")]


def test_facts_that_make_a_wish_a_p1_call_a_manager_at_once() -> None:
    life = a_wish()
    worse = facts("outage", "system_wide", executive_contact=True, revenue_at_risk=True)
    happened = life.do(c.ChangeFacts("U01", worse))
    [called] = [event for event in happened if isinstance(event, ManagementCalled)]
    assert set(called.criteria) == {"executive_contact", "revenue_at_risk"}
    assert not called.quiet
    assert pings(life) == ["manage:1"]
    assert life.case.clocks["manage:1"].limit == timedelta(minutes=10)


def test_what_only_the_digest_told_is_called_once_the_case_is_worse() -> None:
    life = a_wish(vip=True)
    assert pings(life) == []
    life.do(c.ChangeFacts("U01", facts("outage", vip=True, executive_contact=True)))
    [loud] = [ping for ping in life.case.management if not ping.quiet]
    assert set(loud.criteria) == {"vip_customer", "executive_contact"}
    assert pings(life) == ["manage:2"]

    life = a_wish(vip=True)
    happened = life.do(c.ChangeSeverity("U08", "P2", "It broke"))
    [called] = [event for event in happened if isinstance(event, ManagementCalled)]
    assert called.criteria == ("vip_customer",)
    again = life.do(c.ChangeSeverity("U08", "P1", "And now everything"))
    assert not [event for event in again if isinstance(event, ManagementCalled)]


def test_a_risk_that_is_gone_is_not_called_when_the_case_is_worse() -> None:
    life = a_wish(vip=True)
    life.do(c.ChangeFacts("U01", facts("outage")))
    assert pings(life) == []


def test_a_manager_who_sleeps_is_passed_over_only_after_their_hours_began() -> None:
    life = asleep()
    life.do(an_escalation(kind="minor_issue", vip=True))
    assert life.shown()["manage:1"].after == MORNING
    life.do(c.ChangeSeverity("U01", "P2", "It is worse"))
    assert not [e for e in life.wait(hours=13) if isinstance(e, ManagementPassed)]
    assert life.case.clocks["manage:1"].since == MORNING
    assert [e for e in life.wait(minutes=31) if isinstance(e, ManagementPassed)]


def test_a_p1_waits_for_nobodys_hours() -> None:
    life = asleep()
    life.do(an_escalation(kind="minor_issue", vip=True))
    life.do(c.ChangeSeverity("U01", "P1", "It is worse"))
    assert life.shown()["manage:1"].after is None
    assert [e.to for e in life.wait(minutes=11) if isinstance(e, ManagementPassed)] == ["U09"]


def test_a_manager_has_the_time_of_the_severity_that_the_case_has_now() -> None:
    life = Life()
    life.do(an_escalation(kind="minor_issue", vip=True))
    assert life.case.clocks["manage:1"].limit == timedelta(minutes=30)
    life.do(c.ChangeSeverity("U01", "P1", "It is worse"))
    assert life.case.clocks["manage:1"].limit == timedelta(minutes=10)
    life.do(c.ChangeSeverity("U08", "P4", "A wish after all"))
    assert "manage:1" not in life.case.clocks  # the digest tells it from here on
    life.do(c.ChangeSeverity("U08", "P2", "No, it is broken"))
    assert life.case.clocks["manage:1"].since == life.now


def test_a_case_that_comes_back_still_wants_its_managers_answer() -> None:
    life = Life()
    life.do(an_escalation(vip=True, area="payments"))
    life.do(c.Acknowledge("U05"))
    life.do(c.Resolve("U05", "Done", "bug"))
    assert not [e for e in life.wait(minutes=20) if isinstance(e, ManagementPassed)]
    life.do(c.Reopen("U01", "It is back"))
    assert [e.to for e in life.wait(minutes=11) if isinstance(e, ManagementPassed)] == ["U09"]


def test_a_case_that_comes_back_asks_nobody_where_a_manager_has_it() -> None:
    life = Life()
    life.do(an_escalation(vip=True, area="payments"))
    life.do(c.Acknowledge("U05"))
    life.do(c.TakeManagement("U08"))
    life.do(c.Resolve("U05", "Done", "bug"))
    life.do(c.Reopen("U01", "It is back"))
    assert "manage:1" not in life.case.clocks


def test_the_digest_tells_only_what_calls_nobody() -> None:
    life = a_wish(vip=True)

    def quiet() -> int:
        found = digest([life.case], lambda _: life.policy, "U08", life.now)
        return found.counts[3] if found else 0

    assert quiet() == 1
    life.do(c.ChangeSeverity("U08", "P2", "It broke"))
    assert quiet() == 0
