"""A person with the page open: escalate, see the thread, acknowledge. Makes README's picture."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.stories.conftest import World, world

__all__ = ["world"]
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "demo.png"


@pytest.mark.browser
async def test_a_person_escalates_and_a_specialist_acknowledges(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    await page.goto(f"{world.workspace.url}/?as=U01")
    await page.get_by_label("Message general").fill("/esc")
    await expect(page.get_by_role("listbox")).to_contain_text("/escalate")
    await page.get_by_label("Message general").fill("/escalate Nobody can pay; checkout shows 502")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("What is happening?")).to_have_value(
        "Nobody can pay; checkout shows 502"
    )
    await form.get_by_role("combobox", name="Customer", exact=True).fill("acm")
    await form.get_by_role("option", name="Acme").click()
    await form.get_by_label("Kind of problem").select_option(label="System down")
    await form.get_by_label("Impact").select_option(label="Multiple users")
    await form.get_by_label("Area").select_option(label="Payments")
    await expect(form).to_contain_text("P1 System down")
    await expect(form).to_contain_text("Priya")
    if os.environ.get("PICTURES"):
        await page.screenshot(path=PICTURE.with_name("form.png"))
    await form.get_by_label("What have you tried?").fill("Restarted the gateway")
    await form.get_by_role("button", name="Escalate").click()
    await expect(form).to_have_count(0)

    await page.get_by_role("button", name="escalations").click()
    card = page.locator("article", has_text="ESC-1").first
    await expect(card).to_contain_text("is asked to take it")
    await card.get_by_role("button", name="replies").click()
    thread = page.get_by_role("region", name="Thread")
    for step in ("1 Document", "2 Assess", "3 Route", "4 Brief", "5 Update"):
        await expect(thread).to_contain_text(step)

    await page.get_by_label("Act as").select_option("U05")
    await (
        page.locator("main article", has_text="ESC-1")
        .get_by_role("button", name="Acknowledge")
        .click()
    )
    await expect(card).to_contain_text("is working on it")
    await page.locator("main article").first.get_by_role("button", name="replies").click()
    await page.mouse.move(640, 10)
    shot = await page.screenshot(path=tmp_path / "demo.png")
    if os.environ.get("PICTURES"):
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(shot)
    assert faults == []


@pytest.mark.browser
async def test_the_page_fits_a_phone(world: World, browser: Browser) -> None:
    await world.escalate()
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    await page.goto(f"{world.workspace.url}/?as=U05")
    await page.get_by_role("button", name="Channels").click()
    await page.get_by_role("button", name="escalations").click()
    await expect(page.locator("article").first).to_contain_text("ESC-1")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


async def test_another_site_may_not_use_the_workspace(world: World, browser: Browser) -> None:
    page = await browser.new_page()
    answer = await page.request.post(
        f"{world.workspace.url}/control/say",
        headers={"Origin": "https://elsewhere.example"},
        data={"as": "U01", "channel": "general", "text": "hello"},
    )
    assert answer.status == 403
