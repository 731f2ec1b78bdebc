"""A case's whole life, told in the domain's words against the pure core."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from escbot.core import commands as c
from escbot.core.case import Phase
from escbot.core.decide import Refused
from escbot.core.events import Breached, Offered, Passed, Queued, TierChanged, Warned
from escbot.core.notices import holds
from escbot.core.roster import Absence, Floor, Roster
from escbot.core.views import Notice
from tests.make import NOW, Life, a_roster, an_escalation


def opened(**others: object) -> Life:
    life = Life()
    life.do(an_escalation(**others))
    return life


def test_an_outage_goes_to_tier_three_and_asks_the_best_specialist() -> None:
    life = opened(area="payments")
    assert (life.case.severity, life.case.tier, life.case.phase) == ("P1", 3, Phase.OFFERED)
    assert life.case.offered == "U05"
    slots = set(life.shown())
    assert {"card", "document:1", "assess:1", "route:1", "brief:1", "update:1"} <= slots
    assert "direct:U05:1" in slots


def test_an_unanswered_offer_goes_to_the_next_person_and_nobody_is_asked_twice() -> None:
    life = opened(area="payments")
    happened = life.wait(minutes=16)
    assert [type(event) for event in happened] == [Passed, Offered]
    assert life.case.offered == "U06"
    assert life.case.passed == ("U05",)


def test_an_unanswered_p2_warns_breaches_and_moves_up_by_itself() -> None:
    life = opened(kind="major_function", area="payments")
    assert life.case.tier == 2
    happened = life.wait(hours=4)
    assert [e.share for e in happened if isinstance(e, Warned) and e.clock == "respond"] == [
        0.5, 0.8,
    ]  # fmt: skip
    assert any(isinstance(e, Breached) and e.clock == "respond" for e in happened)
    assert [e.to for e in happened if isinstance(e, TierChanged)] == [3]
    assert life.case.tier == 3
    assert "breached" in life.codes()


def test_at_the_top_a_breach_calls_the_manager() -> None:
    life = opened(area="payments")
    life.wait(hours=1)
    assert life.case.tier == 3
    assert ("respond_breached",) in [ping.criteria for ping in life.case.management]


def test_a_vip_calls_the_account_owner_in_one_ping_that_names_everything() -> None:
    life = opened(customer="acme corp", executive_contact=True)
    assert life.case.customer == "Acme"
    assert len(life.case.management) == 1
    ping = life.case.management[0]
    assert set(ping.criteria) == {"vip_customer", "executive_contact"}
    assert ping.asked == ("U09",)
    life.wait(minutes=11)
    assert life.case.management[0].asked == ("U09", "U08")
    life.do(c.TakeManagement("U08"))
    assert life.case.management[0].taken_by == "U08"


def test_taking_stops_the_promise_and_not_mine_restores_it() -> None:
    life = opened(area="payments")
    life.wait(minutes=10)
    before = life.case.clocks
    life.do(c.Acknowledge("U05", "reply"))
    assert life.case.owner == "U05"
    assert not {"respond", "answer"} & set(life.case.clocks)
    assert "taken" in life.codes()
    life.do(c.GiveBack("U05"))
    assert life.case.offered == "U05"
    assert life.case.clocks == before


def test_declining_opens_a_second_round_with_somebody_else() -> None:
    life = opened(area="payments")
    life.do(c.Decline("U05", "no_capacity"))
    assert [round_.number for round_ in life.case.rounds] == [1, 2]
    assert life.case.offered == "U06"
    assert life.shown()["document:1"].value.folded


def test_waiting_for_the_customer_pauses_what_the_customer_was_promised() -> None:
    life = opened(kind="major_function", area="payments")
    life.do(c.Acknowledge("U05"))
    life.wait(hours=1)
    life.do(c.StartWait("U05", "customer"))
    life.wait(hours=3)
    life.do(c.Resume("U01", "replied"))
    assert life.case.phase is Phase.WORKING
    used = life.case.clocks["tier"].used
    assert used.total_seconds() == 3600


def test_a_solution_that_its_template_has_no_room_for_is_refused_and_not_cut() -> None:
    life = opened(area="payments")
    life.do(c.Acknowledge("U05"))
    with pytest.raises(Refused) as refused:
        life.do(c.Resolve("U05", "x" * 3000, "configuration"))
    assert refused.value.because.code == "too_long"
    assert refused.value.because.values["field"] == "summary"
    longest = int(str(refused.value.because.values["longest"]))
    life.do(c.Resolve("U05", "x" * longest, "configuration"))
    assert len(life.case.words[-1].text) == 3000
    assert "x" * longest in life.case.words[-1].text
    assert "…" not in life.case.words[-1].text


def test_a_resolved_case_reopens_to_the_same_owner() -> None:
    life = opened(area="payments")
    life.do(c.Acknowledge("U05"))
    life.do(c.Resolve("U05", "Renewed the certificate", "configuration"))
    assert life.case.phase is Phase.RESOLVED
    assert "resolved_requester" in life.codes()
    life.do(c.Reopen("U01", "Still failing"))
    assert (life.case.phase, life.case.owner) == (Phase.WORKING, "U05")


def test_an_agents_own_small_problem_stays_with_them_until_the_limit_lifts_it() -> None:
    life = opened(kind="minor_issue")
    assert (life.case.phase, life.case.owner, life.case.tier) == (Phase.WORKING, "U01", 1)
    life.wait(hours=4, minutes=1)
    assert life.case.tier == 2


def test_a_wish_goes_to_planning_and_never_up() -> None:
    life = opened(kind="enhancement", impact="system_wide")
    assert life.case.phase is Phase.PLANNING
    life.wait(days=20)
    assert life.case.tier == "planning"
    assert "breached" in life.codes()
    life.do(c.AcceptPlan("U10"))
    assert life.case.phase is Phase.PLANNED
    assert "planned" in life.codes()


def test_somebody_who_was_not_asked_is_told_so() -> None:
    life = opened(area="payments")
    with pytest.raises(Refused) as refused:
        life.do(c.Acknowledge("U01"))
    assert refused.value.because.code == "not_offered"


def test_escalating_twice_from_the_same_card_moves_up_once() -> None:
    life = opened(kind="major_function", area="payments")
    seen = life.case.turn
    life.do(c.MoveUp("U01", "needs_development", seen=seen))
    with pytest.raises(Refused) as refused:
        life.do(c.MoveUp("U01", "needs_development", seen=seen))
    assert refused.value.because.code == "moved_on"
    assert life.case.tier == 3


def test_after_a_long_stop_only_what_is_still_true_happens() -> None:
    life = opened(kind="major_function", area="payments")
    from datetime import timedelta

    from escbot.core.clocks import deadlines

    life.now += timedelta(days=1)
    kinds = [d.kind for d in deadlines(life.case, life.policy)]
    for kind in kinds:
        life.do(c.DeadlinePassed(kind))
    assert "warned" not in life.codes()
    assert life.codes().count("breached") == 1
    assert life.case.tier == 3
    assert life.case.clocks["answer"].since == life.now


def test_a_reminder_waits_for_its_readers_hours_except_for_an_urgent_case() -> None:
    roster = with_hours("U01")
    evening = NOW + timedelta(hours=6, minutes=30)  # 16:30: the hours end at 17:00
    life = Life(roster=roster, now=evening)
    life.do(an_escalation(kind="major_function", area="login"))
    life.wait(hours=3)
    [late] = [m for m in life.messages if m.after is not None]
    assert late.target == "dm:U01"
    assert holds(life.case, late.holds)
    assert late.after == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert not any("U01" in notice.people for notice in life.told if notice.code == "update_due")

    urgent = Life(roster=roster, now=evening)
    urgent.do(an_escalation(kind="outage", area="login"))
    urgent.wait(hours=3)
    assert [m for m in urgent.messages if m.after is not None] == []
    assert any("U01" in notice.people for notice in urgent.told if notice.code == "update_due")


def with_hours(*ids: str) -> Roster:
    """Return the demo's roster with people who work from nine to five."""
    people = tuple(replace(p, hours="support") if p.id in ids else p for p in a_roster().people)
    return replace(a_roster(), people=people)


