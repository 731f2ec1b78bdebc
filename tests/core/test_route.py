"""Routing never breaks a rule of eligibility, and says why for everybody."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from escbot.core.availability import is_away, is_on_shift
from escbot.core.decision import Choice
from escbot.core.roster import Floor, Person, Roster
from escbot.core.route import choose
from tests.core import strategies
from tests.make import NOW, a_policy, a_roster

POLICY = a_policy()


def ask(
    roster: Roster,
    floor: Floor,
    severity: str,
    tier: int,
    area: str | None,
    passed: frozenset[str] = frozenset(),
) -> Choice:
    return choose(
        POLICY,
        roster,
        floor,
        severity=severity,
        tier=tier,
        area=area,
        customer="Globex",
        novel=False,
        passed=passed,
        now=NOW,
    )


@given(
    strategies.rosters,
    strategies.floors,
    st.sampled_from(["P1", "P2", "P3"]),
    st.integers(1, 3),
    st.none() | st.sampled_from(strategies.AREAS),
    st.frozensets(strategies.ids, max_size=3),
)
def test_nobody_is_chosen_who_may_not_be(
    roster: Roster,
    floor: Floor,
    severity: str,
    tier: int,
    area: str | None,
    passed: frozenset[str],
) -> None:
    choice = ask(roster, floor, severity, tier, area, passed)
    assert choice == ask(roster, floor, severity, tier, area, passed)
    if choice.person is None:
        return
    person = roster.person(choice.person)
    assert person is not None
    assert person.id not in passed
    assert not is_away(floor, person.id, NOW)
    assert is_on_shift(POLICY, person, NOW)
    level = POLICY.severity(severity)
    capacity = POLICY.routing.capacity if person.capacity is None else person.capacity
    usable = capacity if level.urgent else capacity - POLICY.routing.reserve
    assert floor.load.get(person.id, 0) + level.points <= usable
    step = choice.overflow[-1].code if choice.overflow else None
    allowed = {
        None: tier in person.tiers and (area is None or person.skills.get(area)),
        "overflow_other_skills": tier in person.tiers,
        "overflow_next_tier": tier + 1 in person.tiers,
        "overflow_on_call_lead": "lead" in person.roles and tier in person.tiers,
        "overflow_duty_manager": "manager" in person.roles,
    }
    assert allowed[step]


def test_the_second_lead_is_asked_where_the_first_was_already() -> None:
    leads = tuple(Person(f"L{n}", f"Lead {n}", roles=("lead",), tiers=(2,)) for n in (1, 2))
    roster = Roster(people=tuple(replace(lead, hours="always") for lead in leads))
    policy = replace(POLICY, routing=replace(POLICY.routing, overflow=("on_call_lead",)))
    asked = [
        choose(
            policy, roster, Floor(), severity="P2", tier=2, area="payments", customer="Globex",
            novel=False, passed=passed, now=NOW,
        ).person
        for passed in ((), ("L1",), ("L1", "L2"))
    ]  # fmt: skip
    assert asked == ["L1", "L2", None]


def test_everybody_of_the_tier_is_named_with_a_reason() -> None:
    choice = ask(a_roster(), Floor(), "P1", 3, "payments")
    assert [person.id for person in choice.considered] == ["U05", "U06", "U07"]
    assert all(person.because for person in choice.considered)


def test_three_refusals_of_an_area_lower_the_rank() -> None:
    plain = ask(a_roster(), Floor(), "P1", 3, "payments")
    declined = Floor(declines={("U05", "payments"): 3})
    after = ask(a_roster(), declined, "P1", 3, "payments")
    assert plain.person == "U05"
    assert after.person == "U06"


def test_the_novel_goes_to_the_most_skilled_however_busy() -> None:
    floor = Floor(load={"U05": 2})
    people = tuple(replace(p, capacity=9) if p.id == "U05" else p for p in a_roster().people)
    roster = replace(a_roster(), people=people)
    choice = choose(
        POLICY,
        roster,
        floor,
        severity="P1",
        tier=3,
        area="payments",
        customer="Globex",
        novel=True,
        passed=(),
        now=NOW,
    )
    assert choice.person == "U05"


def test_the_overflow_names_each_step() -> None:
    everybody = {person.id: 5 for person in a_roster().people if person.tiers}
    choice = ask(a_roster(), Floor(load=everybody), "P1", 3, "payments")
    codes = [step.code for step in choice.overflow]
    assert codes[:2] == ["overflow_other_skills", "overflow_next_tier"]
    assert choice.person in ("U07", "U08")
