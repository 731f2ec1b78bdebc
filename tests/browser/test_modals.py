"""Modals: every field, errors where they belong, live updates that leave typed words alone."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Room


async def opened(room: Room, text: str = "", name: str = "Report") -> tuple[Page, Locator]:
    """Return a page with the form open."""
    channel = await room.channel()
    page = await room.page()
    await page.get_by_role("button", name=channel).click()
    await page.get_by_label(f"Message {channel}").fill(f"/report {text}")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name=name)
    await expect(form).to_be_visible()
    return page, form


async def test_the_first_field_has_the_focus_and_it_returns(room: Room) -> None:
    page, form = await opened(room)
    await expect(form.get_by_label("Title")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(page.locator(".composer textarea")).to_be_focused()


async def test_the_focus_stays_inside(room: Room) -> None:
    page, form = await opened(room)
    for _ in range(12):
        await page.keyboard.press("Tab")
        inside = "!document.activeElement || document.activeElement === document.body"
        assert await form.evaluate(f"form => {inside} || form.contains(document.activeElement)")


async def test_a_button_keeps_the_focus_when_it_is_drawn_again(room: Room) -> None:
    page, form = await opened(room, "offer", "Offer")
    join = form.get_by_role("button", name="Join")
    await join.focus()
    await page.keyboard.press("Enter")
    await expect(form.get_by_text("One joined.")).to_be_visible()
    await expect(join).to_be_focused()
    await expect(join).to_be_enabled()
    await page.keyboard.press("Enter")
    await expect(form.get_by_text("Full.")).to_be_visible()
    await expect(join).to_have_count(0)
    await expect(form).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(page.locator(".composer textarea")).to_be_focused()


async def test_an_error_goes_once_its_field_is_changed_and_may_come_again(room: Room) -> None:
    page, form = await opened(room)
    title, kind = form.get_by_label("Title"), form.get_by_role("combobox", name="Kind")
    send, errors = form.get_by_role("button", name="Send"), form.locator(".field .error")
    await send.click()
    await expect(errors).to_have_count(2)
    await page.keyboard.type("ba")
    await expect(errors).to_have_count(1)
    await expect(title).not_to_have_attribute("aria-invalid", "true")
    await page.keyboard.type("d")
    await expect(title).to_have_value("bad")
    await title.fill("")
    await send.click()  # what was missing still is
    await expect(errors).to_have_count(2)
    await expect(title).to_be_focused()
    await title.fill("bad")
    await kind.click()
    await form.get_by_role("option", name="Outage").click()
    await expect(form.get_by_text("You chose outage.")).to_be_visible()
    await expect(errors).to_have_count(0)
    for _ in range(2):
        await send.click()
        await expect(title).to_have_accessible_description("Say it better.")
        await title.fill("bad")
        await expect(errors).to_have_count(0)


async def test_what_is_missing_is_said_at_its_field(room: Room) -> None:
    _, form = await opened(room)
    await form.get_by_role("button", name="Send").click()
    title = form.get_by_label("Title")
    await expect(title).to_have_attribute("aria-invalid", "true")
    await expect(title).to_have_accessible_description("Please complete this required field.")
    await expect(title).to_be_focused()


async def test_the_apps_own_errors_stand_at_their_fields(room: Room) -> None:
    page, form = await opened(room)
    await form.get_by_label("Title").fill("bad")
    await form.get_by_role("combobox", name="Kind").click()
    await form.get_by_role("option", name="Outage").click()
    await form.get_by_label("Details").fill("kept")
    await page.keyboard.press("Control+Enter")
    title = form.get_by_label("Title")
    await expect(title).to_have_accessible_description("Say it better.")
    await expect(form.get_by_label("Details")).to_have_value("kept")
    await title.fill("good")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    sent = [got for got in room.got if got["type"] == "view_submission"][-1]
    values = sent["view"]["state"]["values"]
    assert values["title"]["field"]["value"] == "good"
    assert values["kind"]["field"]["selected_option"]["value"] == "outage"
    assert values["details"]["field"]["value"] == "kept"


async def test_a_live_update_leaves_what_is_being_typed_alone(room: Room) -> None:
    page, form = await opened(room)
    await form.get_by_label("Title").fill("No checkout")
    await form.get_by_role("combobox", name="Kind").click()
    await form.get_by_role("option", name="Question").click()
    details = form.get_by_label("Details")
    await details.click()
    await page.keyboard.type("It sta")
    await expect(form.get_by_text("You chose question.")).to_be_visible()
    await expect(form.locator(".alert.warning")).to_have_text("Look out")
    await page.keyboard.type("rted at ten")
    await expect(details).to_be_focused()
    await expect(details).to_have_value("It started at ten")
    await expect(form.get_by_label("Title")).to_have_value("No checkout")
    await expect(details).to_have_accessible_description("What was tried")


async def test_type_ahead_asks_the_app_and_works_by_keyboard(room: Room) -> None:
    page, form = await opened(room, "everything", "Everything")
    box = form.get_by_role("combobox", name="Customer")
    await box.press_sequentially("i")
    await expect(form.get_by_role("option")).to_have_text(["Initech"])
    await page.keyboard.press("Backspace")
    await expect(form.get_by_role("option")).to_have_count(4)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    active = await box.get_attribute("aria-activedescendant")
    await expect(form.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("Globex")
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_escape_closes_the_list_before_the_form(room: Room) -> None:
    page, form = await opened(room, "everything", "Everything")
    await form.get_by_role("combobox", name="Customer").click()
    await expect(form.get_by_role("listbox")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(form.get_by_role("listbox")).to_have_count(0)
    await expect(form).to_be_visible()


async def test_every_field_sends_what_slack_would(room: Room) -> None:
    _, form = await opened(room, "everything", "Everything")
    await form.get_by_role("combobox", name="Customer").fill("umb")
    await form.get_by_role("option", name="Umbrella").click()
    for area in ("Login", "Data"):
        await form.get_by_role("combobox", name="Areas").fill(area)
        await form.get_by_role("option", name=area).click()
    await form.get_by_role("combobox", name="Areas").fill("Payments")
    await form.get_by_role("option", name="Payments").click()
    await form.get_by_role("button", name="Remove Login").click()
    await form.get_by_role("combobox", name="Person").fill("sam")
    await form.get_by_role("option", name="Sam").click()
    await form.get_by_role("combobox", name="People").fill("dana")
    await form.get_by_role("option", name="Dana").click()
    await form.get_by_role("combobox", name="Room").fill("general")
    await form.get_by_role("option", name="general").click()
    await form.get_by_label("Late").check()
    await form.get_by_label("High").check()
    await form.get_by_label("Day").fill("2026-12-01")
    await form.get_by_label("Time").fill("14:30")
    await form.get_by_label("Until").fill("2026-12-01T15:00")
    await form.get_by_label("Count").fill("3")
    await form.get_by_label("Mail").fill("a@example.com")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    sent = [got for got in room.got if got["type"] == "view_submission"][-1]
    values = {key: value["field"] for key, value in sent["view"]["state"]["values"].items()}
    assert values["customer"]["selected_option"]["text"]["text"] == "Umbrella"
    assert [o["value"] for o in values["areas"]["selected_options"]] == ["data", "payments"]
    assert values["person"]["selected_user"] == "U02"
    assert values["people"]["selected_users"] == ["U01"]
    general = room.workspace.state.channel("general").id
    assert values["room"]["selected_conversation"] == general
    assert [o["value"] for o in values["also"]["selected_options"]] == ["late"]
    assert values["level"]["selected_option"]["value"] == "high"
    assert values["day"]["selected_date"] == "2026-12-01"
    assert values["time"]["selected_time"] == "14:30"
    # Three in the afternoon in Berlin, where the reader is, whatever the browser's zone.
    assert values["until"]["selected_date_time"] == 1796133600
    assert values["count"]["value"] == "3"
    assert values["mail"]["value"] == "a@example.com"