def asleep(life: Life, person: str) -> list[tuple[str, bool]]:
    """Return what waits for somebody's hours, and whether it is still true."""
    return [
        (m.value.code, holds(life.case, m.holds))
        for m in life.messages
        if m.target == f"dm:{person}" and m.after is not None and isinstance(m.value, Notice)
    ]


def test_whoever_is_brought_in_or_handed_the_words_off_shift_hears_it_later() -> None:
    life = Life(roster=with_hours("U03", "U04"), now=NOW + timedelta(hours=10))
    life.do(an_escalation(kind="major_function", area="login"))
    life.do(c.Acknowledge(life.case.offered or ""))
    life.do(c.BringIn("U01", "U04"))
    life.do(c.HandWords("U01", "U03"))
    life.wait(hours=3)
    assert asleep(life, "U04") == [("brought_in", True)]
    assert asleep(life, "U03") == [("words_handed", True), ("update_due", True)]
    life.do(c.HandWords("U01", "U01"))
    assert asleep(life, "U03") == [("words_handed", False), ("update_due", False)]
    life.do(c.Resolve("U01", "Restarted it", "bug"))
    assert asleep(life, "U04") == [("brought_in", False)]


def test_a_warning_that_waits_for_its_reader_is_dropped_once_its_clock_stands() -> None:
    life = Life(roster=with_hours("U04"), now=NOW + timedelta(hours=10))
    life.do(an_escalation(kind="major_function", area="login"))
    life.do(c.Reassign("U01", "U04", "knows it"))
    life.do(c.Acknowledge("U04"))
    for _ in range(5):
        life.wait(hours=1)
        life.do(c.Note("U04", "sign", ""))
    assert ("warned", True) in asleep(life, "U04")
    life.do(c.StartWait("U04", "customer", "asked for the log"))
    assert ("warned", False) in asleep(life, "U04")
    assert ("warned", True) not in asleep(life, "U04")


