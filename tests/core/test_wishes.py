"""A wish outside the planning queue: kept by who works on it, or taken out of it on purpose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escbot.core import commands as c
from escbot.core.case import Phase
from escbot.core.events import Passed
from escbot.core.policy import PLANNING
from escbot.core.roster import Floor
from escbot.words.notices import notice_text
from escbot.words.voice import plain_voice
from tests.make import Life, an_escalation


def worked_on() -> tuple[Life, str]:
    """A problem in tier 2 that turned out to be a wish, with whoever works on it."""
    life = Life()
    life.do(an_escalation(kind="minor_issue", impact="multiple_users", area="payments"))
    who = str(life.case.offered)
    life.do(c.Acknowledge(who))
    life.do(c.ChangeSeverity(who, "P4", "They only want another colour"))
    assert (life.case.owner, life.case.tier) == (who, 2)
    return life, who


def put_into_a_tier() -> Life:
    """A wish that a lead wants done in tier 2."""
    life = Life()
    life.do(an_escalation(kind="enhancement"))
    life.do(c.ChangeTier("U07", 2, "Let us just build it"))
    assert life.case.phase is Phase.OFFERED
    return life


@pytest.mark.parametrize("how", ["declines", "gives it back", "is gone", "hands it on"])
def test_a_wish_that_nobody_works_on_any_more_goes_to_planning(how: str) -> None:
    life, who = worked_on()
    if how == "declines":
        life.do(c.Decline(who, "no_capacity"))
    elif how == "gives it back":
        life.do(c.GiveBack(who))
    elif how == "is gone":
        life.floor = Floor(gone=frozenset({who}))
        life.do(c.RouteAgain("gone"))
    else:
        life.do(c.Reassign(who, "U11"))
        life.do(c.Decline("U11", "no_capacity"))
    assert (life.case.phase, life.case.tier, life.case.owner) == (Phase.PLANNING, PLANNING, None)
    assert [n.values["why"] for n in life.told if n.code == "moved_down"] == ["left"]


def test_a_wish_given_to_somebody_who_does_not_answer_goes_to_planning() -> None:
    life, who = worked_on()
    life.do(c.Reassign(who, "U11"))
    assert life.case.offered == "U11"
    happened = life.wait(hours=6, minutes=1)
    assert [e.person for e in happened if isinstance(e, Passed)] == ["U11"]
    assert life.case.phase is Phase.PLANNING
    assert [notice_text(n, plain_voice(life.roster)) for n in life.told[-2:]] == [
        "No answer from Tom.",
        "It goes down to the planning queue: nobody works on it any more.",
    ]


def test_a_wish_whose_owner_is_silent_goes_to_planning() -> None:
    life, _ = worked_on()
    life.wait(days=40)
    assert life.case.phase is Phase.PLANNING


def test_a_wish_that_a_lead_put_into_a_tier_is_offered_on_there() -> None:
    life = put_into_a_tier()
    first = str(life.case.offered)
    assert life.case.clocks["answer"].limit == timedelta(hours=6)
    life.do(c.Decline(first, "no_capacity"))
    second = str(life.case.offered)
    assert (life.case.phase, life.case.tier, second != first) == (Phase.OFFERED, 2, True)
    happened = life.wait(hours=6, minutes=1)
    assert [e.person for e in happened if isinstance(e, Passed)] == [second]
    assert (life.case.phase, life.case.tier) == (Phase.OFFERED, 2)
    assert life.case.offered not in (first, second)


def test_a_wish_that_somebody_took_out_of_the_queue_does_not_fall_back_into_it() -> None:
    life = Life()
    life.do(an_escalation(kind="enhancement"))
    life.do(c.MoveUp("U01", None, "A contract depends on it"))
    life.do(c.Decline(str(life.case.offered), "no_capacity"))
    assert (life.case.phase, life.case.tier) == (Phase.OFFERED, 1)

    life = put_into_a_tier()
    life.wait(days=30)  # past the time to respond, which moves it up
    assert life.case.tier == 3


def test_a_problem_that_a_lead_moved_and_that_is_a_wish_goes_to_planning() -> None:
    life = Life()
    life.do(an_escalation(kind="minor_issue", impact="multiple_users", area="payments"))
    life.do(c.ChangeTier("U07", 3, "The gateway"))
    who = str(life.case.offered)
    life.do(c.Acknowledge(who))
    life.do(c.ChangeSeverity("U07", "P4", "They only want another colour"))
    life.do(c.Decline(who, "no_capacity"))
    assert life.case.phase is Phase.PLANNING


def test_a_wish_that_was_a_problem_for_a_while_goes_back_to_planning() -> None:
    life = Life()
    life.do(an_escalation(kind="enhancement"))
    life.do(c.ChangeSeverity("U10", "P3", "This is a defect"))
    who = str(life.case.offered)
    life.do(c.Acknowledge(who))
    life.do(c.ChangeSeverity(who, "P4", "It is none"))
    life.do(c.Decline(who, "no_capacity"))
    assert life.case.phase is Phase.PLANNING


def test_a_wish_in_a_tier_that_gets_worse_has_the_time_of_its_severity() -> None:
    life = put_into_a_tier()
    life.do(c.ChangeSeverity("U07", "P3", "It is broken"))
    assert life.case.clocks["answer"].limit == timedelta(hours=2)
