"""After a case: what it taught is followed up, the customer is asked, the month is looked at."""

from __future__ import annotations

import asyncio

from escbot.store import outbox
from escbot.workspace.model import Message
from tests.stories.conftest import World
from tests.stories.test_more import more, told


async def resolve(
    world: World, card: Message, cause: str = "Operations › Third party", **fields: str
) -> None:
    """Let Priya take a case and resolve it; `fields` are answered by their labels."""
    priya = world.workspace.person("U05")
    await priya.click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    await priya.click(card, "Resolve")
    form = priya.form().fill("What solved it?", "Renewed the certificate")
    form.choose("Root cause", cause)
    for label, text in fields.items():
        chosen = label in ("Knowledge base", "Training for")
        form.choose(label, text) if chosen else form.fill(label, text)
    outcome = await form.submit()
    assert outcome.closed, outcome.errors
    await world.shows(card, "Resolved")


async def everything_sent(world: World) -> None:
    """Wait until no message is on its way, so that a fault hits the one that is meant."""
    database = world.program.database
    assert database is not None
    for _ in range(400):
        async with database.session() as session:
            found = await outbox.states(session)
        if not any(found.get(state) for state in ("dirty", "sending", "uncertain")):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"messages are still on their way: {found}")


async def test_what_a_case_taught_is_reminded_and_closed(world: World) -> None:
    card = await world.escalate()
    await resolve(
        world,
        card,
        **{
            "Knowledge base": "An article is missing",
            "Which article, or what it should say": "How certificates are renewed",
            "Input for the product": "Warn a week before",
            "Link to the tracker": "https://tracker.example.com/7",
        },
    )
    ada = world.workspace.person("U10")  # a planner gets what is for the product
    await world.workspace.until(
        lambda: any("Warn a week before" in m.words() for m in ada.direct())
    )
    priya = world.workspace.person("U05")
    before = len(priya.direct())
    await world.later(days=14)
    await world.workspace.until(
        lambda: any("How certificates" in m.words() for m in priya.direct()[before:])
    )
    reminder = next(m for m in priya.direct()[before:] if "How certificates" in m.words())
    assert {"Done", "Later", "Not needed"} <= set(reminder.buttons())
    await priya.click(reminder, "Done")
    await world.shows(reminder, "done")
    assert "Done" not in reminder.buttons()
    assert "nothing to follow up" in await told(world, "U05", "followups")


async def test_my_follow_ups_are_a_list_with_buttons(world: World) -> None:
    card = await world.escalate()
    await resolve(world, card, **{"Training need": "Reading the gateway's log"})
    lee = world.workspace.person("U03")  # leads tier 1
    words = await told(world, "U03", "followups")
    assert "Training · Payments" in words  # by its name, as in the direct message
    assert "Reading the gateway's log" in words
    shown = lee.ephemeral()[-1]
    await lee.click(shown, "Later")
    await world.shows(shown, "due 15 Dec 2026")
    await lee.click(shown, "Not needed")
    await world.shows(shown, "nothing to follow up")


async def test_what_repeats_is_said_while_the_next_case_is_opened_and_resolved(
    world: World,
) -> None:
    for customer in ("Globex", "Initech"):
        await resolve(world, await world.escalate(customer=customer))
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form()
    await form.pick("Kind of problem", "System down")
    await form.pick("Impact", "One user")
    await world.workspace.until(lambda: "*P1" in dana.form().text())
    await world.workspace.settle()
    await dana.form().pick("Area", "Payments")
    await world.workspace.until(lambda: "2 times in thirty days" in dana.form().text())
    assert "Third party" in dana.form().text()
    assert "Renewed the certificate" in dana.form().text()

    third = await world.escalate(customer="Umbrella")
    priya = world.workspace.person("U05")
    await priya.click(third, "Acknowledge")
    await world.shows(third, "is working on it")
    await priya.click(third, "Resolve")
    assert "Third party 2 times" in priya.form().text()
    form = (
        priya.form()
        .fill("What solved it?", "Again")
        .choose("Root cause", "Operations › Third party")
    )
    assert (await form.submit()).closed
    await world.sees(third, "3rd time in thirty days: same root cause (Third party)")


async def test_a_resolved_case_is_a_draft_of_an_article(world: World) -> None:
    card = await world.escalate(customer="Globex", summary="Globex sees a blank page")
    assert "isn't resolved yet" in await told(world, "U01", "draft ESC-1")
    await resolve(world, card)
    words = await told(world, "U01", "draft ESC-1")
    assert "## What solves it" in words
    assert "the customer sees a blank page" in words
    page = await more(world, card, "U01", "Draft an article")
    assert "Renewed the certificate" in page.text()


async def test_the_last_words_of_a_resolved_case_are_updated_until_they_are_told(
    world: World,
) -> None:
    card = await world.escalate()
    await resolve(world, card)
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "update ESC-1")
    assert (await dana.form().submit()).closed
    assert (await world.case()).words[-1].sent_at is not None
    assert "This case is resolved." in await told(world, "U01", "update ESC-1")


async def test_fences_in_what_people_wrote_don_t_end_the_draft(world: World) -> None:
    card = await world.escalate(summary="See ```*this*``` here")
    await resolve(world, card)
    words = await told(world, "U01", "draft ESC-1")
    assert words.count("```") == 2
    assert words.endswith("```")


