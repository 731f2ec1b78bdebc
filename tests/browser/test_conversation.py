"""Reading and writing: the sidebar, threads, reactions, shortcuts, the composer, the App Home."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.conftest import Room


async def visit(room: Room, channel: str, who: str = "U01") -> Page:
    """Return the page of a channel."""
    page = await room.page(who)
    await page.get_by_role("button", name=channel).click()
    await expect(page.get_by_role("heading", name=channel)).to_be_visible()
    return page


async def test_unread_channels_are_bold_and_mentions_are_counted(room: Room) -> None:
    channel = await room.channel()
    page = await room.page()
    await page.get_by_role("button", name="general").click()
    entry = page.locator(".entry", has_text=channel)
    sam = room.workspace.person("U02")
    first = await sam.say(channel, "for all")
    await expect(entry).to_have_class("entry unread")
    await expect(entry.locator(".count")).to_have_count(0)
    await sam.say(channel, "a reply makes nothing unread", first.ts)
    await sam.say(channel, "for you, <@U01>")
    await expect(entry.locator(".count")).to_have_text("1")
    await entry.click()
    await expect(entry).to_have_class("entry here")
    await expect(page.get_by_role("separator", name="New messages")).to_be_visible()
    assert (
        room.workspace.state.unread.get(("U01", room.workspace.state.channel(channel).id)) is None
    )


async def test_people_write_to_each_other(room: Room) -> None:
    page = await room.page()
    await page.locator(".entry", has_text="Sam").click()
    await page.get_by_label("Message Sam").fill("Lunch?")
    await page.keyboard.press("Enter")
    await expect(page.locator("main article")).to_contain_text("Lunch?")
    other = await room.page("U02")
    await expect(other.locator(".entry", has_text="Dana").locator(".count")).to_have_text("1")


async def test_a_thread_opens_beside_the_channel(room: Room) -> None:
    channel = await room.channel()
    root = await room.workspace.person("U02").say(channel, "It is down")
    page = await visit(room, channel)
    await page.locator("main article").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("region", name="Thread")
    await expect(thread.get_by_label("Reply", exact=True)).to_be_focused()
    await page.keyboard.type("On it")
    await page.keyboard.press("Enter")
    await expect(thread.locator("article")).to_have_count(2)
    await expect(page.locator("main .replies")).to_contain_text("1 reply")
    await room.workspace.person("U03").say(channel, "Me too", root.ts)
    await expect(page.locator("main .replies")).to_contain_text("2 replies")
    await expect(page.locator("main article")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()
    await expect(page.locator("main article")).to_be_focused()


async def test_a_link_to_a_message_opens_its_thread(room: Room) -> None:
    channel = await room.channel()
    root = await room.workspace.person("U02").say(channel, "Look at this")
    link = room.workspace.permalink(room.workspace.state.channel(channel).id, root.ts)
    page = await room.open_page(f"{link}?as=U01")
    await expect(page.get_by_role("region", name="Thread")).to_contain_text("Look at this")


async def test_the_page_works_by_every_name_of_this_machine(room: Room) -> None:
    channel = await room.channel()
    sam = room.workspace.person("U02")
    root = await sam.say(channel, "Look at this")
    link = room.workspace.permalink(room.workspace.state.channel(channel).id, root.ts)
    await sam.say(channel, f"It is <{link}|there>")
    address = room.workspace.url.replace("127.0.0.1", "localhost")
    page = await room.open_page(f"{address}/?as=U01")
    await page.get_by_role("button", name=channel).click()
    await page.get_by_role("link", name="there").click()
    await expect(page.get_by_role("region", name="Thread")).to_contain_text("Look at this")
    assert page.url.startswith(address)


async def test_reactions_are_added_and_taken_back(room: Room) -> None:
    channel = await room.channel()
    message = await room.workspace.person("U02").say(channel, "Done")
    page = await visit(room, channel)
    await page.locator("main article").hover()
    await page.get_by_role("button", name="React with eyes").click()
    mine = page.get_by_role("button", name="eyes, 1: you")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await room.heard("reaction_added", reaction="eyes", user="U01")
    await mine.click()
    await expect(mine).to_have_count(0)
    assert message.reactions == {}
    await page.locator("main article").hover()
    await page.get_by_role("button", name="Find another reaction").click()
    await page.get_by_role("menuitem", name="fire").click()
    await expect(page.get_by_role("button", name="fire, 1: you")).to_be_visible()


async def test_a_message_shortcut_is_in_the_hover_menu(room: Room) -> None:
    channel = await room.channel()
    message = await room.workspace.person("U02").say(channel, "Checkout shows 502")
    page = await visit(room, channel)
    await page.locator("main article").hover()
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Report this message").click()
    await expect(page.get_by_role("dialog", name="Report")).to_be_visible()
    got = await room.heard("message_action", callback_id="report_message")
    assert got["message"]["ts"] == message.ts


async def test_a_message_is_edited_and_deleted(room: Room) -> None:
    channel = await room.channel()
    message = await room.workspace.person("U01").say(channel, "Teh end, <@U02>")
    page = await visit(room, channel)
    more = page.get_by_role("button", name="More actions")
    await page.locator("main article").hover()
    await more.click()
    await page.get_by_role("menuitem", name="Edit message").click()
    box = page.get_by_label("Edit message")
    await expect(box).to_have_value("Teh end, @Sam")
    await box.fill("The end, @Sam")
    await page.keyboard.press("Enter")
    await expect(page.locator("main article")).to_contain_text("The end, @Sam (edited)")
    assert message.text == "The end, <@U02>"
    await page.locator("main article").hover()
    await more.click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await expect(page.locator("main article")).to_have_count(0)


async def test_slash_commands_complete_by_keyboard(room: Room) -> None:
    channel = await room.channel()
    page = await visit(room, channel)
    box = page.get_by_label(f"Message {channel}")
    await box.press_sequentially("/re")
    hints = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await expect(hints).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await expect(hints.last).to_have_attribute("aria-selected", "true")
    await expect(hints.last).to_contain_text("/remind")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/report ")
    await page.keyboard.type("nobody can pay")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Report")).to_be_visible()
    got = await room.heard("command", command="/report")
    assert got["text"] == "nobody can pay"


async def test_mentions_channels_and_emoji_complete(room: Room) -> None:
    channel = await room.channel()
    page = await visit(room, channel)
    box = page.get_by_label(f"Message {channel}")
    await box.press_sequentially("@pri")
    await page.keyboard.press("Enter")
    await page.keyboard.type("see #gen")
    await page.keyboard.press("Tab")
    await page.keyboard.type(":taa")
    await page.keyboard.press("Backspace")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("@Priya see #general :tada: ")
    await page.keyboard.press("Enter")
    message = page.locator("main article")
    await expect(message.locator(".mention").first).to_have_text("@Priya")
    await expect(message.get_by_role("img", name="tada")).to_be_visible()
    said = room.workspace.messages(channel)[-1].text
    assert said.startswith("<@U03> see <#")


async def test_lines_break_with_shift_and_a_draft_waits(room: Room) -> None:
    channel = await room.channel()
    page = await visit(room, channel)
    box = page.get_by_label(f"Message {channel}")
    await box.press_sequentially("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.get_by_role("button", name="general").click()
    entry = page.locator(".entry", has_text=channel)
    await expect(entry.get_by_role("img", name="has a draft")).to_be_visible()
    await entry.click()
    await expect(box).to_have_value("one\ntwo")
    await box.press("Control+A")
    await page.get_by_role("button", name="Bold").click()
    await expect(box).to_have_value("*one\ntwo*")


async def test_a_global_shortcut_is_behind_the_plus(room: Room) -> None:
    page = await visit(room, "general")
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="New report").click()
    await expect(page.get_by_role("dialog", name="Report")).to_be_visible()


async def test_what_only_one_person_sees_can_be_put_away(room: Room) -> None:
    channel = await room.channel()
    place = room.workspace.state.channel(channel).id
    await room.client.chat_postEphemeral(channel=place, user="U01", text="Just for you")
    page = await visit(room, channel)
    message = page.locator("article", has_text="Just for you")
    await expect(message).to_contain_text("Only visible to you")
    other = await visit(room, channel, "U02")
    await expect(other.locator("article", has_text="Just for you")).to_have_count(0)
    await message.get_by_role("button", name="Dismiss message").click()
    await expect(message).to_have_count(0)


async def test_the_app_home_is_a_tab_of_the_app(room: Room) -> None:
    page = await room.page()
    await page.locator(".entry", has_text="Reporter").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("heading", name="Your reports")).to_be_visible()
    await page.get_by_role("combobox", name="Which list").click()
    await page.get_by_role("option", name="All").click()
    await room.heard("block_actions", action_id="home_choice")
    await page.get_by_role("button", name="Refresh").click()
    await room.heard("block_actions", action_id="refresh")
    await page.get_by_role("tab", name="Messages").click()
    await expect(page.get_by_label("Message Reporter")).to_be_visible()


async def test_acting_as_somebody_else_shows_their_workspace(room: Room) -> None:
    channel = await room.channel("U01")
    page = await visit(room, channel)
    await page.get_by_label("Act as").select_option(label="Sam")
    await expect(page.locator(".entry", has_text=channel)).to_have_count(0)
    await page.get_by_role("button", name="general").click()
    await page.get_by_label("Message general").fill("Sam here")
    await page.keyboard.press("Enter")
    await expect(page.locator("main article").last).to_contain_text("Sam")
    assert room.workspace.messages("general")[-1].user == "U02"


async def test_a_lost_connection_comes_back(room: Room) -> None:
    channel = await room.channel()
    page = await visit(room, channel)
    await page.context.set_offline(True)
    await page.evaluate("document.documentElement.dataset.connection = 'waiting'")
    await page.context.set_offline(False)
    await room.workspace.person("U02").say(channel, "Still there?")
    await expect(page.locator("main article")).to_contain_text("Still there?")
