"""What users of other tools complain about, each as a promise (docs/complaints.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from escbot.cli.demo import perform
from escbot.cli.storyfile import packaged, read_play
from escbot.core import commands as c
from escbot.core.calendars import Calendar, Window
from escbot.core.case import Phase
from escbot.core.events import Resumed, TierChanged
from escbot.core.roster import Floor
from escbot.core.route import choose
from escbot.services.explaining import clocks
from escbot.services.policyfile import compile_policy, default_text
from tests.make import NOW, Life, a_policy, a_roster, an_escalation
from tests.stories.conftest import World

SUPPORT = '  support: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}'


def due(hours: str, severity: str, at: str, *, respond: str) -> str:
    """Return when a severity must be taken, in a policy with other support hours and limit."""
    text = default_text()
    assert SUPPORT in text
    text = text.replace(SUPPORT, f"  support: {hours}").replace('respond: "8h"', respond)
    policy = compile_policy(text, name="policy.yaml", now=NOW)
    return str(clocks(policy, severity, datetime.fromisoformat(at))["respond_by"])


def test_01_the_clock_rests_at_night_on_weekends_and_on_holidays() -> None:
    nine = '{timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}'
    eight = '{timezone: UTC, hours: {mon-fri: ["08:00-17:00"]}}'
    five, four = 'respond: "5h"', 'respond: "4h"'
    monday = due(nine, "P3", "2026-11-23T10:00:00+00:00", respond=five)
    assert monday == "2026-11-23T15:00:00+00:00"  # published as Tuesday 12:00
    friday = due(eight, "P3", "2026-11-20T16:00:00+00:00", respond=four)
    assert friday == "2026-11-23T11:00:00+00:00"  # published as Tuesday 11:00
    berlin = (
        '{timezone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}, '
        'holidays: {country: DE, subdivision: BE}, closed: ["2026-12-24"]}'
    )
    christmas = due(berlin, "P3", "2026-12-23T16:00:00+01:00", respond=four)
    assert christmas == "2026-12-28T12:00:00+01:00"


def test_02_lunch_split_shifts_and_shifts_past_midnight_are_counted_as_worked() -> None:
    split = (
        "{timezone: Europe/Berlin, hours: "
        '{mon-fri: ["09:00-12:30", "13:15-18:00"], sat: ["22:00-02:00"]}}'
    )
    lunch = due(split, "P3", "2026-11-24T12:00:00+01:00", respond='respond: "1h"')
    assert lunch == "2026-11-24T13:45:00+01:00"
    night = due(split, "P3", "2026-11-28T23:30:00+01:00", respond='respond: "2h"')
    assert night == "2026-11-29T01:30:00+01:00"  # Sunday morning belongs to Saturday's shift
    ends = due(split, "P3", "2026-11-24T17:00:00+01:00", respond='respond: "1h"')
    assert ends == "2026-11-24T18:00:00+01:00"  # with the window, not at the next opening


def test_03_a_wait_on_the_customer_stops_the_clock_and_a_severity_change_keeps_it_stopped() -> None:
    life = Life()
    life.do(an_escalation(kind="major_function", area="payments"))
    life.wait(minutes=30)
    life.do(c.StartWait("U01", "customer"))
    life.wait(hours=1)
    life.do(c.ChangeSeverity("U07", "P3", "There is a way around it"))
    assert life.case.phase is Phase.WAITING
    assert life.case.clocks["respond"].since is None
    life.do(c.Resume("U01", "replied"))
    respond = life.case.clocks["respond"]
    assert (respond.used, respond.since) == (timedelta(minutes=30), life.now)


async def test_04_a_paused_case_resumes_by_itself_and_a_restart_forgets_nothing(
    world: World,
) -> None:
    card = await world.escalate(kind="Major function broken")
    priya = world.workspace.person("U05")
    await priya.click((await world.directs("U05"))[0], "Acknowledge")
    await world.shows(card, "is working on it")
    await priya.click(card, "Waiting")
    assert (await priya.form().submit()).closed
    await world.shows(card, "Waiting for the customer")
    await world.program.stop()
    await world.later(hours=5)  # the wait of a P2 ends after four
    await world.restart()
    await world.shows(card, "is working on it")
    assert world.program.desk is not None
    ended = [
        record.event
        for record in await world.program.desk.events("T01", 1)
        if isinstance(record.event, Resumed)
    ]
    assert [event.why for event in ended] == ["pause_ended"]


async def test_05_nothing_is_posted_twice_and_a_dead_socket_is_noticed(world: World) -> None:
    faults = world.workspace.faults
    faults.drop_reply("chat.postMessage", times=3)
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) >= 5, timeout=20)
    faults.duplicate_next_envelope()
    await world.workspace.person("U05").say("escalations", "mine", card.ts)
    await world.sees(card, "Taken as yours")
    await world.workspace.settle(quiet=0.6)
    said = world.said(card)
    assert len(world.workspace.messages("escalations")) == 1
    assert [said.count(f"*{step}") for step in ("1 Doc", "2 Ass", "3 Rou", "5 Upd")] == [1] * 4
    assert said.count("Taken as yours") == 1
    await world.workspace.sockets.close_all()
    await world.workspace.until(lambda: world.workspace.sockets.count >= 1)
    await world.workspace.person("U05").say("escalations", "still here", card.ts)


async def test_06_a_rate_limit_delays_a_post_and_drops_none(world: World) -> None:
    world.workspace.faults.limited("chat.postMessage", 1, times=3)
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) >= 5)
    steps = [m.words().split("*")[1] for m in world.thread(card)[:5]]
    assert steps == ["1 Document", "2 Assess", "3 Route", "4 Brief", "5 Update"]


async def test_07_if_nobody_answers_it_goes_up_by_itself(world: World) -> None:
    card = await world.escalate(kind="Major function broken")
    await world.shows(card, "Tier 2")
    await world.later(hours=4, minutes=1)
    await world.shows(card, "Tier 3")
    assert world.program.desk is not None
    moved = [
        (record.event.to, record.event.why)
        for record in await world.program.desk.events("T01", 1)
        if isinstance(record.event, TierChanged)
    ]
    assert moved[0] == (3, "respond_breached")


async def test_08_nobody_away_or_full_is_asked_and_with_everybody_gone_a_manager_is_told(
    world: World,
) -> None:
    await world.workspace.person("U05").slash("/escalate", "away")
    await world.workspace.until(lambda: world.workspace.person("U05").ephemeral())
    card = await world.escalate()
    await world.asks("U06")
    for person in ("U06", "U07", "U03", "U08"):
        who = world.workspace.person(person)
        await who.slash("/escalate", "away")
        await world.workspace.until(lambda who=who: who.ephemeral())  # type: ignore[misc]
    second = await world.escalate(customer="Initech")
    await world.asks("U09", 2)  # the last manager who is there
    last = world.workspace.person("U09")
    await world.workspace.until(lambda: any("Decline" in m.buttons() for m in last.direct()))
    await last.click(next(m for m in last.direct() if "Decline" in m.buttons()), "Decline")
    form = world.workspace.person("U09").form().choose("Why?", "No capacity")
    assert (await form.submit()).closed
    await world.sees(second, "Nobody is available now")
    await world.workspace.until(lambda: world.workspace.messages("esc-managers"))
    assert "Nobody is available" in world.workspace.messages("esc-managers")[-1].words()
    assert card is not second


def test_09_who_is_asked_follows_each_persons_own_weekdays_and_zone() -> None:
    tokyo = Calendar("tokyo", "Asia/Tokyo", {day: (Window(9 * 60, 17 * 60),) for day in range(5)})
    lisbon = Calendar("lisbon", "Europe/Lisbon", {5: (Window(9 * 60, 17 * 60),)})
    policy = a_policy()
    policy = replace(policy, calendars={**policy.calendars, "tokyo": tokyo, "lisbon": lisbon})
    hours = {"U05": "tokyo", "U06": "lisbon"}
    people = tuple(replace(p, hours=hours[p.id]) for p in a_roster().people if p.id in hours)
    roster = replace(a_roster(), people=people, on_call=())

    def asked(at: datetime) -> str | None:
        return choose(
            policy, roster, Floor(), severity="P1", tier=3, area="payments",
            customer="Globex", novel=False, passed=(), now=at,
        ).person  # fmt: skip

    assert asked(datetime(2026, 11, 24, 1, tzinfo=UTC)) == "U05"  # Tuesday 10:00 in Tokyo
    assert asked(datetime(2026, 11, 28, 10, tzinfo=UTC)) == "U06"  # Saturday 10:00 in Lisbon
    assert asked(datetime(2026, 11, 24, 12, tzinfo=UTC)) is None


def test_10_nobody_is_warned_at_midnight_or_on_a_weekend_unless_it_is_a_p1() -> None:
    people = tuple(replace(p, hours="support") if p.id == "U01" else p for p in a_roster().people)
    friday = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
    for kind, quiet in (("major_function", True), ("outage", False)):
        life = Life(roster=replace(a_roster(), people=people), now=friday)
        life.do(an_escalation(kind=kind, area="login"))
        life.wait(hours=5)
        at_once = [n for n in life.told if n.code == "update_due" and "U01" in n.people]
        later = [m.after for m in life.messages if m.target == "dm:U01" and m.after is not None]
        assert bool(at_once) is not quiet
        assert set(later) == ({datetime(2026, 11, 30, 9, tzinfo=UTC)} if quiet else set())


async def test_11_an_escalation_by_message_gets_an_owner_a_record_and_what_is_missing_is_asked(
    world: World,
) -> None:
    sam, dana = world.workspace.person("U02"), world.workspace.person("U01")
    message = await sam.say("general", "Acme says nobody can log in")
    await dana.shortcut("escalate_message", message)
    form = dana.form().fill("Customer", "Acme").choose("Kind of problem", "System down")
    assert (await form.choose("Impact", "One user").submit()).closed
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    card = world.workspace.messages("escalations")[-1]
    await world.sees(card, "What was tried")
    case = await world.case()
    assert case.offered is not None
    assert case.source is not None
    assert (case.customer, case.summary) == ("Acme", "Acme says nobody can log in")
    await world.workspace.until(
        lambda: "ESC-1" in world.workspace.thread("general", message.ts)[-1].words()
    )


async def test_12_one_ping_for_everything_and_one_yes_does_not_silence_the_others(
    world: World,
) -> None:
    await world.escalate(customer="Acme", also=("Executive contact", "Revenue at risk"))
    await world.workspace.until(lambda: world.workspace.messages("esc-managers"))
    await world.workspace.person("U05").click((await world.directs("U05"))[0], "Acknowledge")
    await world.workspace.settle()
    assert len(world.workspace.messages("esc-managers")) == 1  # three risks, one ping
    case = await world.case()
    assert case.owner == "U05"
    assert case.management[0].taken_by is None
    await world.later(minutes=11)
    for _ in range(200):  # the account owner was silent; the next manager is expected to answer
        if len((await world.case()).management[0].asked) == 2:
            break
        await world.workspace.settle(0.02)
    assert (await world.case()).management[0].asked == ("U09", "U08")


async def test_13_who_took_it_and_fell_silent_is_asked_and_then_the_lead_hears(
    world: World,
) -> None:
    card = await world.escalate()
    await world.workspace.person("U05").click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    await world.later(minutes=31)
    await world.sees(card, "Still on it?")
    await world.later(minutes=31)
    await world.sees(card, "No sign from *Priya*")
    lead = next(m for m in world.thread(card) if "No sign from" in m.words())
    assert lead.words().startswith("<@U07>")


async def test_14_it_is_tried_in_one_command_without_slack_or_a_public_address() -> None:
    assert await perform(read_play(packaged("outage"), "outage"), None, None, None) == 0


async def test_15_what_was_sent_appears_even_if_slack_refuses_at_first(world: World) -> None:
    world.workspace.faults.error("chat.postMessage", "internal_error", times=2)
    world.workspace.faults.refuse("chat.postMessage", times=1)
    card = await world.escalate()
    await world.workspace.until(lambda: len(world.thread(card)) >= 5)
    assert "ESC-1" in card.words()
    assert len(world.workspace.messages("escalations")) == 1