async def test_the_customer_says_how_it_went_in_their_own_channel(world: World) -> None:
    card = await world.escalate(customer="Nordwind", summary="Secret: their key leaked")
    await resolve(world, card)
    await world.workspace.settle()
    assert asked(world) == []
    step = next(m for m in world.thread(card) if "Send" in m.buttons())
    await world.workspace.person("U01").click(step, "Send")
    await world.workspace.until(lambda: len(asked(world)) == 1)
    question = asked(world)[0]
    assert "Secret" not in str(question.blocks)
    thumbs = next(b for b in question.blocks if b["type"] == "context_actions")["elements"][0]
    down = thumbs["negative_button"]
    await world.workspace.interactions.click(
        "U99", thumbs, message=question, view=None,
        chosen={"value": down["value"], "text": down["text"]},
    )  # fmt: skip
    await world.shows(question, "was wir besser machen können")
    rating = (await world.case()).rating
    assert rating is not None
    assert rating.score == 1
    assert "rated 4 of 5" in await told(world, "U01", "csat ESC-1 4 They called back")
    assert "write it like this" in await told(world, "U01", "csat ESC-1 9")
    for figure in ("csat ESC-1 1", "contacts 999"):  # nobody of support types figures
        assert "This can be done by" in await told(world, "U99", figure)
    rating = (await world.case()).rating
    assert rating is not None
    assert rating.score == 4
    assert "Noted" in await told(world, "U01", "contacts 999")


async def test_where_thumbs_are_refused_two_buttons_ask(world: World) -> None:
    card = await world.escalate(customer="Nordwind")
    await resolve(world, card)
    await world.workspace.settle()
    step = next(m for m in world.thread(card) if "I sent it" in m.buttons())
    world.workspace.faults.error("chat.postMessage", "invalid_blocks")
    await world.workspace.person("U01").click(step, "I sent it")
    await world.workspace.until(lambda: len(asked(world)) == 1)
    question = asked(world)[0]
    await world.workspace.person("U99").click(question, ":+1: Ja, das hat geholfen")
    await world.shows(question, "danke")
    rating = (await world.case()).rating
    assert rating is not None
    assert rating.score == 5


async def test_a_report_comes_with_charts_and_a_table(world: World) -> None:
    card = await world.escalate()
    await resolve(world, card)
    max_ = world.workspace.person("U08")
    assert "in your messages" in await told(world, "U08", "report 30d")
    await world.workspace.until(
        lambda: any("Escalations of the last 30 days" in m.words() for m in max_.direct())
    )
    report = next(m for m in max_.direct() if "last 30 days" in m.words())
    kinds = [block["type"] for block in report.blocks]
    assert kinds.count("data_visualization") == 2
    table = next(block for block in report.blocks if block["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][1][:2]] == ["Payments", "1"]


async def test_where_charts_are_refused_the_report_is_text_and_pictures(world: World) -> None:
    card = await world.escalate()
    await resolve(world, card)
    max_ = world.workspace.person("U08")
    await everything_sent(world)
    world.workspace.faults.error("chat.postMessage", "invalid_blocks")
    await told(world, "U08", "report")

    def texts() -> list[Message]:
        return [m for m in max_.direct() if "Escalations of the last" in m.words()]

    await world.workspace.until(lambda: len(texts()) == 1)
    report = texts()[0]
    await world.workspace.until(lambda: sum(len(m.files) for m in max_.direct()) == 2)
    assert all(one["alt_txt"] for m in max_.direct() for one in m.files)
    assert {block["type"] for block in report.blocks} <= {"header", "section"}
    assert "Payments" in report.words()
    await told(world, "U08", "report 7d")  # remembered: not tried again
    await world.workspace.until(lambda: len(texts()) == 2)
    assert "data_table" not in [block["type"] for block in texts()[1].blocks]


async def test_contacts_are_noted_and_told_apart_from_a_sentence(world: World) -> None:
    assert "412 contacts, 300 of them" in await told(world, "U08", "contacts 412 300")
    assert "write it like this" in await told(world, "U08", "contacts 12 2026-99")
    assert "More were solved" in await told(world, "U08", "contacts 12 40")
    dana = world.workspace.person("U01")
    await dana.slash("/escalate", "contacts can't be saved")
    assert dana.form().value("What is happening?") == "contacts can't be saved"


async def test_the_months_review_is_posted_once_and_decided(world: World) -> None:
    card = await world.escalate()
    await resolve(world, card)
    await world.later(days=6)  # Monday 30 November
    await world.workspace.settle(0.3)
    assert reviews(world) == []
    await world.later(days=2)
    await world.workspace.until(lambda: len(reviews(world)) == 1)
    await world.restart()
    await world.later(days=3)
    await world.workspace.settle(0.5)
    assert len(reviews(world)) == 1
    review = reviews(world)[0]
    assert "Three decisions to take" in review.words()
    assert review.buttons().count("Yes, let's do it") == 3
    max_ = world.workspace.person("U08")
    await max_.click(review, "Yes, let's do it")
    await world.shows(review, "it is a follow-up now")
    assert "Decided in a review" in await told(world, "U08", "followups")


def reviews(world: World) -> list[Message]:
    """Return the reviews in the managers' channel."""
    return [m for m in world.workspace.messages("esc-managers") if "in November" in m.words()]


def asked(world: World) -> list[Message]:
    """Return the questions in the customer's channel."""
    return [m for m in world.workspace.messages("nordwind-shared") if "geholfen" in m.words()]
