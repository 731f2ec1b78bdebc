"""What the page has beside Slack: the traffic, the clock, faults on demand, the guided tour."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Page, expect
from slack_sdk.errors import SlackApiError

from tests.browser.conftest import Room


async def watched(room: Room, tab: str = "Traffic") -> Page:
    """Return a page with the inspector open."""
    page = await room.page()
    await page.get_by_role("button", name="Traffic between").click()
    await page.get_by_role("tab", name=tab).click()
    return page


async def test_the_traffic_shows_each_envelope_and_its_answer(room: Room) -> None:
    page = await watched(room)
    place = room.workspace.state.channel("general").id
    await room.workspace.person("U02").slash("/report", "nobody can pay")
    rows = page.get_by_role("log", name="Traffic")
    row = rows.locator(".traffic", has_text="/report nobody can pay")
    await row.get_by_role("button").click()
    await expect(row.locator("pre")).to_contain_text('"command": "/report"')
    await room.client.chat_postMessage(channel=place, text="A line")
    row = rows.locator(".traffic", has_text="chat.postMessage").first
    box = await row.bounding_box()
    assert box is not None
    assert box["height"] < 40
    await row.get_by_role("button").click()
    await expect(row).to_contain_text("The app sent")
    await expect(row.locator("pre").first).to_contain_text('"text": "A line"')
    await expect(row).to_contain_text("Slack answered")
    await expect(row.locator("pre").last).to_contain_text('"ok": true')
    await page.get_by_role("button", name="From Slack", exact=True).click()
    await expect(rows.locator(".traffic", has_text="chat.postMessage")).to_have_count(0)


async def test_what_was_refused_says_why(room: Room) -> None:
    page = await watched(room)
    place = room.workspace.state.channel("general").id
    with pytest.raises(SlackApiError):
        await room.client.pins_add(channel=place, timestamp="1.1")
    with pytest.raises(SlackApiError):
        await room.client.chat_postMessage(channel=place, text="x", blocks=[{"type": "nothing"}])
    await page.get_by_role("button", name="Refused", exact=True).click()
    refused = page.locator(".traffic.bad", has_text="pins.add").first
    await expect(refused).to_contain_text("missing_scope")
    await expect(refused).to_contain_text("needed: pins:write")
    refused = page.locator(".traffic.bad", has_text="chat.postMessage").first
    await expect(refused).to_contain_text("invalid_blocks")
    await expect(refused.locator(".reasons")).to_contain_text("type")
    name = "Traffic between app and workspace, 2 refused"
    await expect(page.get_by_role("button", name=name)).to_be_visible()


async def test_the_clock_is_stopped_run_and_moved(room: Room) -> None:
    page = await room.page()
    clock = page.get_by_role("group", name="Simulated clock")
    start = room.workspace.clock.now()
    await clock.get_by_role("button", name="Fifteen minutes later").click()
    shown = (start + timedelta(hours=1, minutes=15)).strftime("%H:%M")
    await expect(clock.get_by_role("time")).to_contain_text(shown)
    await clock.get_by_role("button", name="Let the clock run").click()
    await expect(clock.get_by_role("button", name="Stop the clock")).to_be_visible()
    await clock.get_by_label("Speed of the clock").select_option("600")
    await expect(clock.get_by_label("Speed of the clock")).to_have_value("600")
    assert room.workspace.clock.rate == 600
    await clock.get_by_role("button", name="Stop the clock").click()
    await expect(clock.get_by_role("button", name="Let the clock run")).to_be_visible()
    assert room.workspace.clock.rate == 0


async def test_the_clock_jumps_to_the_next_deadline(room: Room) -> None:
    start = room.workspace.clock.now()
    due: list[datetime] = [start + timedelta(hours=5)]

    async def next_deadline() -> datetime | None:
        return due.pop() if due else None

    room.workspace.next_deadline = next_deadline
    page = await room.page()
    jump = page.get_by_role("button", name="Jump to the next deadline")
    await jump.click()
    await expect(page.locator(".toast")).to_contain_text("It is now")
    assert room.workspace.clock.now() == start + timedelta(hours=5)
    await jump.click()
    await expect(page.locator(".toast")).to_have_text("No deadline is armed.")


async def test_a_fault_is_armed_hits_once_and_can_be_taken_back(room: Room) -> None:
    page = await watched(room, "Faults")
    place = room.workspace.state.channel("general").id
    kind = page.get_by_label("What happens").first
    await kind.select_option(label="Refuse with an error")
    await page.get_by_label("Error", exact=True).fill("fatal_error")
    await page.get_by_role("button", name="Arm this fault").click()
    waiting = page.locator(".fault-list")
    await expect(waiting).to_contain_text("chat.postMessage refused (fatal_error)")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await room.client.chat_postMessage(channel=place, text="hit")
    await expect(waiting).to_contain_text("No fault waits.")
    await room.client.chat_postMessage(channel=place, text="not hit")
    await kind.select_option(label="Do it late")
    await page.get_by_label("Seconds").fill("5")
    await page.get_by_role("button", name="Arm this fault").click()
    await page.get_by_role("button", name="Arm for the envelope").click()
    await expect(waiting).to_contain_text("sent twice")
    await page.get_by_role("button", name="Take all back").click()
    await expect(waiting).to_contain_text("No fault waits.")


async def test_the_tour_points_at_the_next_thing(room: Room) -> None:
    room.workspace.tour = [
        {"text": "Type /report here.", "point": ["composer"], "done": "slash"},
        {"text": "Send it.", "point": ["submit", "composer"], "done": "submit"},
        {"text": "Become Sam.", "point": ["act-as"], "done": "as"},
        {"text": "Break it.", "point": ["fault", "faults", "traffic"], "done": "fault"},
    ]
    page = await room.page()
    tour = page.get_by_role("complementary", name="Guided tour")
    await expect(tour).to_contain_text("Type /report here.")
    ring = await page.locator(".tour-ring").bounding_box()
    box = await page.locator(".line-box").bounding_box()
    assert ring is not None
    assert box is not None
    assert abs(ring["x"] + 4 - box["x"]) < 2
    assert abs(ring["y"] + 4 - box["y"]) < 2
    await page.locator(".composer textarea").fill("/report")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Report")
    await expect(form.get_by_role("complementary", name="Guided tour")).to_contain_text("Send it.")
    await form.get_by_label("Title").fill("good")
    await form.get_by_role("combobox", name="Kind").click()
    await form.get_by_role("option", name="Outage").click()
    await form.get_by_role("button", name="Send").click()
    await expect(tour).to_contain_text("Become Sam.")
    await page.reload()
    await expect(tour).to_contain_text("3 of 4")
    await page.get_by_label("Act as").select_option(label="Sam")
    await expect(tour).to_contain_text("Break it.")
    await tour.get_by_role("button", name="End the tour").click()
    await expect(tour).to_have_count(0)
    await page.get_by_role("button", name="Guided tour").click()
    await expect(tour).to_contain_text("Break it.")
