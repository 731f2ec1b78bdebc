"""Facts of no single case, on both databases: written once, remembered, reminded, closed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from escbot.core import commands as c
from escbot.core.case import Lesson
from escbot.core.decide import Refused
from escbot.core.followups import followup
from escbot.core.ledger import ContactsCounted
from escbot.core.policy import Team
from escbot.services.keeping import prune
from escbot.services.reviews import Reviews, due, first_working_day
from escbot.store import ledger as rows
from escbot.store.database import Database
from escbot.store.tables import MessageRow
from tests.make import NOW, a_policy, a_roster, an_escalation
from tests.services.office import Office

DAY = timedelta(days=1)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def resolved(office: Office, *lessons: Lesson, cause: str = "bug") -> int:
    """Open a case, let Priya take and resolve it, and return its number."""
    outcome = await office.desk.do("T1", None, an_escalation(area="payments"))
    number = outcome.case.number
    await office.desk.do("T1", number, c.Acknowledge("U05"))
    resolve = c.Resolve("U05", "Renewed the certificate", cause, lessons=lessons)
    await office.desk.do("T1", number, resolve)
    return number


async def test_each_lesson_becomes_a_follow_up_of_its_kind(office: Office) -> None:
    number = await resolved(
        office,
        Lesson("knowledge", "How to renew", gap="missing", area="payments"),
        Lesson("training", "Reading logs", tier=1, area="payments"),
        Lesson("product", "Warn before it expires", link="https://tracker.example.com/7"),
    )
    found = await office.desk.ledger.followups("T1")
    assert [(one.kind, one.owner) for one in found] == [
        ("knowledge", "U05"), ("training", "U03"), ("product", "U10"),
    ]  # fmt: skip
    assert {one.case for one in found} == {number}
    assert {one.due_on for one in found} == {NOW.date() + 14 * DAY}


async def test_the_saved_state_is_what_its_facts_make(office: Office) -> None:
    await resolved(office, Lesson("knowledge", "How to renew", gap="wrong"))
    ledger = office.desk.ledger
    await ledger.answer_followup("T1", 1, "later", "U05")
    office.now += 30 * DAY
    await ledger.remind_once()
    await ledger.answer_followup("T1", 1, "done", "U03")
    async with office.database.session() as session:
        entries = await rows.read(session, "T1", "followup:1")
        saved = await rows.followup(session, "T1", 1)
    assert saved == followup(1, entries)
    assert saved is not None
    assert (saved.state, saved.postponed, len(saved.reminded)) == ("done", 1, 1)


async def test_an_owner_is_reminded_once_when_due_and_again_a_week_later(office: Office) -> None:
    await resolved(office, Lesson("knowledge", "How to renew"))
    ledger = office.desk.ledger
    assert await ledger.remind_once() == 0
    office.now += 14 * DAY
    assert await ledger.remind_once() == 1
    assert await ledger.remind_once() == 0
    await office.deliver(20)
    assert len(office.texts("FollowupView")) == 1
    office.now += 7 * DAY
    assert await ledger.remind_once() == 1
    await ledger.answer_followup("T1", 1, "dropped", "U05")
    office.now += 30 * DAY
    assert await ledger.remind_once() == 0


async def test_nobody_is_reminded_at_night_and_who_left_hands_over(office: Office) -> None:
    await resolved(office, Lesson("knowledge", "How to renew"))
    ledger = office.desk.ledger
    office.now = (NOW + 14 * DAY).replace(hour=7)  # 08:00 in Berlin, where Priya is
    assert await ledger.remind_once() == 0
    office.now = office.now.replace(hour=8)
    people = tuple(person for person in a_roster().people if person.id != "U05")
    office.library.roster = replace(a_roster(), people=people)
    assert await ledger.remind_once() == 1
    found = (await ledger.followups("T1"))[0]
    assert (found.owner, len(found.reminded)) == ("U08", 1)  # Max is the manager on duty
    await office.deliver(20)
    shown = [sheet.channel for sheet in office.chat.sheets if sheet.text.startswith("FollowupView")]
    assert shown == ["DU08"]


async def test_only_owner_opener_and_leads_may_close_it(office: Office) -> None:
    await resolved(office, Lesson("product", "Warn before it expires"))
    ledger = office.desk.ledger
    with pytest.raises(Refused) as refused:
        await ledger.answer_followup("T1", 1, "done", "U02")
    assert refused.value.because.code == "not_your_followup"
    await ledger.answer_followup("T1", 1, "done", "U05")
    with pytest.raises(Refused) as refused:
        await ledger.answer_followup("T1", 1, "done", "U10")
    assert refused.value.because.code == "followup_closed"


async def test_the_same_click_counts_once(office: Office) -> None:
    await resolved(office, Lesson("knowledge", "How to renew"))
    for _ in range(2):
        await office.desk.ledger.answer_followup("T1", 1, "later", "U05", key="click:1")
    found = await office.desk.ledger.followups("T1")
    assert found[0].postponed == 1


async def test_a_follow_up_outlives_its_case_and_loses_its_words_with_it(office: Office) -> None:
    number = await resolved(office, Lesson("knowledge", "Call Ms Miller"))
    assert await office.desk.redact(number, "T1")
    found = await office.desk.ledger.followups("T1")
    assert found[0].text == "(removed)"
    await prune(office.database, a_policy(), office.now + 3000 * DAY, office.wall)
    assert await office.desk.case("T1", number) is None
    found = await office.desk.ledger.followups("T1")
    assert (len(found), found[0].case) == (1, number)


async def test_a_count_replaces_the_one_before(office: Office) -> None:
    ledger, today = office.desk.ledger, NOW.date()
    fact = ContactsCounted(today, today + DAY, 412)
    assert await ledger.count_contacts("T1", "U08", [fact]) == 1
    assert await ledger.count_contacts("T1", "U08", [fact]) == 0
    later = ContactsCounted(today, today + DAY, 430, 300)
    assert await ledger.count_contacts("T1", "U08", [later]) == 1
    assert await ledger.contacts("T1") == (later,)


async def test_the_fourth_time_is_said_in_the_thread(office: Office) -> None:
    for _ in range(3):
        await resolved(office, cause="third_party")
    await office.deliver(60)
    said = office.texts("Notice repeated")
    assert len(said) == 1  # the third: two came before it
    assert "'times': 3" in said[0]
    await resolved(office, cause="bug")
    await office.deliver(60)
    assert len(office.texts("Notice repeated")) == 1


async def test_a_score_is_one_to_five_and_the_last_one_counts(office: Office) -> None:
    number = await resolved(office)
    await office.desk.do("T1", number, c.Rate("U01", 2))
    await office.desk.do("T1", number, c.Rate("U01", 5, "typed", "Thanks"))
    case = await office.desk.case("T1", number)
    assert case is not None
    assert case.rating is not None
    assert case.rating.score == 5
    with pytest.raises(Refused):
        await office.desk.do("T1", number, c.Rate("U01", 6))


# Reviews


def reviews(office: Office) -> Reviews:
    return Reviews(office.database, office.library, office.desk.ledger, lambda: office.now)


def test_due_is_from_the_first_working_day_on_and_not_before() -> None:
    policy = a_policy()
    team = policy.reports.teams[0]
    assert first_working_day(policy, team, date(2026, 11, 24)) == date(2026, 11, 2)  # a Monday
    assert due(policy, team, NOW.replace(month=11, day=2, hour=8)) is None
    assert due(policy, team, NOW.replace(month=11, day=2, hour=9)) == "2026-10"
    assert due(policy, team, NOW.replace(month=11, day=30)) == "2026-10"
    assert due(policy, team, NOW.replace(month=11, day=1, hour=23)) is None


async def test_a_review_comes_once_whatever_happens(office: Office) -> None:
    await resolved(office)
    first, second = reviews(office), reviews(office)  # two replicas
    assert await first.post_due() == 0  # October had no case
    office.now = NOW.replace(month=12, day=9)  # stopped over the first working day
    assert await first.post_due() == 1
    assert await second.post_due() == 0
    await office.deliver(20)
    assert len(office.texts("ReviewView")) == 1
    office.now = NOW.replace(year=2027, month=1, day=4, hour=9)
    assert await second.post_due() == 0  # December had no case either


async def test_after_months_of_downtime_one_review_comes_and_names_the_others(
    office: Office,
) -> None:
    for month in (7, 8, 9):
        office.now = NOW.replace(month=month, day=10)
        await resolved(office)
    made = reviews(office)
    office.now = NOW.replace(month=8, day=5)
    assert await made.post_due() == 1  # July's; then it stops until the middle of December
    office.now = NOW.replace(month=12, day=14)
    assert await made.post_due() == 1  # September's: October and November had no case
    assert await reviews(office).post_due() == 0
    assert await made.shown("T1", "support", "2026-08") is None
    value = await made.shown("T1", "support", "2026-09")
    assert value is not None
    assert value.parts[-1].lines == (
        "August 2026 had cases, but no review was posted: "
        "`escbot review --team support --month 2026-08` shows it.",
    )


async def test_the_first_review_is_that_of_the_newest_month_with_cases(office: Office) -> None:
    for month in (7, 8):
        office.now = NOW.replace(month=month, day=10)
        await resolved(office)
    office.now = NOW.replace(month=10, day=14)
    made = reviews(office)
    assert await made.post_due() == 1
    value = await made.shown("T1", "support", "2026-08")
    assert value is not None
    assert "Months without a review" not in {
        part.title for part in value.parts
    }  # before the first review nothing was missed


async def test_two_replicas_that_look_at_the_same_moment_post_one_review(office: Office) -> None:
    await resolved(office)
    office.now = NOW.replace(month=12, day=1)
    both = await asyncio.gather(reviews(office).post_due(), reviews(office).post_due())
    assert sum(both) == 1
    await office.deliver(20)
    assert len(office.texts("ReviewView")) == 1


async def test_each_team_of_the_policy_has_its_cases_its_channel_and_its_own_calendar(
    database: Database,
) -> None:
    """New York's first working hour comes after that of the calendar `always`."""
    policy = a_policy()
    york = replace(policy.calendars["support"], zone="America/New_York")
    policy = replace(
        policy,
        calendars={**policy.calendars, "york": york},
        reports=replace(
            policy.reports,
            teams=(
                Team("pay", "Payments", "pay-leads", "york", areas=("payments",)),
                Team("first", "Front line", "front", "always", tiers=(1,)),
                Team("data", "Data", "data-leads", "always", areas=("data",)),
            ),
        ),
    )
    office = Office(database, policy=policy)
    await resolved(office)  # payments, not in tier 1
    made = reviews(office)
    office.now = datetime(2026, 12, 1, 8, 59, tzinfo=UTC)
    assert await made.post_due() == 0
    office.now = datetime(2026, 12, 1, 13, 59, tzinfo=UTC)  # 08:59 in New York
    assert await made.post_due() == 0  # nothing of tier 1 or data happened
    office.now = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert await made.post_due() == 1
    async with database.session() as session:
        rows_ = (
            await session.execute(select(MessageRow).where(MessageRow.slot == "review"))
        ).scalars()
        assert [(row.subject, row.target) for row in rows_] == [
            ("review:pay:2026-11", "name:pay-leads")
        ]


