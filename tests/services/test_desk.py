"""The desk, the ticker and delivery against both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from escbot.core import commands as c
from escbot.core.case import Phase
from escbot.core.decide import Refused
from escbot.services.files import Files
from escbot.services.policyfile import compile_policy, default_text
from escbot.services.ports import ChatGone, ChatLimited, ChatUncertain
from escbot.services.work import rebuild
from escbot.store.database import Database, connect
from tests.make import NOW, a_policy, an_escalation
from tests.services.office import Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_a_case_is_opened_shown_and_rebuilt_from_its_events(office: Office) -> None:
    outcome = await office.desk.do("T1", None, an_escalation(area="payments"), key="view:1")
    assert outcome.case.id == "ESC-1"
    await office.deliver(10)
    shown = [sheet.text.split()[0] for sheet in office.chat.sheets]
    assert shown.count("CardView") == 1
    for step in ("DocumentView", "AssessView", "RouteView", "BriefView", "UpdateView"):
        assert shown.count(step) == 1
    assert office.chat.sheets[-1].thread_ts or office.chat.sheets[-1].channel.startswith("D")
    records = await office.desk.events("T1", 1)
    again = rebuild(records, office.library, team="T1", number=1)
    assert again == await office.desk.case("T1", 1)


async def test_the_same_request_is_taken_once(office: Office) -> None:
    first = await office.desk.do("T1", None, an_escalation(), key="view:1")
    second = await office.desk.do("T1", None, an_escalation(), key="view:1")
    assert second.repeated
    assert second.case.number == first.case.number
    assert len(await office.desk.open_cases("T1")) == 1


async def test_a_refused_command_leaves_nothing_and_may_be_tried_again(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    with pytest.raises(Refused):
        await office.desk.do("T1", 1, c.Acknowledge("U01"), key="click:1")
    with pytest.raises(Refused):
        await office.desk.do("T1", 1, c.Acknowledge("U01"), key="click:1")


async def test_two_cases_at_once_get_two_numbers_and_nobody_is_overfilled(office: Office) -> None:
    await asyncio.gather(
        *(office.desk.do("T1", None, an_escalation(area="payments"), key=f"v{n}") for n in range(5))
    )
    cases = await office.desk.open_cases("T1")
    assert sorted(case.number for case in cases) == [1, 2, 3, 4, 5]
    floor = await office.desk.floor("T1")
    specialists = {person: load for person, load in floor.load.items() if person in ("U05", "U06")}
    assert max(specialists.values()) <= 5


async def test_an_unanswered_offer_moves_on_by_itself_and_once(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(10)
    await office.wait(minutes=16)
    await office.deliver(30)
    case = await office.desk.case("T1", 1)
    assert case is not None
    assert case.offered == "U06"
    assert len(office.texts("Notice passed")) == 1


async def test_ten_quick_changes_are_one_edit(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(20)
    card = office.chat.sheets[0]
    before = card.edits
    await office.desk.do("T1", 1, c.Acknowledge("U05"))
    await office.desk.do("T1", 1, c.StartWait("U05", "customer"))
    await office.desk.do("T1", 1, c.Resume("U05"))
    await office.deliver(20)
    assert card.edits == before + 1


async def test_a_post_whose_answer_was_lost_is_adopted_not_repeated(office: Office) -> None:
    office.chat.fail("post", ChatUncertain("lost"), after=True)
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(60)
    keys = [sheet.key for sheet in office.chat.sheets]
    assert len(keys) == len(set(keys))
    assert len(office.texts("CardView")) == 1
    assert len(office.texts("UpdateView")) == 1


async def test_a_post_that_never_arrived_is_posted_after_two_looks(office: Office) -> None:
    office.chat.fail("post", ChatUncertain("lost"))
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(60)
    assert len(office.texts("CardView")) == 1


async def test_an_edit_that_was_given_up_and_lands_late_does_not_stay(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(20)
    card = office.chat.sheets[0]
    older = card.text
    office.chat.fail("update", ChatUncertain("no answer"))  # the card's comes first
    await office.desk.do("T1", 1, c.Acknowledge("U05"))
    await office.deliver(45)
    newest = card.text
    assert newest != older
    card.text = older  # the edit that was given up lands now, on top of the newer one
    await office.deliver(80)
    assert card.text == newest
    edits = card.edits
    await office.deliver(80)
    assert card.edits == edits


async def test_a_rate_limit_delays_and_drops_nothing(office: Office) -> None:
    office.chat.fail("post", ChatLimited(7, "post"))
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(5)
    assert not office.texts("CardView")
    await office.deliver(30)
    assert len(office.texts("CardView")) == 1


async def test_a_deleted_card_is_posted_again_with_its_thread(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.deliver(20)
    del office.chat.sheets[0]
    await office.desk.do("T1", 1, c.Acknowledge("U05"))
    await office.deliver(60)
    assert len(office.texts("CardView")) == 1
    assert len(office.texts("UpdateView")) == 2
    assert len(office.texts("DirectView")) == 1


async def test_a_channel_that_is_lost_is_said_once_and_on_another_day_again(
    office: Office,
) -> None:
    """One that comes back is not missing any more; lost again a month later, it is said again."""
    for day, told in ((0, 1), (0, 1), (30, 2)):
        office.wall += timedelta(days=day)
        office.chat.fail("post", ChatGone("channel", "is_archived"))
        await office.desk.do("T1", None, an_escalation(kind="enhancement"))
        await office.deliver(3)
        assert set(office.delivery.missing) == {"escalations"}
        office.wall += timedelta(minutes=1)
        await office.deliver(3)
        assert len(office.texts("Notice channel_missing")) == told
        assert office.delivery.missing == {}


async def test_a_free_specialist_gets_the_heaviest_waiting_case(database: Database) -> None:
    policy = a_policy()
    office = Office(database, policy=replace(policy, routing=replace(policy.routing, overflow=())))
    for number in range(6):
        await office.desk.do("T1", None, an_escalation(area="payments"), key=f"v{number}")
    cases = await office.desk.open_cases("T1")
    waiting = [case for case in cases if case.phase.value == "unassigned"]
    taken = [case for case in cases if case.offered in ("U05", "U06")]
    assert waiting
    first = taken[0]
    await office.desk.do("T1", first.number, c.Acknowledge(str(first.offered)))
    resolve = c.Resolve(str(first.offered), "Fixed", "bug")
    await office.desk.do("T1", first.number, resolve)
    await office.wait(seconds=1)
    left = [case for case in await office.desk.open_cases("T1") if case.phase.value == "unassigned"]
    assert len(left) == len(waiting) - 1


async def test_three_refusals_of_an_area_propose_a_roster_edit_once(office: Office) -> None:
    for number in range(1, 5):
        await office.desk.do("T1", None, an_escalation(area="payments"))
        case = await office.desk.case("T1", number)
        assert case is not None
        person = case.offered
        if person != "U05":
            await office.desk.do("T1", number, c.Reassign("U03", "U05"))
        await office.desk.do("T1", number, c.Decline("U05", "not_my_area"))
    await office.deliver(40)
    told = [sheet for sheet in office.chat.sheets if "roster_proposal" in sheet.text]
    assert [sheet.channel for sheet in told] == ["DU10"]
    assert "'area': 'payments'" in told[0].text


async def test_thirty_cases_at_once_never_overfill_anybody(office: Office) -> None:
    await asyncio.gather(
        *(
            office.desk.do("T1", None, an_escalation(kind=kind, area="payments"), key=f"k{n}")
            for n, kind in enumerate(["outage", "major_function"] * 15)
        )
    )
    floor = await office.desk.floor("T1")
    assert len(floor.load) > 3
    assert max(floor.load.values()) <= 5
    cases = await office.desk.open_cases("T1")
    assert len(cases) == 30
    assert [case for case in cases if case.phase is Phase.UNASSIGNED]


async def test_two_programs_on_one_database_never_overfill_anybody(
    database: Database,
) -> None:
    other = await connect(database.engine.url.render_as_string(hide_password=False))
    offices = (Office(database), Office(other))
    await asyncio.gather(
        *(
            offices[n % 2].desk.do(
                "T1", None, an_escalation(kind=kind, area="payments"), key=f"k{n}"
            )
            for n, kind in enumerate(["outage", "major_function"] * 9)
        )
    )
    floor = await offices[0].desk.floor("T1")
    cases = await offices[1].desk.open_cases("T1")
    await other.close()
    assert sorted(case.number for case in cases) == list(range(1, 19))
    assert max(floor.load.values()) <= 5


async def test_what_becomes_free_goes_to_the_heaviest_case_that_it_is_enough_for(
    database: Database,
) -> None:
    policy = a_policy()
    office = Office(database, policy=replace(policy, routing=replace(policy.routing, overflow=())))
    for kind, count in (("outage", 3), ("major_function", 5)):  # one more than can be carried
        for number in range(count):
            key = f"{kind}:{number}"
            await office.desk.do("T1", None, an_escalation(kind=kind, area="login"), key=key)
    cases = await office.desk.open_cases("T1")
    waiting = [case for case in cases if case.phase is Phase.UNASSIGNED]
    assert [case.severity for case in waiting] == ["P1", "P2"]
    held = next(case for case in cases if case.severity == "P2" and case.offered == "U04")
    await office.desk.do("T1", held.number, c.Resolve("U04", "Fixed", "bug"))
    await office.wait(seconds=1)
    outage, lighter = [await office.desk.case("T1", case.number) for case in waiting]
    assert outage is not None
    assert outage.phase is Phase.UNASSIGNED  # it is heavier, but tier 3 is still full
    assert lighter is not None
    assert lighter.offered == "U04"


async def test_a_notice_for_somebody_asleep_waits_for_their_hours(office: Office) -> None:
    people = tuple(
        replace(person, hours="support") if person.id == "U01" else person
        for person in office.library.roster.people
    )
    office.library.roster = replace(office.library.roster, people=people)
    await office.wait(hours=6.5)
    await office.desk.do("T1", None, an_escalation(kind="major_function", area="login"))
    await office.wait(hours=3)
    await office.deliver(30)

    def told() -> list[str]:
        return [
            s.text for s in office.chat.sheets if s.channel == "DU01" and "update_due" in s.text
        ]

    assert told() == []
    office.now = NOW.replace(hour=9) + timedelta(days=1)
    await office.deliver(30)
    assert len(told()) == 1


async def test_of_two_copies_the_younger_is_removed_a_while_after_the_repost(
    office: Office,
) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    await office.delivery.deliver_once()  # the card; everything else hangs on it
    office.chat.fail("post", ChatUncertain("lost"), after=True)
    office.chat.hide = 2  # the history lags: twice it does not show what was posted
    await office.deliver(45)
    keys = Counter(sheet.key for sheet in office.chat.sheets)
    (twice,) = [key for key, times in keys.items() if times == 2]
    copies = [sheet for sheet in office.chat.sheets if sheet.key == twice]
    await office.deliver(60)
    assert [sheet for sheet in office.chat.sheets if sheet.key == twice] == copies[:1]


async def test_of_two_cards_the_one_with_the_thread_stays(office: Office) -> None:
    await office.desk.do("T1", None, an_escalation(area="payments"))
    office.chat.fail("post", ChatUncertain("lost"), after=True)
    office.chat.hide = 2
    await office.deliver(45)
    cards = [sheet for sheet in office.chat.sheets if sheet.text.startswith("CardView")]
    assert len(cards) == 2
    assert [s for s in office.chat.sheets if s.thread_ts == cards[1].ts]
    await office.deliver(60)
    assert [s for s in office.chat.sheets if s.text.startswith("CardView")] == cards[1:]
    assert await office.desk.root("T1", 1) == (cards[1].channel, cards[1].ts)


async def test_one_read_of_a_channel_settles_everything_that_is_lost_there(
    office: Office,
) -> None:
    for _ in range(5):
        await office.desk.do("T1", None, an_escalation(area="payments"))
        office.chat.fail("post", ChatUncertain("lost"), after=True)
    await office.delivery.deliver_once()
    office.wall += timedelta(seconds=15)
    before = office.chat.reads
    await office.delivery.deliver_once()
    assert office.chat.reads == before + 1
    await office.deliver(30)
    cards = [sheet for sheet in office.chat.sheets if sheet.text.startswith("CardView")]
    assert len(cards) == 5


async def test_a_managers_ping_knows_cases_to_which_the_customer_is_or_was_linked(
    office: Office,
) -> None:
    await office.desk.do("T1", None, an_escalation(customer="Globex"))
    await office.desk.do("T1", 1, c.LinkCustomer("U01", "Initech"))
    await office.desk.do("T1", None, an_escalation(customer="Umbrella"))
    opened = await office.desk.do("T1", None, an_escalation("U01", "Initech", brand_risk=True))
    past = opened.case.management[0].past
    assert past is not None
    assert (past.open, past.recent) == ((1,), 1)


async def test_a_replica_decides_by_the_policy_of_the_case_also_one_it_has_not_read_yet(
    office: Office, database: Database
) -> None:
    other = Office(database)
    text = default_text().replace('answer: "15m"', 'answer: "40m"')
    files = Files(compile_policy(text, name="new", now=NOW), text, "new", office.library.roster)
    await office.library.take(database, files, NOW)
    opened = await office.desk.do("T1", None, an_escalation(area="payments"))
    assert opened.case.clocks["answer"].limit == timedelta(minutes=40)
    await other.desk.do("T1", 1, c.Decline(opened.case.offered or "", "other"))
    case = await other.desk.case("T1", 1)
    assert case is not None
    assert case.clocks["answer"].limit == timedelta(minutes=40)
    again = rebuild(await office.desk.events("T1", 1), office.library, team="T1", number=1)
    assert again == case


async def test_whoever_is_gone_keeps_no_case_although_the_program_dies_in_the_middle(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        await office.desk.do("T1", None, an_escalation(kind="minor_issue", customer=f"C{number}"))
        await office.desk.do("T1", number, c.Reassign("U07", "U11"))
        await office.desk.do("T1", number, c.Acknowledge("U11"))
    do = office.desk.do

    async def dies(*args: object, **named: object) -> None:
        raise SystemError("a power cut")

    monkeypatch.setattr(office.desk, "do", dies)
    with pytest.raises(SystemError):
        await office.desk.gone("T1", "U11", gone=True)
    monkeypatch.setattr(office.desk, "do", do)
    await office.desk.do("T1", 2, c.Note("U01", "info", "They wrote again"))
    await office.wait(minutes=5)
    for number in range(1, 4):
        case = await office.desk.case("T1", number)
        assert case is not None
        assert "U11" not in (case.owner, case.offered)