def test_two_more_hours_come_once_and_then_the_lead_decides() -> None:
    life = opened(kind="minor_issue")
    life.do(c.ExtendLimit("U01", "One log is still missing"))
    assert life.case.clocks["tier"].limit == timedelta(hours=6)
    with pytest.raises(Refused) as refused:
        life.do(c.ExtendLimit("U01", "And one more"))
    assert refused.value.because.code == "extended_already"
    life.do(c.ExtendLimit("U03", "They are close"))
    assert life.case.clocks["tier"].limit == timedelta(hours=8)
    with pytest.raises(Refused) as refused:
        life.do(c.ExtendLimit("U03", " "))
    assert refused.value.because.code == "needs_reason"


def test_a_vendor_wait_stops_the_tier_alone_and_a_question_inside_stops_nothing() -> None:
    for on, stopped in (("customer", {"tier"}), ("vendor", {"tier"}), ("inside", set())):
        life = opened(kind="major_function", area="payments")
        life.do(c.Acknowledge("U05"))
        life.do(c.StartWait("U05", on))
        clocks = life.case.clocks
        assert {name for name, clock in clocks.items() if clock.since is None} == stopped
    life = opened(kind="major_function", area="payments")
    life.do(c.StartWait("U01", "vendor"))
    assert life.case.clocks["respond"].since is not None
    assert life.case.clocks["update"].since is not None


def test_a_wait_ends_by_itself_unless_its_owner_renews_it_with_a_reason() -> None:
    life = opened(kind="major_function", area="payments")
    life.do(c.Acknowledge("U05"))
    life.do(c.StartWait("U05", "vendor"))
    life.wait(hours=3)
    with pytest.raises(Refused):
        life.do(c.RenewWait("U05", ""))
    life.do(c.RenewWait("U05", "They answer tomorrow"))
    life.wait(hours=3)
    assert life.case.wait is not None
    life.wait(hours=1, minutes=1)
    assert life.case.wait is None
    assert "wait_ended" in life.codes()


def test_a_reply_after_the_end_goes_back_to_the_last_owner_with_the_time_used_intact() -> None:
    life = opened(kind="major_function", area="payments")
    life.do(c.Acknowledge("U05"))
    life.wait(hours=1)
    life.do(c.Resolve("U05", "A restart", "bug"))
    life.wait(hours=30)
    life.do(c.Reopen("U01", "The customer says it is back"))
    assert life.case.owner == "U05"
    tier = life.case.clocks["tier"]
    assert (tier.used, tier.since) == (timedelta(hours=1), life.now)


def test_a_customers_deadline_pulls_the_warnings_forward() -> None:
    soon, late = NOW + timedelta(hours=2), NOW + timedelta(hours=9)
    for deadline, warned in ((soon, (60, 96)), (late, (120, 192)), (None, (120, 192))):
        life = opened(kind="major_function", area="payments", customer_deadline=deadline)
        happened = life.wait(hours=3, minutes=59)
        at = [e.due_at - NOW for e in happened if isinstance(e, Warned) and e.clock == "respond"]
        assert at == [timedelta(minutes=minutes) for minutes in warned]


def gone(*ids: str) -> Floor:
    return Floor(gone=frozenset(ids))


