"""The review: it finds what was planted, is silent on noise, and its months fit together."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escbot.core.findings import Advice, Review, Tasks
from escbot.core.policy import Team
from escbot.insights.review import before, month_of, of_team, review
from escbot.insights.story import Offer, Stay, Story
from escbot.services.reviews import names_of, view
from escbot.slack.blocks.base import voice_for
from escbot.slack.blocks.reports import review as paint
from escbot.words import review as words
from escbot.workspace.rules import problems
from tests.insights.test_metrics import a_life, told
from tests.make import a_policy, a_roster

ZONE = ZoneInfo("Europe/Berlin")
TEAM = Team("support", "Support", "esc-managers", "support")
OCTOBER = month_of("2026-10", ZONE)
SEPTEMBER = before(OCTOBER, ZONE)
PLAIN = told(a_life())


def a_story(chance: random.Random, number: int, start: datetime, **fields: object) -> Story:
    hours = {name: chance.lognormvariate(1, 0.5) for name in ("taken", "told", "resolved")}
    area = chance.choice(["login", "payments", "integrations", "data"])
    base = replace(
        PLAIN, id=f"ESC-{number}", opened_at=start + timedelta(hours=chance.random() * 700),
        hours=hours, open_hours=hours, area=area, tier="2", reopened=0, scores={},
        root_cause=chance.choice(["bug", "configuration", "outage"]),
        stays=(Stay("2", hours["resolved"], hours["resolved"]),),
        asked=(Offer("U05", "2", "taken"),), rating=chance.choice([None, 4, 5, 2]),
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


def two_months(seed: int = 1) -> list[Story]:
    chance = random.Random(seed)
    months = (SEPTEMBER, OCTOBER)
    return [
        a_story(chance, 100 * at + n, month.start) for at, month in enumerate(months)
        for n in range(60)
    ]  # fmt: skip


def reviewed(stories: list[Story]) -> Review:
    return review(TEAM, OCTOBER, SEPTEMBER, stories, a_policy(), a_roster())


def test_months_follow_each_other_without_a_gap_over_the_change_of_clocks() -> None:
    assert SEPTEMBER.end == OCTOBER.start == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert OCTOBER.end == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert OCTOBER.days == pytest.approx(31 + 1 / 24)
    assert before(month_of("2026-01", ZONE), ZONE).label == "2025-12"


def test_a_team_has_the_cases_of_its_tiers_and_areas() -> None:
    third = replace(PLAIN, id="ESC-2", tier="3", stays=(Stay("2", 1, 1), Stay("3", 1, 1)))
    login = replace(PLAIN, id="ESC-3", area="login", tier="2", stays=())
    stories = [third, login]
    assert of_team(stories, TEAM) == stories
    assert of_team(stories, replace(TEAM, tiers=(3,))) == [third]
    assert of_team(stories, replace(TEAM, areas=("login",), tiers=(2,))) == [login]


def test_two_months_alike_claim_nothing() -> None:
    found = reviewed(two_months())
    assert {one.verdict for one in found.changes} <= {"noise", "few"}
    assert "no month before" not in words.headline(found)
    assert "Nothing else changed by more than noise" in words.headline(found)


def test_a_planted_change_is_found() -> None:
    stories = [
        replace(one, open_hours={**one.open_hours, "resolved": one.open_hours["resolved"] * 4})
        if one.opened_at >= OCTOBER.start
        else one
        for one in two_months()
    ]
    changes = {one.name: one.verdict for one in reviewed(stories).changes}
    assert changes["resolved"] == "worse"
    assert changes["taken"] == "noise"


def test_what_got_worse_is_one_decision_whatever_the_number_of_figures() -> None:
    slower = [
        replace(
            one,
            open_hours={name: 4 * spent for name, spent in one.open_hours.items()},
        )
        if one.opened_at >= OCTOBER.start
        else one
        for one in two_months()
    ]
    found = reviewed(slower)
    ideas = [one.text for one in words.ideas(found, names_of(a_policy())) if one.id == "worse"]
    assert len(ideas) == 1
    assert all(words.SHORT[name] in ideas[0] for name in ("taken", "told", "resolved"))
    assert words.SHORT["resolved"] in words.headline(found)


def test_overdue_followups_that_are_alike_stand_together() -> None:
    late = tuple((f"Write down: {what}", case, days) for what, case, days in (
        ("mail", 7, 90), ("export", 8, 80), ("mail", 9, 70), ("mail", None, 60), ("mail", 11, 50),
        ("mail", 12, 40), *((f"thing {n}", 20 + n, 30 - n) for n in range(5)),
    ))  # fmt: skip
    found = replace(reviewed(two_months()), tasks=Tasks(done=2, open=12, overdue=11, late=late))
    assert list(words.tasks(found))[:3] == [
        "2 done; 12 open, 11 of them overdue.",
        "Overdue: Write down: mail (ESC-7, ESC-9 and 2 more; the oldest 90 days)",
        "Overdue: Write down: export (ESC-8; 80 days)",
    ]
    assert list(words.tasks(found))[-1] == "2 more are overdue; `escbot followups` lists all."


def test_a_planted_gap_of_skills_is_found() -> None:
    chance = random.Random(3)
    offers = (Offer("U05", "2", "declined", "not_my_area"), Offer("U11", "2", "taken"))
    stories = two_months() + [
        a_story(chance, 900 + n, OCTOBER.start, area="performance", asked=offers) for n in range(9)
    ]
    found = reviewed(stories)
    assert (found.gaps[0].area, found.gaps[0].tier) == ("performance", "2")
    assert {"declined", "silent"} <= set(found.gaps[0].why)
    assert found.gaps[0].not_my_area == 9
    ideas = words.ideas(found, names_of(a_policy()))
    assert "Performance" in ideas[0].text


def test_work_that_repeats_is_found() -> None:
    chance = random.Random(4)
    quick = {"taken": 0.1, "told": 0.1, "resolved": 0.3}
    stories = two_months() + [
        a_story(
            chance,
            900 + n,
            OCTOBER.start,
            area="login",
            root_cause="customer_error",
            hours=quick,
            open_hours=quick,
        )
        for n in range(12)
    ]
    found = reviewed(stories)
    assert [(one.root_cause, one.area, one.cases) for one in found.chances] == [
        ("customer_error", "login", 12)
    ]


def test_a_limit_that_nobody_needs_is_advised_and_drills_are_left_out() -> None:
    stories = [
        replace(one, severity="P3", open_hours={**one.open_hours, "taken": 0.2 + n / 1000})
        for n, one in enumerate(two_months())
    ]
    stories.append(replace(stories[-1], id="ESC-999", drill=True))
    found = reviewed(stories)
    assert [(one.what, one.severity, one.proposed) for one in found.advice] == [
        ("tighten", "P3", 0.5)
    ]
    assert (found.cases, found.drills_left_out) == (60, 1)


def test_advice_that_replayed_the_past_goes_before_that_of_quantiles() -> None:
    ready = Advice("ready", "P2", cases=40, text="The response time of P2: 2 h instead of 4 h.")
    found = review(
        TEAM, OCTOBER, SEPTEMBER, two_months(), a_policy(), a_roster(), ready=(ready,)
    )  # fmt: skip
    assert found.advice == (ready,)
    ideas = [one.text for one in words.ideas(found, names_of(a_policy()))]
    assert any("2 h instead of 4 h" in text for text in ideas)


@pytest.mark.parametrize("cases", [0, 1, 120])
def test_any_month_can_be_read_and_fits_into_a_message(cases: int) -> None:
    stories = [replace(one, customer="<!channel> " * 30) for one in two_months()[-cases:]]
    found = reviewed(stories if cases else [])
    names = names_of(a_policy())
    assert words.headline(found)
    for title, lines in words.parts(found, names):
        assert title
        for line in lines:
            assert "None" not in line
    body = paint(view(found, a_policy()), voice_for(a_roster()))
    assert problems(body.blocks, most=50, where="message") == []
    assert problems(body.classic, most=50, where="message") == []
    assert len(words.ideas(found, names)) >= (3 if cases else 0)
    assert "<!channel>" not in str(body.blocks)


def test_the_order_of_cases_changes_nothing() -> None:
    stories = two_months()
    turned = list(stories)
    random.Random(9).shuffle(turned)
    assert reviewed(turned) == reviewed(stories)
