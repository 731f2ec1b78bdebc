"""Down by a rule: proposed, kept or confirmed, done after a grace, undone, never to and fro."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.core.events import DeescalationKept, DeescalationProposed, Event, SeverityChanged
from escbot.core.facts import Impact, Kind
from escbot.core.notices import holds
from escbot.core.views import Notice
from tests.make import NOW, Life, a_mild_policy, a_policy, a_roster, an_escalation


def worked_on(owner: str = "U05", **facts: object) -> Life:
    """A case of payments that a specialist has taken."""
    life = Life()
    life.do(an_escalation(area="payments", **facts))
    life.do(c.Acknowledge(owner))
    return life


def changed(life: Life, **facts: object) -> tuple[Event, ...]:
    return life.do(c.ChangeFacts("U08", replace(life.case.facts, **facts)))


@pytest.mark.parametrize(
    ("before", "after", "to"),
    [
        ({"kind": "major_function"}, {"workaround": True}, "P3"),
        ({"kind": "outage"}, {"workaround": True}, "P2"),
        ({"kind": "outage", "impact": "system_wide"}, {"impact": Impact.ONE_USER}, "P2"),
        ({"kind": "major_function", "vip": True}, {"vip": False}, "P3"),
    ],
)
def test_what_got_better_proposes_and_changes_nothing_yet(
    before: dict[str, object], after: dict[str, object], to: str
) -> None:
    life = worked_on(**before)
    severity = life.case.severity
    happened = changed(life, **after)
    assert [e.to_severity for e in happened if isinstance(e, DeescalationProposed)] == [to]
    assert life.case.severity == severity


def test_what_got_worse_in_the_same_breath_is_not_lowered() -> None:
    life = worked_on(kind="major_function")
    happened = changed(life, workaround=True, revenue_impact=True)
    assert life.case.severity == "P1"
    assert not [e for e in happened if isinstance(e, DeescalationProposed)]


def test_a_problem_never_becomes_a_wish_by_a_rule() -> None:
    life = Life()
    life.do(an_escalation(kind="minor_issue", impact="multiple_users"))
    changed_ = life.do(c.ChangeFacts("U01", replace(life.case.facts, impact=Impact.ONE_USER)))
    assert not [e for e in changed_ if isinstance(e, DeescalationProposed)]
    assert life.case.severity == "P3"


def test_a_p1_needs_a_manager_and_a_p2_a_lead() -> None:
    for kind, too_little, enough in (("outage", "U07", "U08"), ("major_function", "U05", "U07")):
        life = worked_on(kind=kind)
        changed(life, workaround=True)
        with pytest.raises(Refused) as refused:
            life.do(c.ConfirmDeescalation(too_little))
        assert refused.value.because.code == "may_not_lower"
        owner, before = life.case.owner, life.case.severity
        life.do(c.ConfirmDeescalation(enough))
        assert life.case.severity != before
        assert life.case.owner == owner  # who works on it keeps it


def test_who_confirms_is_what_the_policy_says_and_not_who_may_lower() -> None:
    policy = a_policy()
    p2 = replace(policy.severity("P2"), confirm_by="manager")
    severities = tuple(p2 if s.id == "P2" else s for s in policy.severities)
    life = Life(policy=replace(policy, severities=severities))
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge("U05"))
    changed(life, workaround=True)
    with pytest.raises(Refused):
        life.do(c.ConfirmDeescalation("U07"))
    life.do(c.ConfirmDeescalation("U08"))
    assert life.case.severity == "P3"


def mild(**people: str) -> Life:
    """A policy whose P2 is lowered after two of the owner's hours, without confirmation."""
    roster = a_roster()
    changed_people = tuple(
        replace(p, hours=people[p.id]) if p.id in people else p for p in roster.people
    )
    return Life(
        policy=a_mild_policy(),
        roster=replace(roster, people=changed_people),
    )


def test_the_grace_runs_in_the_owners_hours_and_the_move_is_announced() -> None:
    life = mild(U05="support")
    life.now = NOW + timedelta(hours=6)  # 16:00; the owner's day ends at 17:00
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge("U05"))
    changed(life, workaround=True)
    life.wait(hours=10)
    assert life.case.severity == "P2"
    life.wait(hours=8)  # 10:00 of the next day: two open hours are over
    assert life.case.severity == "P3"
    assert "severity_changed" in life.codes()


