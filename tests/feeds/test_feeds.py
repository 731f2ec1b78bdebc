"""Calendar feeds: days off, who is on call, and what happens where a feed can't be reached."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from aiohttp import web

from escbot.bootstrap import reader_of
from escbot.core.roster import Person, Shift
from escbot.feeds.fetching import HttpFeed
from escbot.feeds.ical import days_off, shifts
from escbot.services.files import NotReadable
from escbot.services.policyfile import default_text
from escbot.services.ports import NoFeed

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def calendar(*events: str) -> str:
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{i}\r\n{e}\r\nEND:VEVENT\r\n" for i, e in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{body}END:VCALENDAR\r\n"


YEARLY = (
    "SUMMARY:Founders' Day\r\nDTSTART;VALUE=DATE:20200605\r\nDTEND;VALUE=DATE:20200606\r\n"
    "RRULE:FREQ=YEARLY"
)
ONCE = "SUMMARY:Move\r\nDTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203"
WEEKLY = (
    "SUMMARY:On call: Priya\r\nDTSTART;TZID=Europe/Berlin:20261123T090000\r\n"
    "DTEND;TZID=Europe/Berlin:20261130T090000\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2"
)
BY_MAIL = (
    "SUMMARY:Tier 3\r\nATTENDEE:mailto:ken@example.com\r\n"
    "DTSTART:20261130T080000Z\r\nDTEND:20261207T080000Z"
)
PEOPLE = (Person("U05", "Priya"), Person("U06", "Ken", email="ken@example.com"))


def test_days_off_repeat_and_last_until_the_day_before_their_end() -> None:
    found = days_off(calendar(YEARLY, ONCE), NOW)
    assert [day for day in found if day.year == 2026] == [
        date(2026, 6, 5), date(2026, 12, 1), date(2026, 12, 2),
    ]  # fmt: skip
    assert {day.year for day in found} == {2025, 2026, 2027, 2028}


def test_shifts_are_found_by_name_and_by_mail() -> None:
    assert shifts(calendar(WEEKLY, BY_MAIL), PEOPLE, NOW) == (
        Shift("U05", datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)),
        Shift("U06", datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2026, 12, 7, 8, tzinfo=UTC)),
        Shift("U05", datetime(2026, 12, 7, 8, tzinfo=UTC), datetime(2026, 12, 14, 8, tzinfo=UTC)),
    )


def test_what_is_no_calendar_is_said() -> None:
    with pytest.raises(NoFeed):
        days_off("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:never\r\nEND:VEVENT\r\n", NOW)


class Server:
    """A web server with feeds that can break."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.address = ""

    async def answer(self, request: web.Request) -> web.Response:
        text = self.texts.get(request.match_info["name"])
        return web.Response(text=text or "gone", status=200 if text else 503)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    app = web.Application()
    app.router.add_get("/{name}", found.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


async def test_a_feed_that_breaks_is_used_as_it_was_and_said(
    server: Server, tmp_path: Path
) -> None:
    feed = HttpFeed(tmp_path / "cache")
    address = f"{server.address}/a.ics"
    with pytest.raises(NoFeed):
        await asyncio.to_thread(feed.read, address, NOW)
    server.texts["a.ics"] = calendar(ONCE)
    fresh = await asyncio.to_thread(feed.read, address, NOW)
    assert fresh.trouble is None
    server.texts["a.ics"] = "<html>Please sign in</html>"
    old = await asyncio.to_thread(feed.read, address, NOW)
    assert (old.text, old.trouble) == (fresh.text, "it is not an iCal calendar")


async def test_both_files_take_their_feeds(server: Server, tmp_path: Path) -> None:
    server.texts["off.ics"], server.texts["duty.ics"] = calendar(ONCE), calendar(WEEKLY)
    policy, roster = tmp_path / "policy.yaml", tmp_path / "roster.yaml"
    hours = '{timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}'
    assert hours in default_text()
    feed = f'{hours}, holidays: {{ical: "{server.address}/off.ics"}}'
    policy.write_text(default_text().replace(hours, feed))
    roster.write_text(
        "people:\n  - {slack: U05, name: Priya, tiers: [3]}\n"
        f'on_call: [{{tier: 3, ical: "{server.address}/duty.ics"}}]\n'
    )
    reader = reader_of(policy, roster, tmp_path / "cache")
    files = await asyncio.to_thread(reader.read, NOW)
    assert date(2026, 12, 1) in files.policy.calendars["support"].closed
    assert [shift.person for shift in files.roster.on_call[0].shifts] == ["U05", "U05"]
    assert files.stale == ()

    server.texts["off.ics"] = calendar(YEARLY)
    changed = await asyncio.to_thread(reader.read, NOW)
    assert changed.policy.version != files.policy.version

    server.texts.clear()
    stale = await asyncio.to_thread(reader.read, NOW)
    assert stale.policy.version == changed.policy.version
    assert len(stale.stale) == 2
    assert "escbot uses what it said on" in stale.stale[0]

    fresh = reader_of(policy, roster, tmp_path / "another")
    with pytest.raises(NotReadable, match="check the address"):
        await asyncio.to_thread(fresh.read, NOW)