async def test_an_accepted_decision_becomes_a_follow_up_and_is_taken_once(office: Office) -> None:
    await resolved(office)
    office.now = NOW.replace(month=12, day=1)
    made = reviews(office)
    assert await made.post_due() == 1
    value = await made.shown("T1", "support", "2026-11")
    assert value is not None
    assert len(value.decisions) == 3
    first, second = value.decisions[0].id, value.decisions[1].id
    with pytest.raises(Refused) as refused:
        await made.decide("T1", "support", "2026-11", first, accepted=True, by="U01")
    assert refused.value.because.code == "not_allowed"
    await made.decide("T1", "support", "2026-11", first, accepted=True, by="U08")
    await made.decide("T1", "support", "2026-11", second, accepted=False, by="U08")
    with pytest.raises(Refused) as refused:
        await made.decide("T1", "support", "2026-11", first, accepted=False, by="U09")
    assert refused.value.because.code == "decided_already"
    found = await office.desk.ledger.followups("T1")
    assert [(one.kind, one.owner, one.text) for one in found] == [
        ("decision", "U08", value.decisions[0].text)
    ]
    async with office.database.session() as session:
        entries = await rows.read(session, "T1", "review:support:2026-11")
    assert [type(entry.fact).__name__ for entry in entries] == ["ReviewDecided"] * 2


async def test_a_reminder_comes_on_the_day_that_the_owners_calendar_shows(office: Office) -> None:
    roster = office.library.roster
    there = {"U05": "America/Los_Angeles"}
    people = tuple(replace(p, timezone=there.get(p.id, p.timezone)) for p in roster.people)
    office.library.roster = replace(roster, people=people)
    await resolved(office, Lesson("knowledge", "How to renew"))
    due = (await office.desk.ledger.followups("T1"))[0].due_on
    midnight = datetime(due.year, due.month, due.day, tzinfo=UTC)
    office.now = midnight + timedelta(minutes=30)  # in Los Angeles the afternoon before
    assert await office.desk.ledger.remind_once() == 0
    office.now = midnight + timedelta(hours=17)
    assert await office.desk.ledger.remind_once() == 1
