"""Every block and element that an app may send is drawn, and what is pressed reaches the app."""

from __future__ import annotations

import base64
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.app import button, mrkdwn, options, plain
from tests.browser.conftest import Room


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
DATA = f"data:image/gif;base64,{base64.b64encode(DOT).decode()}"


async def shown(room: Room, *blocks: dict[str, Any], **more: Any) -> tuple[Page, Locator, str]:
    """Return a page that shows a channel with one message of the app, its body, the channel."""
    channel = await room.channel()
    room.show(channel, *blocks, **more)
    page = await room.page()
    await page.get_by_role("button", name=channel).click()
    return page, page.locator("main article").last, channel


async def test_plain_blocks_are_drawn(room: Room) -> None:
    _, message, _ = await shown(
        room,
        {"type": "header", "text": plain("A headline")},
        {"type": "section", "text": mrkdwn("*bold* _soft_ ~gone~ `code`\n> said\n• first")},
        {"type": "section", "fields": [mrkdwn("*Owner*\nPriya"), mrkdwn("*Tier*\n3")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("small print"), mrkdwn(":star: VIP")]},
        {"type": "image", "image_url": DATA, "alt_text": "a dot"},
        {
            "type": "actions",
            "elements": [button("Go", style="primary"), button("Drop", style="danger")],
        },
    )
    await expect(message.get_by_role("heading", name="A headline")).to_be_visible()
    for tag, text in (("strong", "bold"), ("em", "soft"), ("s", "gone"), ("code", "code")):
        await expect(message.locator(tag, has_text=text).first).to_be_visible()
    await expect(message.locator("blockquote")).to_have_text("said")
    await expect(message.locator(".fields > div")).to_have_count(2)
    await expect(message.locator("hr")).to_be_visible()
    await expect(message.get_by_role("img", name="star")).to_be_visible()
    await expect(message.get_by_role("img", name="a dot")).to_have_attribute("src", DATA)
    await message.get_by_role("button", name="Go").click()
    await room.heard("block_actions", action_id="go")


async def test_mentions_dates_and_links_read_as_at_slack(room: Room) -> None:
    at = int(room.workspace.clock.now().timestamp())
    date = f"<!date^{at}^{{date_short_pretty}} {{time}}|then>"
    text = f"<@U03> in {date}, <https://example.com|see>, <!here>"
    _, message, _ = await shown(room, section(text))
    await expect(message).to_contain_text("@Priya in today 11:00, see, @here")
    await expect(message.get_by_role("link", name="see")).to_have_attribute(
        "href", "https://example.com"
    )


async def test_rich_text_and_markdown_are_drawn(room: Room) -> None:
    def run(*elements: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"type": "rich_text_section", "elements": list(elements)}]

    bold = {"type": "text", "text": "strongly", "style": {"bold": True}}
    _, message, _ = await shown(
        room,
        {
            "type": "rich_text",
            "elements": [
                *run(
                    bold, {"type": "text", "text": " said by "}, {"type": "user", "user_id": "U02"}
                ),
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": run({"type": "text", "text": "one"}),
                },
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
            ],
        },
        {
            "type": "markdown",
            "text": "## Title\n- [ ] task\n\n1. first\n\n**bold** and [site](https://example.com)\n\n"
            "| a | b |\n|---|---|\n| 1 | 2 |",
        },
    )
    await expect(message.locator("strong", has_text="strongly")).to_be_visible()
    await expect(message).to_contain_text("@Sam")
    await expect(message.locator("ol > li").first).to_have_text("one")
    await expect(message.locator("pre")).to_have_text("x = 1")
    await expect(message.locator(".md-head")).to_have_text("Title")
    await expect(message.locator("td").first).to_have_text("1")
    await expect(message.get_by_role("link", name="site")).to_be_visible()


