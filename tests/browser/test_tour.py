"""A working day on the page, from the first call for help to the next morning.

It checks what docs/tour.md says; `make tour` (PICTURES=1) takes the tour's pictures again.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page, expect

from escbot.core import commands as c
from escbot.workspace.model import Message
from tests.browser.conftest import Open
from tests.browser.test_page import choose
from tests.make import an_escalation
from tests.stories.conftest import World, a_world
from tests.stories.test_specialist import tick, ticked

PICTURES = Path(__file__).parents[2] / "docs" / "images" / "tour"
TALL = {"width": 1100, "height": 1700}


def smaller(path: Path) -> None:
    """Keep a picture small: a page has few colours."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128, method=Image.Quantize.MAXCOVERAGE).save(
            path, optimize=True
        )


class Tour:
    """One person after the other looks at the page; what is looked at becomes a picture."""

    def __init__(self, world: World, page: Page) -> None:
        self.world = world
        self.page = page

    async def sits(self, person: str) -> None:
        """Let somebody else sit down before the page."""
        await self.page.wait_for_function(
            "person => {"
            " if (document.documentElement.dataset.as === person) return true;"
            " const choice = document.querySelector('.act-as select');"
            " if (choice.value !== person) {"
            "  choice.value = person;"
            "  choice.dispatchEvent(new Event('change', { bubbles: true })); }"
            " return false; }",
            arg=person,
        )

    async def opens(self, message: Message) -> None:
        """Follow a link to a message, as soon as the page has it."""
        root = message.thread_ts or message.ts
        await self.page.wait_for_function(
            "([path, ts]) => {"
            " const open = () =>"
            "  Boolean(document.querySelector(`.thread:not([hidden]) [data-ts='${ts}']`));"
            " if (open()) return true;"
            " const link = Object.assign(document.createElement('a'), { href: path });"
            " document.body.append(link); link.click(); link.remove(); return open(); }",
            arg=[f"/archives/{message.channel}/p{root.replace('.', '')}", message.ts],
            polling=20,
        )

    async def form(self, person: str, title: str) -> Locator:
        """Return the form that somebody has open."""
        await self.sits(person)
        form = self.page.get_by_role("dialog")
        await expect(form).to_contain_text(title)
        return form

    async def picture(self, what: Locator, name: str, *says: str) -> None:
        """Check what it says, and take the picture where pictures are wanted."""
        await expect(what).to_be_visible()
        for words in says:
            await expect(what).to_contain_text(words)
        if os.environ.get("PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            await self.page.mouse.move(5, 5)
            await self.page.evaluate("document.activeElement?.blur()")
            await self.page.evaluate("document.fonts.ready")
            path = PICTURES / f"{name}.png"
            await self._taken(what, path)
            smaller(path)

    async def _taken(self, what: Locator, path: Path) -> None:
        """Take a picture; a message that is edited in that moment is looked at again."""
        for left in (2, 1, 0):
            try:
                await what.screenshot(path=path, animations="disabled")
            except PlaywrightError as error:
                if not left or "not attached" not in str(error):
                    raise
            else:
                return

    async def message(self, person: str, message: Message, name: str, *says: str) -> None:
        """Look at a message as somebody sees it: in its thread, or where it stands alone."""
        await self.sits(person)
        await self.opens(message)
        place = self.page.get_by_role("region", name="Thread")
        if message.thread_ts is None:
            await self.page.locator("[aria-label='Close thread']").dispatch_event("click")
            place = self.page.locator("main")
        await self.picture(place.locator(f'article[data-ts="{message.ts}"]'), name, *says)

    async def home(self, person: str, name: str, *says: str) -> None:
        """Look at somebody's App Home, as far down as there is something."""
        await self.sits(person)
        await self.page.locator(".entry", has_text="escbot").last.click()
        await self.page.get_by_role("tab", name="Home").click()
        home = self.page.get_by_role("tabpanel", name="Home")
        await expect(home).to_contain_text("Escalations")
        for words in says:
            await expect(home).to_contain_text(words)
        box = await home.bounding_box()
        end = await home.locator(":scope *").last.bounding_box()
        assert box is not None
        assert end is not None
        if os.environ.get("PICTURES"):
            height = min(box["height"], end["y"] + end["height"] + 12 - box["y"])
            clip: Any = {**box, "height": height}
            path = PICTURES / f"{name}.png"
            await self.page.screenshot(path=path, clip=clip)
            smaller(path)

    async def told(self, person: str, text: str) -> Message:
        """Type a command and return what only this person reads."""
        who = self.world.workspace.person(person)
        before = len(who.ephemeral())
        await who.slash("/escalate", text)
        await self.world.workspace.until(lambda: len(who.ephemeral()) > before)
        return who.ephemeral()[-1]

    async def reply(self, card: Message, text: str) -> Message:
        """Wait for a message in a case's thread."""
        await self.world.sees(card, text)
        return next(m for m in self.world.thread(card) if text in m.words())

    async def direct(self, person: str, holds: Callable[[Message], bool]) -> Message:
        """Wait for a direct message."""
        who = self.world.workspace.person(person)
        await self.world.workspace.until(lambda: any(holds(m) for m in who.direct()))
        return next(m for m in who.direct() if holds(m))


@pytest_asyncio.fixture(loop_scope="session")
async def tour(tmp_path: Path, open_page: Open) -> AsyncIterator[Tour]:
    async with a_world(tmp_path) as world:
        page = await open_page(f"{world.workspace.url}/?as=U01", viewport=TALL)
        yield Tour(world, page)
        await page.close()


@pytest.mark.timeout(400)  # a whole day, and a picture of each thing
async def test_a_working_day(tour: Tour) -> None:
    card = await _the_agent_hands_over(tour, await _an_agent_asks(tour))
    await _the_specialist_takes_it(tour, card)
    await _the_customer_hears(tour, card)
    await _the_manager_hears_first(tour)
    await _time_passes(tour, card)
    await _it_ends(tour, card)
    await _what_goes_wrong(tour)
    await _the_next_morning(tour)


async def _an_agent_asks(tour: Tour) -> Message:
    """Return the message that an escalation begins with."""
    world = tour.world
    sam, dana = world.workspace.person("U02"), world.workspace.person("U01")
    await dana.slash("/escalate", "The export button is grey")
    form = await tour.form("U01", "Escalate")
    await choose(form, "Kind of problem", "Minor issue")
    await choose(form, "Impact", "One user")
    await tour.picture(form, "stays", "stays with you", "What would send it up now")
    await world.workspace.settle()
    await form.get_by_role("button", name="Cancel").click()

    wrong = await tour.told("U01", "status")
    await tour.message("U01", wrong, "wrong", "didn't quite fit", "/escalate status ESC-7")

    asked = await sam.upload("general", "checkout-502.png", b"png", "Nordwind: nobody can pay")
    await sam.say("general", f"<@{world.workspace.bot}>", thread=asked.ts)
    await world.workspace.until(lambda: sam.ephemeral())
    await tour.message("U02", sam.ephemeral()[-1], "mention", "Shall I open", "Escalate")
    return asked


async def _the_agent_hands_over(tour: Tour, asked: Message) -> Message:
    world = tour.world
    sam, dana = world.workspace.person("U02"), world.workspace.person("U01")
    await dana.shortcut("escalate_message", asked)
    form = await tour.form("U01", "Escalate")
    await choose(form, "Customer", "Nordwind")
    await choose(form, "Kind of problem", "System down")
    await choose(form, "Impact", "Multiple users")
    await choose(form, "Area", "Payments")
    await tour.picture(form, "form", "P1 System down", "Tier 3", "Priya")
    await world.workspace.settle()
    await form.get_by_label("What have you tried?").fill("Restarted the gateway")
    await form.get_by_role("button", name="Escalate").click()
    await world.workspace.until(lambda: world.workspace.messages("escalations"))
    card = world.workspace.messages("escalations")[0]
    await world.sees(card, "*5 Update*")
    await tour.message("U01", card, "card", "is asked to take it", "Nordwind")
    for name in ("Document", "Assess", "Route"):
        step = await tour.reply(card, f" {name}*")
        await tour.message("U01", step, f"step-{name.lower()}", name)

    await sam.slash("/escalate", "Payments fail at Initech too")
    form = await tour.form("U02", "Escalate")
    await choose(form, "Customer", "Initech")
    await choose(form, "Area", "Payments")
    offer = form.get_by_text("Add my customer to ESC-1")
    await offer.evaluate("offer => offer.scrollIntoView()")
    await tour.picture(form, "outage", "Add my customer to ESC-1")
    await world.workspace.settle()
    await form.get_by_role("button", name="Add my customer to ESC-1").click()
    await expect(form).to_contain_text("Initech is on ESC-1 now")
    await world.workspace.interactions.close("U02")
    return card


async def _the_specialist_takes_it(tour: Tour, card: Message) -> None:
    world = tour.world
    priya = world.workspace.person("U05")
    direct = (await world.directs("U05"))[0]
    early = list(card.attachments)
    await tour.message("U05", direct, "direct", "Can you take this?", "Why you", "Need information")
    await priya.click(direct, "Decline")
    await tour.picture(await tour.form("U05", "Decline"), "decline", "Why?")
    await world.workspace.interactions.close("U05")
    await priya.click(direct, "Acknowledge")
    await world.shows(card, "is working on it")
    brief = await tour.reply(card, "*4 Brief*")
    await tour.message("U05", brief, "brief", "start a huddle", "Brief taken")
    await tick(world, "U05", brief, *list(ticked(brief))[:2])
    await priya.click(brief, "Brief taken")
    await world.shows(brief, "is ticked.")
    await tour.message("U05", brief, "brief-taken", "Brief taken by", "Complete once")
    stale = Message(card.channel, card.ts, card.user, card.text, attachments=early)
    ken = world.workspace.person("U06")
    await ken.click(stale, "Acknowledge")
    await world.workspace.until(lambda: ken.ephemeral())
    await tour.message("U06", ken.ephemeral()[-1], "moved-on", "Priya has it already")
    await priya.click(direct, "Reassign")
    await tour.picture(await tour.form("U05", "Reassign"), "reassign", "To", "Why?")
    await world.workspace.interactions.close("U05")
    await priya.click(direct, "Bring someone in")
    await tour.picture(await tour.form("U05", "Help with"), "bring-in", "Who?")
    await world.workspace.interactions.close("U05")
    await priya.click(direct, "Need information")
    form = priya.form().fill("What do you need to know?", "Since when, and which countries?")
    assert (await form.submit()).closed
    asked = await tour.reply(card, "Since when, and which countries?")
    await tour.message("U01", asked, "need-information", "please answer here")
    await world.shows(direct, "How was this handoff?")
    await tour.message("U05", direct, "score", "Good handoff")
    await priya.click(direct, "Good handoff")
    await priya.click(card, "Escalate")
    await tour.picture(await tour.form("U05", "What holds now?"), "escalate")
    await world.workspace.interactions.close("U05")


async def _the_customer_hears(tour: Tour, card: Message) -> None:
    world = tour.world
    dana = world.workspace.person("U01")
    step = await tour.reply(card, "*5 Update*")
    await world.shows(step, "Priya arbeitet jetzt")
    await tour.message("U01", step, "words", "Edit", "I sent it", "Send", "Hand over", "Initech")
    await dana.click(step, "Edit")
    edit = await tour.form("U01", "What the customer will read")
    await tour.picture(edit, "edit", "What Initech will read, in English")
    await world.workspace.interactions.close("U01")
    await dana.click(step, "Send")
    await world.shows(step, "was told by")
    await world.workspace.until(lambda: world.workspace.messages("nordwind-shared"))
    await tour.message(
        "U01", world.workspace.messages("nordwind-shared")[0], "shared", "Priya arbeitet jetzt"
    )
    news = await tour.direct("U02", lambda m: "News for Initech" in m.words())
    await tour.message("U02", news, "linked", "is working on ESC-1 now")
    tell = await tour.told("U02", "tell ESC-1")
    await tour.message("U02", tell, "tell", "was told", "ready to copy")
    await dana.click(step, "Hand over")
    await tour.picture(await tour.form("U01", "Who tells the customer"), "hand-over")
    assert (await dana.form().submit()).closed
    await world.sees(card, "tells Nordwind from now on")


async def _the_manager_hears_first(tour: Tour) -> None:
    world = tour.world
    await world.escalate(
        by="U02", customer="Acme", summary="The board's report is empty", area="Data",
        kind="Major function broken", also=("Executive contact",),
    )  # fmt: skip
    await world.workspace.until(lambda: world.workspace.messages("esc-managers"))
    ping = world.workspace.messages("esc-managers")[0]
    await tour.message("U09", ping, "ping", "Executive contact", "250,000", "I have it")
    second = world.workspace.messages("escalations")[1]
    await world.workspace.person("U09").click(second, "More…")
    await tour.picture(await tour.form("U09", "ESC-2"), "more", "Change severity", "Take over")
    await world.workspace.interactions.close("U09")
    sam = world.workspace.person("U02")
    await sam.click(world.workspace.messages("escalations")[0], "De-escalate")
    form = sam.form().fill("Why?", "It is quiet")
    assert not (await form.submit()).closed
    await tour.picture(await tour.form("U02", "This can be done by"), "refusal", "managers")
    await world.workspace.interactions.close("U02")


async def _time_passes(tour: Tour, card: Message) -> None:
    world = tour.world
    priya, max_ = world.workspace.person("U05"), world.workspace.person("U08")
    await world.later(minutes=31)
    still = await tour.reply(card, "Still on it?")
    await tour.message("U05", still, "still-on-it", "Nordwind was to hear from us", "Still on it")
    await priya.click(still, "Still on it")
    await world.workspace.until(lambda: len(world.workspace.messages("esc-managers")) > 1)
    first, ping = world.workspace.messages("esc-managers")[:2]
    await tour.message("U08", ping, "ping-next", "No answer so far", "I have it")
    await max_.click(ping, "I have it")
    await world.shows(first, "has the management side")
    await world.later(minutes=31)
    owed = await tour.reply(card, "for 2 update times")
    await tour.message("U07", owed, "words-lead", "has not heard from us")
    await _somebody_waits(tour, card)
    await _others_escalate(tour)
    table = await tour.told("U01", "list")
    await tour.message("U01", table, "list", "ESC-1", "Nordwind")
    await tour.message("U01", await tour.told("U01", "shift"), "shift", "Tier 2")
    await tour.message("U01", await tour.told("U01", "load"), "load", "Priya")
    await tour.message("U01", await tour.told("U01", "history ESC-2"), "history", "Opened for")
    await tour.message("U01", await tour.told("U01", "why ESC-1"), "why", "the system is down")
    await tour.home("U01", "home-agent", "Mine", "New escalation")
    await tour.home("U05", "home-specialist", "You carry", "Away until…", "Shift")
    await tour.home("U10", "home-admin", "Policy", "channels")


async def _somebody_waits(tour: Tour, card: Message) -> None:
    world = tour.world
    priya = world.workspace.person("U05")
    await priya.click(card, "Waiting")
    form = priya.form().choose("Waiting for", "The customer").fill("What for?", "A log file")
    assert (await form.submit()).closed
    await world.shows(card, "Waiting for the customer")
    await tour.message("U05", card, "waiting", "Customer replied")
    await priya.click(card, "Customer replied")
    await world.shows(card, "is working on it")


async def _others_escalate(tour: Tour) -> None:
    """Four more cases; one of them goes up for a written reason."""
    world = tour.world
    desk = world.program.desk
    assert desk is not None
    for number in range(4):
        reason = {} if number else {"discretion": "Their launch is on Thursday"}
        odd = an_escalation(customer="Umbrella", kind="minor_issue", area="data", **reason)
        await desk.do("T01", None, replace(odd, summary=f"Report {number + 1} looks odd"))
    cards = world.workspace.messages
    await world.workspace.until(lambda: len(cards("escalations")) == 6)
    assess = await tour.reply(cards("escalations")[2], " Assess*")
    await tour.message("U01", assess, "reason", "Their launch is on Thursday")


async def _it_ends(tour: Tour, card: Message) -> None:
    world = tour.world
    priya = world.workspace.person("U05")
    await priya.click(card, "Resolve")
    form = priya.form().fill("What solved it?", "Renewed the certificate of the gateway")
    form.choose("Root cause", "Operations › Configuration")
    assert (await form.submit()).closed
    await world.shows(card, "Resolved by")
    await tour.message("U05", card, "resolved", "Resolved by", "Not fixed")
    told = await tour.direct("U01", lambda m: "Not fixed" in m.buttons())
    await tour.message("U01", told, "resolved-requester", "has resolved it", "Not fixed")


async def _what_goes_wrong(tour: Tour) -> None:
    """A guest escalates, Slack is slow, an owner is deactivated, a channel archived."""
    world = tour.world
    desk = world.program.desk
    assert desk is not None
    guest, priya = world.workspace.person("U99"), world.workspace.person("U05")
    loud = "<!channel> *all* is `down` <https://evil.example|here>"
    odd = await world.escalate(by="U99", summary=loud)
    await tour.message("U01", odd, "as-written", "<!channel>", "evil.example|here>")
    await guest.click(odd, "Acknowledge")
    await world.workspace.until(lambda: guest.ephemeral())
    await tour.message("U99", guest.ephemeral()[-1], "guest", "was asked")
    direct = await tour.direct("U05", lambda m: "evil.example" in m.words())
    await priya.click(direct, "Acknowledge")
    await world.shows(odd, "is working on it")
    world.workspace.faults.error("views.open", "expired_trigger_id")
    await priya.click(odd, "Resolve")
    await world.workspace.until(lambda: priya.ephemeral())
    await tour.message("U05", priya.ephemeral()[-1], "too-late", "took too long to open")
    world.workspace.deactivate("U05")
    route = await tour.reply(odd, "Priya: is no longer in Slack")
    await tour.message("U01", route, "deactivated", "Ken")
    await desk.do("T01", 7, c.Cancel("U08", "It was for the tour"))
    world.workspace.state.channel("planning").archived = True
    await desk.do("T01", None, an_escalation(kind="enhancement"))
    told = await tour.direct("U10", lambda m: "I can't post to #planning" in m.words())
    await tour.message("U10", told, "channel", "I can't post to #planning")


async def _the_next_morning(tour: Tour) -> None:
    world = tour.world
    await world.later(hours=20)
    cards = world.workspace.messages("escalations")[2:6]
    await world.workspace.until(lambda: all("Tier 2" in card.words() for card in cards))
    await world.later(minutes=30)
    digest = await tour.direct("U08", lambda m: "Past a limit" in m.words())
    await tour.message("U08", digest, "digest", "Good morning", "past a limit")
    await tour.home("U08", "home-manager", "At risk", "Past a limit", "Nobody has it", "Load")
    await tour.told("U08", "report 30d")
    report = await tour.direct("U08", lambda m: "30 days" in m.words())
    await tour.message("U08", report, "report", "30 days")
    world.workspace.refuse_blocks = {"data_table"}
    await tour.message("U01", await tour.told("U01", "list"), "list-lines", "ESC-2", "Acme")
    world.workspace.refusals.clear()