def test_keep_holds_it_and_the_rule_rests_for_a_day() -> None:
    life = mild()
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge("U05"))
    changed(life, workaround=True)
    life.do(c.KeepLevel("U05"))
    life.wait(hours=3)
    assert life.case.severity == "P2"
    changed(life, workaround=False)
    assert not [e for e in changed(life, workaround=True) if isinstance(e, DeescalationProposed)]
    life.wait(hours=24)
    changed(life, workaround=False)
    assert [e for e in changed(life, workaround=True) if isinstance(e, DeescalationProposed)]


def proposed(**facts: object) -> Life:
    """A case that would be lowered after two hours, since a workaround was found."""
    life = mild()
    life.do(an_escalation(kind="major_function", area="payments", **facts))
    life.do(c.Acknowledge("U05"))
    changed(life, workaround=True)
    assert life.case.proposal is not None
    return life


def off(life: Life) -> list[object]:
    return [n.values["why"] for n in life.told if n.code == "deescalation_off"]


def test_a_workaround_that_does_not_hold_takes_the_proposal_back() -> None:
    life = proposed()
    life.wait(minutes=30)
    [asked] = [m.holds for m in life.messages if m.value.code == "deescalation_proposed"]
    assert holds(life.case, asked)
    changed(life, workaround=False)
    assert life.case.proposal is None
    assert off(life) == ["facts"]
    assert not holds(life.case, asked)  # a message that is still to be sent says it no longer
    life.wait(hours=3)
    assert life.case.severity == "P2"


def test_what_was_taken_back_may_be_proposed_again_at_once() -> None:
    life = proposed()
    changed(life, workaround=False)
    assert [e for e in changed(life, workaround=True) if isinstance(e, DeescalationProposed)]
    life.wait(hours=2)
    assert life.case.severity == "P3"


def test_an_impact_that_grows_again_takes_its_proposal_back() -> None:
    life = mild()
    life.do(an_escalation(kind="major_function", impact="system_wide", area="payments"))
    life.do(c.Acknowledge(str(life.case.offered)))
    changed(life, impact=Impact.ONE_USER)
    assert life.case.proposal is not None
    changed(life, impact=Impact.MULTIPLE_USERS)
    assert life.case.proposal is None


def test_facts_that_say_nothing_about_it_leave_the_proposal() -> None:
    life = proposed()
    life.wait(minutes=30)
    happened = changed(life, area="login")
    assert not [e for e in happened if isinstance(e, DeescalationKept)]
    life.wait(hours=2)
    assert life.case.severity == "P3"


def test_facts_that_speak_for_a_smaller_step_propose_that_one() -> None:
    life = worked_on(kind="outage", impact="system_wide")
    changed(life, kind=Kind.MINOR_ISSUE, impact=Impact.ONE_USER)
    assert life.case.proposal
    assert life.case.proposal.to_severity == "P3"
    changed(life, kind=Kind.MAJOR_FUNCTION)
    assert life.case.proposal
    assert life.case.proposal.to_severity == "P2"
    changed(life, kind=Kind.OUTAGE)
    assert life.case.proposal is None


def test_who_escalates_takes_the_proposal_back() -> None:
    life = proposed()
    life.do(c.MoveUp("U05", None, "It is worse"))
    assert off(life) == ["moved_up"]
    life.wait(hours=3)
    assert life.case.severity == "P2"
    assert life.case.tier == 3


def test_a_proposal_that_was_taken_back_can_not_be_confirmed() -> None:
    life = worked_on(kind="major_function")
    changed(life, workaround=True)
    changed(life, workaround=False)
    with pytest.raises(Refused) as refused:
        life.do(c.ConfirmDeescalation("U07"))
    assert refused.value.because.code == "nothing_proposed"


def test_undo_puts_it_back_with_the_time_used_intact() -> None:
    life = mild()
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge("U05"))
    life.wait(hours=1)
    changed(life, workaround=True)
    life.wait(hours=2)
    assert (life.case.severity, life.case.owner) == ("P3", "U05")
    notice = [n for n in life.told if n.code == "severity_changed"][-1]
    assert notice.buttons == ("undo",)
    happened = life.do(c.UndoDeescalation("U05"))
    assert [e.to for e in happened if isinstance(e, SeverityChanged)] == ["P2"]
    assert life.case.owner == "U05"
    assert life.case.clocks["tier"].used == timedelta(hours=3)
    with pytest.raises(Refused) as refused:
        life.do(c.UndoDeescalation("U05"))
    assert refused.value.because.code == "nothing_to_undo"