def text(value: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": value}


def number(value: float) -> dict[str, Any]:
    return {"type": "raw_number", "value": value, "text": f"{value:g} h"}


async def test_a_table_is_drawn(room: Room) -> None:
    rows = [[text("Case"), text("Owner")], [text("ESC-1"), text("Priya")]]
    _, message, _ = await shown(room, {"type": "table", "rows": rows})
    await expect(message.get_by_role("columnheader", name="Owner")).to_be_visible()
    await expect(message.get_by_role("cell", name="Priya")).to_be_visible()


async def test_a_data_table_is_sorted_filtered_and_turned(room: Room) -> None:
    rows = [[text("Case"), text("Open for")]]
    rows += [[text(f"ESC-{n}"), number(n * 9 % 7)] for n in range(1, 8)]
    block = {"type": "data_table", "caption": "Queue", "page_size": 3, "rows": rows}
    page, _, channel = await shown(room, block)
    message = page.locator("main article").first
    first = message.get_by_role("rowheader")
    await expect(first).to_have_text(["ESC-1", "ESC-2", "ESC-3"])
    await message.get_by_role("button", name="Next page").click()
    await expect(first).to_have_text(["ESC-4", "ESC-5", "ESC-6"])
    await message.get_by_role("button", name="Open for").click()
    await message.get_by_role("button", name="Open for").click()
    await expect(message.get_by_role("columnheader", name="Open for")).to_have_attribute(
        "aria-sort", "descending"
    )
    await message.get_by_role("button", name="Previous page").click()
    await expect(first.first).to_have_text("ESC-3")
    await message.get_by_label("Filter Queue").fill("esc-5")
    await expect(first).to_have_text(["ESC-5"])
    await expect(message).to_contain_text("1 of 7 rows")
    # A new message draws the list again; the table stays as it was left.
    room.show(channel, text="news")
    await expect(page.locator("main article")).to_have_count(2)
    await expect(message.get_by_role("rowheader")).to_have_text(["ESC-5"])


async def test_charts_are_drawn_as_pictures_with_words(room: Room) -> None:
    data = [{"label": "Mon", "value": 3}, {"label": "Tue", "value": 5}]
    series = [{"name": "Opened", "data": data}, {"name": "Closed", "data": data}]
    axis = {"categories": ["Mon", "Tue"], "y_label": "cases"}
    page, message, channel = await shown(
        room,
        {
            "type": "data_visualization",
            "title": "By kind",
            "chart": {"type": "pie", "segments": data},
        },
        {
            "type": "data_visualization",
            "title": "By day",
            "chart": {"type": "bar", "series": series, "axis_config": axis},
        },
    )
    pie = message.get_by_role("img", name="By kind: Mon 3, Tue 5")
    await expect(pie.locator("path")).to_have_count(2)
    bars = message.get_by_role("img", name="By day: Opened: Mon 3, Tue 5; Closed: Mon 3, Tue 5")
    await expect(bars.locator("rect")).to_have_count(4)
    await expect(message.locator(".legend").last).to_contain_text("Closed")
    for kind in ("line", "area"):
        room.show(
            channel,
            {
                "type": "data_visualization",
                "title": kind,
                "chart": {"type": kind, "series": series, "axis_config": axis},
            },
        )
    await expect(page.locator("svg.line path.stroke")).to_have_count(2)
    await expect(page.locator("svg.area path.soft")).to_have_count(2)


async def test_containers_cards_and_plans_open_and_close(room: Room) -> None:
    details = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "by phone"}]}
        ],
    }
    inside = [section("opened at ten"), {"type": "actions", "elements": [button("Inside")]}]
    container = {"type": "container", "title": plain("Timeline"), "child_blocks": inside}
    folded = {"is_collapsible": True, "default_collapsed": True}
    card = {"type": "card", "title": plain("ESC-7"), "body": mrkdwn("nobody can pay")}
    task = {"type": "task_card", "task_id": "1", "title": "Document", "status": "complete"}
    other = {"type": "task_card", "task_id": "2", "title": "Brief", "status": "pending"}
    _, message, _ = await shown(
        room,
        {**container, **folded},
        {**card, "actions": [button("Open")]},
        {"type": "plan", "title": "Handoff", "tasks": [{**task, "details": details}, other]},
    )
    fold = message.get_by_role("button", name="Timeline")
    await expect(message.get_by_text("opened at ten")).to_be_hidden()
    await fold.click()
    await expect(message.get_by_text("opened at ten")).to_be_visible()
    await message.get_by_role("button", name="Inside").click()
    await room.heard("block_actions", action_id="inside")
    await message.get_by_role("button", name="Open").click()
    await room.heard("block_actions", action_id="open")
    await message.get_by_role("button", name="Document").click()
    await expect(message.get_by_text("by phone")).to_be_visible()
    await expect(message.get_by_role("img", name="To do")).to_be_visible()


