"""The page as a whole: hostile words, what it may load, keyboard, screen readers, dark, phone."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from escbot.workspace.workspace import Workspace
from tests.browser.app import button, mrkdwn, options, plain
from tests.browser.conftest import Room

PHONE = {"width": 390, "height": 844}
EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>"


async def visit(room: Room, channel: str, **more: Any) -> Page:
    """Return the page of a channel."""
    page = await room.page(**more)
    menu = page.get_by_role("button", name="Menu")
    await expect(page.get_by_role("main")).not_to_have_class("loading")
    if await menu.is_visible():
        await menu.click()
    await page.get_by_role("button", name=channel).click()
    return page


async def test_hostile_names_and_words_stay_words(room: Room) -> None:
    room.workspace.add_user("U66", EVIL)
    channel = await room.channel()
    evil = room.workspace.person("U66")
    await evil.say(channel, f"{EVIL} <javascript:alert(1)|press me> <@U66>", encoded=True)
    room.show(
        channel,
        {"type": "section", "text": mrkdwn(EVIL)},
        {"type": "actions", "elements": [button(EVIL, url="javascript:alert(1)")]},
        {"type": "markdown", "text": f"# {EVIL}\n[a](javascript:alert(1))"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": EVIL}]]},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": "javascript:alert(1)", "text": "press"}],
                }
            ],
        },
    )
    page = await visit(room, channel)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await expect(page.locator("main article").first).to_contain_text("onerror=alert(1)")
    for where in ("main", "nav"):
        assert await page.locator(f"{where} script, {where} img").count() == 0
    assert await page.locator('a[href^="javascript"]').count() == 0
    await page.locator("main article").last.get_by_role("button", name="onerror").click()
    await page.get_by_label(f"Message {channel}").press_sequentially("@<img")
    await page.get_by_label("Act as").select_option("U66")
    await expect(page.get_by_label("Act as")).to_have_value("U66")
    assert dialogs == []
    del room.workspace.state.users["U66"]


async def test_nothing_is_fetched_from_elsewhere(room: Room) -> None:
    channel = await room.channel()
    picture = {"type": "image", "image_url": "https://elsewhere.example/a.png", "alt_text": "A cat"}
    room.show(channel, picture)
    page = await room.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.reload()
    await page.get_by_role("button", name=channel).click()
    await expect(page.get_by_role("img", name="A cat")).to_be_visible()
    assert asked
    assert {url.split("/")[2] for url in asked if "://" in url} == {
        room.workspace.url.removeprefix("http://")
    }


async def test_the_policy_of_the_page_is_strict(room: Room) -> None:
    page = await room.page()
    answer = await page.request.get(room.workspace.url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script>" not in await answer.text()
    # The browser keeps to it: a script written into the page does not run.
    await page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.head.append(s); }"
    )
    assert await page.evaluate("window.ran") is None
    room.forgive("Content Security Policy")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Host": "rebound.example"}, 403),
        ({}, 200),
    ],
)
async def test_another_site_may_not_use_the_workspace(
    room: Room, headers: dict[str, str], status: int
) -> None:
    body = {"as": "U01", "channel": "general", "text": "hello"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{room.workspace.url}/control/say", json=body, headers=headers) as answer,
    ):
        assert answer.status == status


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 403), ("0.0.0.0", 200)])
async def test_only_this_machine_is_served_unless_told_otherwise(host: str, status: int) -> None:
    workspace = Workspace()
    workspace.add_user("U01", "Dana")
    await workspace.start(host)
    headers = {"Host": "demo.example"}
    address = f"{workspace.url}/control/state"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json={"as": "U01"}, headers=headers) as answer,
    ):
        assert answer.status == status
    await workspace.stop()


@pytest.mark.parametrize("height", [500, 650, 800])
@pytest.mark.parametrize("width", [390, 1280])
async def test_the_page_is_as_high_as_the_window(room: Room, width: int, height: int) -> None:
    for number in range(12):
        name = f"long-list-{number}"
        room.workspace.add_channel(name)
        await room.workspace.person("U02").say(name, "unread")
    page = await visit(room, "general", viewport={"width": width, "height": height})
    await expect(page.get_by_text(", unread").last).to_be_attached()
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")


async def test_dark_follows_the_machine_until_somebody_chooses(room: Room) -> None:
    page = await room.page(color_scheme="dark")
    panes = page.locator(".panes")
    await expect(panes).to_have_css("background-color", "rgb(26, 29, 33)")
    await page.get_by_role("button", name="Light theme").click()
    await expect(panes).to_have_css("background-color", "rgb(255, 255, 255)")
    await page.reload()
    await expect(panes).to_have_css("background-color", "rgb(255, 255, 255)")
    other = await room.page(color_scheme="light")
    await expect(other.locator(".panes")).to_have_css("background-color", "rgb(255, 255, 255)")


async def test_everything_is_reached_by_keyboard(room: Room) -> None:
    channel = await room.channel()
    room.show(channel, {"type": "actions", "elements": [button("Go")]})
    await room.workspace.person("U02").say(channel, "Second")
    page = await visit(room, channel)
    reached: list[str] = []
    await page.locator("body").focus()
    for _ in range(70):
        await page.keyboard.press("Tab")
        name = await page.evaluate(
            "() => { const e = document.activeElement; return e.getAttribute('aria-label')"
            " ?? e.labels?.[0]?.textContent ?? e.textContent; }"
        )
        reached.append(str(name))
        outline = await page.evaluate(
            "() => { const e = document.activeElement; const box = e.closest('.line-box');"
            " return e === document.body || getComputedStyle(e).outlineStyle !== 'none'"
            " || (box && e.tagName === 'TEXTAREA' && getComputedStyle(box).boxShadow !== 'none'); }"
        )
        assert outline, f"the focus is not visible on {name}"
    for wanted in (
        "Stop the clock" if room.workspace.clock.rate else "Let the clock run",
        "Traffic between app and workspace",
        "Dark theme",
        "Go",
        "Reply in thread",
        "More actions",
        f"Message {channel}",
        "Shortcuts",
        "Send",
    ):
        assert wanted in reached, wanted
    await page.locator("main article").last.focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("main article").first).to_be_focused()


async def test_menus_open_walk_and_close_by_keyboard(room: Room) -> None:
    page = await visit(room, "general")
    plus = page.get_by_role("button", name="Shortcuts")
    await plus.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(plus).to_be_focused()


async def test_new_messages_are_spoken(room: Room) -> None:
    channel = await room.channel()
    page = await visit(room, channel)
    await expect(page.get_by_role("log", name=f"Messages of {channel}")).to_be_visible()
    await room.workspace.person("U02").say(channel, "It is back, <@U01>")
    await expect(page.locator("#live")).to_have_text("Sam: It is back, @Dana")


async def test_a_new_message_leaves_focus_and_selection_alone(room: Room) -> None:
    channel = await room.channel()
    room.show(channel, {"type": "actions", "elements": [button("Go")]})
    page = await visit(room, channel)
    await page.get_by_label(f"Message {channel}").fill("half a thou")
    await room.workspace.person("U02").say(channel, "Interrupting")
    await expect(page.locator("main article")).to_have_count(2)
    await page.keyboard.type("ght")
    await expect(page.get_by_label(f"Message {channel}")).to_have_value("half a thought")
    go = page.get_by_role("button", name="Go")
    await go.focus()
    await room.workspace.person("U02").say(channel, "Again")
    await expect(page.locator("main article")).to_have_count(3)
    await expect(go).to_be_focused()


async def test_the_phone_has_a_drawer_and_one_pane_at_a_time(room: Room) -> None:
    channel = await room.channel()
    root = await room.workspace.person("U02").say(channel, "It is down " * 20)
    await room.workspace.person("U02").say(channel, "still", root.ts)
    page = await visit(room, channel, viewport=PHONE)
    await expect(page.get_by_role("navigation", name="Workspace")).to_have_count(0)
    await page.locator("main .replies").click()
    thread = page.get_by_role("region", name="Thread")
    box = await thread.bounding_box()
    assert box is not None
    assert box["width"] >= 389
    await thread.get_by_role("button", name="Close thread").click()
    await page.get_by_label(f"Message {channel}").fill("/report")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Report")
    await expect(form).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Traffic between").click()
    await expect(page.get_by_role("complementary", name="Inspector")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def serious(page: Page) -> list[str]:
    """Return what axe-core finds that matters."""
    found = await Axe().run(page)
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found.response["violations"]
        if rule["impact"] in ("serious", "critical", "moderate")
        for node in rule["nodes"]
    ]


CHART = [{"label": "Mon", "value": 3}, {"label": "Tue", "value": 5}]
RICH: tuple[dict[str, Any], ...] = (
    {"type": "header", "text": plain("A headline")},
    {"type": "section", "text": mrkdwn("*bold* <@U03> <!here> `code` <https://example.com|link>")},
    {"type": "context", "elements": [mrkdwn("small print")]},
    {
        "type": "actions",
        "elements": [
            button("Go", style="primary"),
            button("Drop", style="danger"),
            {
                "type": "static_select",
                "action_id": "s",
                "placeholder": plain("Pick"),
                "options": options("Red", "Blue"),
            },
            {"type": "overflow", "action_id": "o", "options": options("Mute", "Leave")},
        ],
    },
    {
        "type": "data_table",
        "caption": "Queue",
        "page_size": 1,
        "rows": [[{"type": "raw_text", "text": str(n)}] for n in range(4)],
    },
    {
        "type": "data_visualization",
        "title": "By kind",
        "chart": {"type": "pie", "segments": CHART},
    },
    {
        "type": "container",
        "title": plain("More"),
        "is_collapsible": True,
        "child_blocks": [{"type": "section", "text": mrkdwn("inside")}],
    },
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_a_channel_with_everything(room: Room, scheme: str) -> None:
    channel = await room.channel()
    root = room.show(channel, *RICH)
    sam = room.workspace.person("U02")
    await sam.say(channel, "a reply", root.ts)
    message = await sam.say(channel, "done")
    await sam.react(message, "tada")
    place = room.workspace.state.channel(channel).id
    await room.client.chat_postEphemeral(channel=place, user="U01", text="Just for you")
    with pytest.raises(Exception, match="missing_scope"):
        await room.client.pins_add(channel=place, timestamp=root.ts)
    page = await visit(room, channel, color_scheme=scheme)
    await page.locator("main .replies").click()
    await page.get_by_role("button", name="Traffic between").click()
    await expect(page.locator(".traffic.bad").first).to_be_visible()
    go = page.locator("main").get_by_role("button", name="Go", exact=True)
    await go.hover()  # it stays readable
    assert await serious(page) == []
    await page.get_by_role("tab", name="Faults").click()
    assert await serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_forms_and_the_home(room: Room, scheme: str) -> None:
    page = await visit(room, "general", color_scheme=scheme)
    await page.locator(".entry", has_text="Reporter").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("heading", name="Your reports")).to_be_visible()
    assert await serious(page) == []
    await room.workspace.person("U01").slash("/report", "everything")
    form = page.get_by_role("dialog", name="Everything")
    await form.get_by_role("combobox", name="Areas").click()
    await form.get_by_role("option", name="Login").click()
    await form.get_by_role("combobox", name="Customer").click()
    await expect(form.get_by_role("option", name="Acme")).to_be_visible()
    assert await serious(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await room.workspace.person("U01").slash("/report", "")
    form = page.get_by_role("dialog", name="Report")
    await form.get_by_role("button", name="Send").click()
    await expect(form.locator(".field .error").first).to_be_visible()
    await expect(form.get_by_role("button", name="Send")).to_be_enabled()
    assert await serious(page) == []


async def test_axe_finds_nothing_on_a_phone(room: Room) -> None:
    channel = await room.channel()
    room.show(channel, *RICH)
    page = await visit(room, channel, viewport=PHONE)
    assert await serious(page) == []
    await page.get_by_role("button", name="Menu").click()
    assert await serious(page) == []