def test_nothing_bounces_within_a_day_after_an_undo() -> None:
    life = mild()
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge("U05"))
    changed(life, workaround=True)
    life.wait(hours=2)
    life.do(c.UndoDeescalation("U05"))
    changed(life, workaround=False)
    assert not [e for e in changed(life, workaround=True) if isinstance(e, DeescalationProposed)]


def test_what_a_person_lowered_is_not_undone_by_the_button() -> None:
    life = worked_on(kind="outage")
    life.do(c.ChangeSeverity("U08", "P2", "It is only slow"))
    with pytest.raises(Refused):
        life.do(c.UndoDeescalation("U08"))


def test_a_customer_silent_beyond_the_limit_proposes_the_next_lower() -> None:
    life = worked_on(kind="major_function")
    life.do(c.StartWait("U05", "customer"))
    happened = life.wait(hours=4, minutes=1)
    proposed = [e for e in happened if isinstance(e, DeescalationProposed)]
    assert [(e.rule, e.to_severity) for e in proposed] == [("waiting_customer", "P3")]


def test_neither_p1_nor_p2_nor_a_vip_closes_by_itself() -> None:
    for facts in (
        {"kind": "outage"},
        {"kind": "major_function"},
        {"kind": "minor_issue", "vip": True},
    ):
        life = Life()
        life.do(an_escalation(area="payments", **facts))
        if life.case.owner is None:
            life.do(c.Acknowledge("U05"))
        life.do(c.Resolve(str(life.case.owner), "Done", "bug"))
        life.wait(days=60)
        assert life.case.phase.value == "resolved"


def test_a_customer_who_turns_out_to_be_a_vip_is_not_closed() -> None:
    life = Life()
    life.do(an_escalation(kind="minor_issue"))
    life.do(c.StartWait("U01", "customer"))
    life.do(c.ChangeFacts("U01", replace(life.case.facts, vip=True)))
    for _ in range(10):
        life.wait(hours=8)
        if life.case.wait is not None:
            life.do(c.RenewWait("U01", "They are travelling"))
    assert life.case.phase.value == "waiting" or not life.case.phase.is_over


def test_the_planner_may_reclassify_a_wish_and_nothing_else() -> None:
    life = Life()
    life.do(an_escalation(kind="enhancement"))
    life.do(c.ChangeSeverity("U10", "P3", "This is a defect"))
    assert (life.case.severity, life.case.tier) == ("P3", 1)
    with pytest.raises(Refused):
        life.do(c.ChangeSeverity("U10", "P2", "Worse"))


def named(life: Life) -> list[tuple[tuple[str, ...], str]]:
    """Whom the messages of the proposal name, and where they go."""
    return [
        (message.value.people, message.target)
        for message in life.messages
        if isinstance(message.value, Notice) and message.value.code == "deescalation_proposed"
    ]


def test_the_lead_of_the_tier_is_asked_to_confirm() -> None:
    life = worked_on(kind="major_function", impact="system_wide")
    assert life.case.tier == 3
    changed(life, workaround=True)
    assert named(life) == [(("U07",), "thread")]


def test_where_every_lead_is_asleep_the_tiers_lead_hears_of_it_in_their_morning() -> None:
    people = tuple(
        replace(person, hours="support") if "lead" in person.roles else person
        for person in a_roster().people
    )
    life = Life(roster=replace(a_roster(), people=people, on_call=()))
    life.now = NOW + timedelta(hours=10)
    life.do(an_escalation(kind="major_function", impact="system_wide", area="payments"))
    life.do(c.Acknowledge(str(life.case.offered)))
    changed(life, workaround=True)
    assert named(life) == [((), "thread"), ((), "dm:U07")]
    [later] = [m for m in life.messages if m.target == "dm:U07"]
    assert later.after == NOW + timedelta(hours=23)
    assert holds(life.case, later.holds)
    changed(life, workaround=False)
    assert not holds(life.case, later.holds)


def test_a_lead_of_another_tier_is_asked_where_they_alone_are_awake() -> None:
    people = tuple(
        replace(person, hours="support") if person.id == "U07" else person
        for person in a_roster().people
    )
    life = Life(roster=replace(a_roster(), people=people, on_call=()))
    life.now = NOW + timedelta(hours=10)
    life.do(an_escalation(kind="major_function", impact="system_wide", area="payments"))
    life.do(c.Acknowledge(str(life.case.offered)))
    changed(life, workaround=True)
    assert named(life) == [(("U03",), "thread")]