def test_who_was_asked_and_solved_it_at_once_has_taken_it_when_it_comes_back() -> None:
    life = opened(area="payments")
    life.do(c.Resolve("U05", "Restarted it", "bug"))
    life.wait(minutes=10)
    life.do(c.Reopen("U01", "Still failing"))
    assert (life.case.phase, life.case.owner) == (Phase.WORKING, "U05")
    assert "respond" not in life.case.clocks
    assert not [e for e in life.wait(hours=2) if isinstance(e, Warned | Breached)]


def test_a_case_that_nobody_had_looks_for_somebody_when_it_is_reopened() -> None:
    life = opened(kind="minor_issue", impact="multiple_users", area="payments")
    life.do(c.Cancel("U01", "A mistake"))
    life.wait(hours=1)
    life.do(c.Reopen("U99", "It was none"))
    assert (life.case.phase, life.case.owner) == (Phase.OFFERED, None)
    life.do(c.Acknowledge(life.case.offered or ""))
    assert life.case.phase is Phase.WORKING


def test_who_reported_the_end_of_a_case_does_not_get_it_back() -> None:
    life = opened(area="payments")
    life.do(c.Resolve("U01", "The customer says it works", "bug"))
    life.do(c.Reopen("U01", "It doesn't"))
    assert (life.case.offered, life.case.owner) == ("U05", None)


@pytest.mark.parametrize(
    "floor",
    [gone("U05"), Floor(away={"U05": Absence("U05")})],
    ids=["gone", "away"],
)
def test_a_case_whose_last_owner_is_not_there_is_reopened_for_somebody_else(floor: Floor) -> None:
    life = opened(area="payments")
    life.do(c.Acknowledge("U05"))
    life.do(c.Resolve("U05", "Renewed the certificate", "configuration"))
    life.floor = floor
    life.do(c.Reopen("U02", "Still failing"))
    assert (life.case.offered, life.case.owner) == ("U06", None)
    [told] = [notice for notice in life.told if notice.code == "reopened"]
    assert told.people == ()
    assert life.case.words[-1].template == "progress"


def test_a_wish_that_comes_back_waits_for_a_planner() -> None:
    life = opened(kind="enhancement")
    life.do(c.AcceptPlan("U10"))
    life.do(c.Resolve("U10", "Built", "bug"))
    life.do(c.Reopen("U01", "Not what they meant"))
    assert (life.case.phase, life.case.owner) == (Phase.PLANNING, None)


def test_a_planned_wish_goes_back_to_the_queue_when_its_planner_is_gone() -> None:
    life = opened(kind="enhancement")
    life.do(c.AcceptPlan("U10"))
    life.floor = gone("U10")
    happened = life.do(c.RouteAgain("gone"))
    assert [e.planner for e in happened if isinstance(e, Queued)] == [None]
    assert (life.case.phase, life.case.owner) == (Phase.PLANNING, None)
    assert life.do(c.RouteAgain("gone")) == ()


def test_a_case_that_is_over_stays_where_it_is_when_its_owner_is_gone() -> None:
    life = opened(area="payments")
    life.do(c.Acknowledge("U05"))
    life.do(c.Resolve("U05", "Restarted it", "bug"))
    life.floor = gone("U05")
    assert life.do(c.RouteAgain("gone")) == ()


@pytest.mark.parametrize(
    "floor",
    [gone("U01"), Floor(away={"U01": Absence("U01")})],
    ids=["gone", "away"],
)
def test_a_case_goes_down_to_its_opener_only_where_they_are_there(floor: Floor) -> None:
    life = opened(kind="major_function", area="payments")
    life.do(c.Acknowledge(life.case.offered or ""))
    life.floor = floor
    life.do(c.MoveDown(life.case.owner or "", "Tier 1 can do it"))
    assert life.case.tier == 1
    assert "U01" not in (life.case.owner, life.case.offered)


@pytest.mark.parametrize("order", [c.BringIn("U01", "U11"), c.HandWords("U01", "U11")])
def test_nobody_who_is_gone_is_brought_in_or_handed_the_words(order: c.Command) -> None:
    life = opened(area="payments")
    life.floor = gone("U11")
    with pytest.raises(Refused) as refused:
        life.do(order)
    assert refused.value.because.code == "person_away"


@pytest.mark.parametrize("order", [c.BringIn("U01", "U99"), c.HandWords("U01", "U99")])
def test_nobody_whom_the_roster_lacks_is_brought_in_or_handed_the_words(order: c.Command) -> None:
    life = opened(area="payments")
    with pytest.raises(Refused) as refused:
        life.do(order)
    assert refused.value.because.code == "not_in_roster"
