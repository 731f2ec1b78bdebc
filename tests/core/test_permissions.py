"""Who may do what, also where a company's file is older than an action."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.core.permissions import DEFAULT, allowed
from tests.make import Life, a_policy, an_escalation, facts

OLDER = replace(
    a_policy(),
    permissions={
        action: who
        for action, who in a_policy().permissions.items()
        if action not in ("extend", "hand_words")
    },
)


def test_the_packaged_table_and_the_default_for_what_is_left_out_are_the_same() -> None:
    assert dict(a_policy().permissions) == dict(DEFAULT)


@pytest.mark.parametrize("command", [c.ExtendLimit("U02", "A restart"), c.HandWords("U02", "U02")])
def test_what_an_older_file_leaves_out_is_not_for_anyone(command: c.Command) -> None:
    life = Life(policy=OLDER)
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge(life.case.offered or ""))
    with pytest.raises(Refused) as refused:
        life.do(command)
    assert refused.value.because.code == "not_allowed"
    assert "owner, " in str(refused.value.because.values["who"])


def test_what_a_company_says_goes_before_the_default() -> None:
    opened = replace(OLDER, permissions={**OLDER.permissions, "extend": ("anyone",)})
    assert allowed(opened, "extend") == ("anyone",)
    assert allowed(OLDER, "extend") == ("owner", "lead", "manager")


@pytest.mark.parametrize(
    ("action", "command"),
    [
        ("reassign", c.Reassign("U02", "U06")),
        ("take_over", c.TakeOver("U02")),
        ("move_down", c.MoveDown("U02", "It is quiet")),
        ("change_severity", c.ChangeSeverity("U02", "P1", "It is worse")),
        ("change_tier", c.ChangeTier("U02", 3, "It needs them")),
        ("change_facts", c.ChangeFacts("U02", facts("outage"))),
        ("wait", c.StartWait("U02", "customer")),
        ("tell_customer", c.TellCustomer("U02", "We are on it")),
        ("tell_customer", c.EditWords("U02", "We are on it")),
        ("hand_words", c.HandWords("U02", "U02")),
        ("extend", c.ExtendLimit("U02", "A restart")),
        ("take_management", c.TakeManagement("U02")),
        ("resolve", c.Resolve("U02", "A restart", "bug")),
        ("cancel", c.Cancel("U02", "A mistake")),
        ("merge", c.Merge("U02", 2)),
    ],
)
def test_a_bystander_is_refused_and_told_who_can(action: str, command: c.Command) -> None:
    life = Life()
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge(life.case.offered or ""))
    with pytest.raises(Refused, match="not_allowed") as refused:
        life.do(command)
    values = refused.value.because.values
    assert values["action"] == action
    assert values["who"] == ", ".join(DEFAULT[action])
    assert len(life.records) == life.case.version


@pytest.mark.parametrize(
    ("action", "command"),
    [
        ("accept_plan", c.AcceptPlan("U02")),
        ("decline_plan", c.DeclinePlan("U02", "Not now")),
        ("reclassify", c.ChangeSeverity("U02", "P2", "It is broken")),
    ],
)
def test_a_wish_is_for_the_planners(action: str, command: c.Command) -> None:
    life = Life()
    life.do(an_escalation(kind="enhancement"))
    with pytest.raises(Refused, match="not_allowed") as refused:
        life.do(command)
    assert refused.value.because.values["action"] == action


def test_a_lower_severity_needs_whom_the_policy_names() -> None:
    for severity, least in (("P1", "manager"), ("P2", "lead"), ("P3", "owner"), ("P4", "owner")):
        assert a_policy().severity(severity).lower_by == least
    life = Life()
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge(life.case.offered or ""))
    with pytest.raises(Refused, match="may_not_lower") as refused:
        life.do(c.ChangeSeverity(life.case.owner or "", "P3", "It is quiet"))
    assert refused.value.because.values["who"] == "lead"
    life.do(c.ChangeSeverity("U07", "P3", "It is quiet"))
    assert life.case.severity == "P3"


@pytest.mark.parametrize(("who", "takes"), [(("anyone",), "U01"), (("lead", "manager"), "U07")])
def test_who_may_take_a_case_stands_in_the_table_alone(who: tuple[str, ...], takes: str) -> None:
    table = {**a_policy().permissions, "acknowledge": who}
    life = Life(policy=replace(a_policy(), permissions=table))
    life.do(an_escalation(kind="major_function", area="payments"))
    assert life.case.offered == "U05"
    if "anyone" not in who:
        with pytest.raises(Refused, match="not_offered"):
            life.do(c.Acknowledge("U05"))
    life.do(c.Acknowledge(takes))
    assert life.case.owner == takes