async def test_feedback_and_icon_buttons_reach_the_app(room: Room) -> None:
    thumbs = {
        "type": "feedback_buttons", "action_id": "rate",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    }  # fmt: skip
    trash = {"type": "icon_button", "action_id": "remove", "icon": "trash", "text": plain("Remove")}
    _, message, _ = await shown(room, {"type": "context_actions", "elements": [thumbs, trash]})
    await message.get_by_role("button", name="Bad").click()
    await room.heard("block_actions", action_id="rate", value="bad")
    await message.get_by_role("button", name="Remove").click()
    await room.heard("block_actions", action_id="remove")


async def test_an_attachment_has_its_bar_and_its_buttons(room: Room) -> None:
    card = {"color": "#2eb886", "blocks": [{"type": "actions", "elements": [button("Reopen")]}]}
    _, message, _ = await shown(room, attachments=[card])
    await expect(message.locator(".attachment")).to_have_css(
        "border-left-color", "rgb(46, 184, 134)"
    )
    await message.get_by_role("button", name="Reopen").click()
    await room.heard("block_actions", action_id="reopen")


async def test_choices_in_messages_reach_the_app(room: Room) -> None:
    pick = {
        "type": "static_select",
        "action_id": "pick",
        "placeholder": plain("Pick"),
        "options": options("Red", "Blue"),
    }
    find = {
        "type": "external_select",
        "action_id": "find",
        "placeholder": plain("Find"),
        "min_query_length": 2,
    }
    day = {"type": "datepicker", "action_id": "day", "placeholder": plain("Day")}
    marks = {"type": "checkboxes", "action_id": "marks", "options": options("Loud", "Late")}
    more = {"type": "overflow", "action_id": "more", "options": options("Mute", "Leave")}
    _, message, _ = await shown(
        room,
        {"type": "section", "block_id": "s", "text": mrkdwn("Choose"), "accessory": pick},
        {"type": "actions", "block_id": "a", "elements": [find, day, marks, more]},
    )
    await message.get_by_role("combobox", name="Pick").click()
    await message.get_by_role("option", name="Blue").click()
    chosen = await room.heard("block_actions", action_id="pick")
    assert chosen["actions"][0]["selected_option"]["value"] == "blue"
    assert chosen["actions"][0]["block_id"] == "s"
    await message.get_by_role("combobox", name="Find").fill("glo")
    await message.get_by_role("option", name="Globex").click()
    await room.heard("block_actions", action_id="find")
    await message.get_by_label("Day").fill("2026-12-01")
    await room.heard("block_actions", action_id="day", selected_date="2026-12-01")
    await message.get_by_label("Late").check()
    await room.heard("block_actions", action_id="marks")
    await message.get_by_role("button", name="More actions").first.click()
    await message.page.get_by_role("menuitem", name="Leave").click()
    chosen = await room.heard("block_actions", action_id="more")
    assert chosen["actions"][0]["selected_option"]["value"] == "leave"


async def test_a_dangerous_button_asks_first(room: Room) -> None:
    question = {
        "title": plain("Sure?"),
        "text": mrkdwn("It *cannot* be undone."),
        "confirm": plain("Delete it"),
        "deny": plain("Keep it"),
    }
    page, message, _ = await shown(
        room, {"type": "actions", "elements": [button("Delete", confirm=question)]}
    )
    await message.get_by_role("button", name="Delete").first.click()
    dialog = page.get_by_role("dialog", name="Sure?")
    await dialog.get_by_role("button", name="Keep it").click()
    await expect(dialog).to_have_count(0)
    assert not [got for got in room.got if got["type"] == "block_actions"]
    await message.get_by_role("button", name="Delete").first.click()
    await dialog.get_by_role("button", name="Delete it").click()
    await room.heard("block_actions", action_id="delete")


async def test_files_are_shown_and_can_be_sent(room: Room) -> None:
    channel = await room.channel()
    dana = room.workspace.person("U01")
    await dana.upload(channel, "gateway.log", b"x" * 20480, "the log")
    await dana.upload(channel, "dot.gif", DOT)
    page = await room.page()
    await page.get_by_role("button", name=channel).click()
    log = page.get_by_role("link", name="gateway.log")
    await expect(log).to_contain_text("20 kB")
    picture = page.get_by_role("img", name="dot.gif")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    file = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}
    await page.get_by_label("Choose a file").set_input_files(file)
    await expect(page.get_by_role("link", name="notes.txt")).to_contain_text("5 bytes")
