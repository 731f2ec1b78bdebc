"""The real bot on the page: escalate, see the thread, acknowledge. Makes README's pictures."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.stories.conftest import World

PICTURES = Path(__file__).parents[2] / "docs" / "images"


async def picture(page: Page, name: str) -> None:
    """Take one of README's pictures, where they are wanted."""
    if os.environ.get("PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.evaluate("document.fonts.ready")
        await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


async def choose(form: Locator, label: str, text: str) -> None:
    """Choose an option by its field's label."""
    name = re.compile(rf"^{label}( \(optional\))?$")
    await form.get_by_role("combobox", name=name).fill(text[:3])
    await form.get_by_role("option", name=text, exact=True).click()


async def test_a_person_escalates_and_a_specialist_acknowledges(
    world: World, open_page: Open
) -> None:
    world.workspace.next_deadline = world.program.next_deadline
    page = await open_page(f"{world.workspace.url}/?as=U01")
    box = page.get_by_label("Message general")
    await box.fill("/esc")
    await expect(page.get_by_role("listbox", name="Suggestions")).to_contain_text("/escalate")
    await box.fill("/escalate Nobody can pay; checkout shows 502")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("What is happening?")).to_have_value(
        "Nobody can pay; checkout shows 502"
    )
    await choose(form, "Customer", "Acme")
    await choose(form, "Kind of problem", "System down")
    await choose(form, "Impact", "Multiple users")
    await choose(form, "Area", "Payments")
    await expect(form).to_contain_text("P1 System down")
    await expect(form).to_contain_text("Priya")
    await form.get_by_label("What have you tried?").fill("Restarted the gateway")
    await form.get_by_text("P1 System down").evaluate("said => said.scrollIntoView()")
    await picture(page, "form")
    await form.get_by_role("button", name="Escalate").click()
    await expect(form).to_have_count(0)

    await page.get_by_role("button", name="escalations").click()
    card = page.locator("main article", has_text="ESC-1").first
    await expect(card).to_contain_text("is asked to take it")
    await card.get_by_role("button", name="replies").click()
    thread = page.get_by_role("region", name="Thread")
    for step in ("1 Document", "2 Assess", "3 Route", "4 Brief", "5 Update"):
        await expect(thread).to_contain_text(step)

    await page.get_by_label("Act as").select_option("U05")
    await card.get_by_role("button", name="Acknowledge").click()
    await expect(card).to_contain_text("is working on it")
    await card.get_by_role("button", name="replies").click()
    await expect(thread).to_contain_text("5 Update")
    await page.mouse.move(640, 20)
    await picture(page, "demo")


async def test_the_clock_jumps_to_what_falls_due(world: World, open_page: Open) -> None:
    card = await world.escalate(by="U02", customer="Initech", summary="Login is slow")
    due = await world.program.next_deadline()
    assert due is not None
    world.workspace.next_deadline = world.program.next_deadline
    page = await open_page(f"{world.workspace.url}/?as=U05")
    await page.get_by_role("button", name="Jump to the next deadline").click()
    await expect(page.locator(".toast")).to_contain_text("It is now")
    assert world.now() == due
    await page.get_by_role("button", name="escalations").click()
    await expect(page.locator("main article").last).to_contain_text("Login is slow")
    assert card in world.workspace.messages("escalations")


async def test_the_bots_home_and_forms_fit_a_phone(world: World, open_page: Open) -> None:
    await world.escalate(by="U03", summary="The export stops half way")
    size = {"width": 390, "height": 844}
    page = await open_page(f"{world.workspace.url}/?as=U03", viewport=size)
    for name in ("escbot", "escalations"):
        await page.get_by_role("button", name="Menu").click()
        await page.get_by_role("navigation").get_by_role("button", name=name).click()
        if name == "escbot":
            await page.get_by_role("tab", name="Home").click()
            await expect(page.get_by_role("heading", name="Escalations")).to_be_visible()
        else:
            await expect(page.locator("main article").last).to_contain_text("export stops")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
