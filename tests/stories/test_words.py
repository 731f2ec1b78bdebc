"""What the customer reads: who owns the words, how they are told, and to whom else they go."""

from __future__ import annotations

from escbot.workspace.model import Message
from tests.stories.conftest import World
from tests.stories.test_more import more, told


async def update(world: World, card: Message) -> Message:
    """Return step 5 of the thread."""
    await world.sees(card, "*5 Update*")
    return next(m for m in world.thread(card) if "*5 Update*" in m.words())


async def press(world: World, message: Message, person: str, button: str) -> None:
    await world.workspace.person(person).click(message, button)


async def test_words_are_edited_and_told_once(world: World) -> None:
    card = await world.escalate()
    step = await update(world, card)
    assert "ready to copy. *Dana* owns the words" in step.words()
    assert step.buttons() == ["Edit", "I sent it", "Hand over"]
    dana = world.workspace.person("U01")
    await dana.click(step, "Edit")
    form = dana.form()
    assert "highest priority" in str(form.value("What the customer will read"))
    assert (await form.fill("What the customer will read", "We are on it.").submit()).closed
    await world.shows(step, "We are on it.")
    assert "ready to copy" in step.words()
    await dana.click(step, "I sent it")
    await world.shows(step, "was told by *Dana*")
    assert "hears again by" in step.words()
    assert step.buttons() == ["Hand over"]
    assert (await world.case()).words[-1].text == "We are on it."


async def test_two_people_who_press_it_at_once_tell_it_once(world: World) -> None:
    card = await world.escalate(customer="Nordwind")
    step = await update(world, card)
    stale = Message(step.channel, step.ts, step.user, step.text, blocks=list(step.blocks))
    await press(world, step, "U01", "Send")
    await world.shows(step, "was told by *Dana*")
    await press(world, stale, "U08", "Send")
    max_ = world.workspace.person("U08")
    await world.workspace.until(lambda: max_.ephemeral())
    assert "*Dana* has told them already" in max_.ephemeral()[-1].words()
    await world.workspace.settle()
    assert len(world.workspace.messages("nordwind-shared")) == 1


async def test_words_that_somebody_changed_meanwhile_are_not_sent_unread(world: World) -> None:
    card = await world.escalate(customer="Nordwind")
    step = await update(world, card)
    stale = Message(step.channel, step.ts, step.user, step.text, blocks=list(step.blocks))
    max_, dana = world.workspace.person("U08"), world.workspace.person("U01")
    await max_.click(step, "Edit")
    form = max_.form().fill("What the customer will read", "Call me before this goes out")
    assert (await form.submit()).closed
    await press(world, stale, "U01", "Send")
    await world.workspace.until(lambda: dana.ephemeral())
    assert "The words are others now" in dana.ephemeral()[-1].words()
    await world.workspace.settle()
    assert not world.workspace.messages("nordwind-shared")
    await press(world, step, "U01", "Send")
    await world.shows(step, "was told by *Dana*")


async def test_send_posts_to_the_customers_channel_in_their_language_and_nothing_else(
    world: World,
) -> None:
    card = await world.escalate(customer="Nordwind", summary="Secret: their key leaked")
    step = await update(world, card)
    assert "Send posts it to #nordwind-shared" in step.words()
    world.workspace.faults.drop_reply("chat.postMessage", times=1)
    await press(world, step, "U01", "Send")
    await world.workspace.until(lambda: world.workspace.messages("nordwind-shared"))
    await world.shows(step, "told by *Dana* in #nordwind-shared")
    await world.workspace.settle(0.6)
    posts = world.workspace.messages("nordwind-shared")
    assert len(posts) == 1
    everything = str([posts[0].text, posts[0].blocks, posts[0].attachments])
    assert "höchster Priorität (ESC-1)" in everything
    for secret in ("Secret", "Dana", "Priya", "P1", "archives", "Tier", "<@"):
        assert secret not in everything
    assert posts[0].buttons() == []
    assert set(posts[0].metadata["event_payload"]) == {"key"}


async def test_without_a_shared_channel_nothing_can_be_sent(world: World) -> None:
    card = await world.escalate(customer="Nordwind")
    step = await update(world, card)
    old = Message(step.channel, step.ts, step.user, step.text, blocks=list(step.blocks))
    world.change_customer("Nordwind", channel=None)
    await press(world, old, "U01", "Send")
    dana = world.workspace.person("U01")
    await world.workspace.until(lambda: dana.ephemeral())
    assert "names no channel shared with Nordwind" in dana.ephemeral()[-1].words()
    assert (await world.case()).words[-1].sent_at is None


async def test_the_words_are_handed_over_where_everybody_sees_it(world: World) -> None:
    card = await world.escalate()
    step = await update(world, card)
    await press(world, card, "U05", "Acknowledge")
    await world.shows(card, "is working on it")
    dana = world.workspace.person("U01")
    await dana.click(step, "Hand over")
    form = dana.form()
    assert form.value("Who tells the customer from now on?") == "U05"
    assert (await form.submit()).closed
    await world.sees(card, "*Priya* tells Globex from now on")
    assert any("<@U05>" in m.words() for m in world.thread(card) if "from now on" in m.words())
    await world.shows(step, "*Priya* owns the words")
    before = world.said(card).count("<@U05>")
    await world.later(minutes=31)
    await world.sees(card, "Still on it? Globex was to hear from us")
    assert world.said(card).count("<@U05>") == before + 1


async def test_who_owns_the_words_is_reminded_then_the_lead(world: World) -> None:
    card = await world.escalate()
    step = await update(world, card)
    await press(world, card, "U05", "Acknowledge")
    timeline = "Priya is working on ESC-1 now. We will write again within 30 min, sooner if we know"
    await world.shows(step, timeline)
    await press(world, step, "U01", "I sent it")
    await world.shows(step, "was told by *Dana*")
    await world.later(minutes=31)
    await world.sees(card, "Globex was to hear from us")
    await world.shows(step, "We are still working on ESC-1. Priya has it.")
    first = next(m for m in world.thread(card) if "was to hear from us" in m.words())
    assert first.words().startswith("<@U01>")
    await world.later(minutes=31)
    await world.sees(card, "has not heard from us for 2 update times")
    second = next(m for m in world.thread(card) if "for 2 update times" in m.words())
    assert second.words().startswith("<@U07>")  # the lead of tier 3


async def test_what_to_tell_now_at_any_moment(world: World) -> None:
    card = await world.escalate()
    step = await update(world, card)
    assert "For Globex, ready to copy" in await told(world, "U02", "tell ESC-1")
    await press(world, step, "U01", "I sent it")
    await world.shows(step, "was told by *Dana*")
    now = await told(world, "U02", "tell 1")
    assert "Globex was told" in now
    assert "Now, for Globex, ready to copy" in now
    assert "We are still working on ESC-1" in now
    assert "*Dana* owns the words. Due" in now


async def test_updates_and_the_resolution_reach_every_linked_customer(world: World) -> None:
    card = await world.escalate()
    for name in ("Initech", "Nordwind"):
        form = await more(world, card, "U02", "Link a customer")
        assert (await (await form.pick("Which customer?", name)).submit()).closed
        await world.shows(card, name)
    step = await update(world, card)
    await world.shows(step, "Nordwind through *Sam*")
    dana, sam = world.workspace.person("U01"), world.workspace.person("U02")
    await dana.click(step, "Edit")
    form = dana.form()
    assert "Initech reads these words too, unless they name another customer." in form.text()
    german = "What Nordwind will read, in German"
    assert "Wir sehen, dass Ihre Arbeit stillsteht" in str(form.value(german))
    form.fill("What the customer will read", "Globex, we have found it.")
    outcome = await form.fill(german, "Globex wartet auch.").submit()
    assert "names another customer" in outcome.errors[german]
    assert (await form.fill(german, "Die Ursache ist gefunden.").submit()).closed
    await world.shows(step, "we have found it")
    assert "Nordwind reads:" in step.words()
    assert "Die Ursache ist gefunden." in await told(world, "U02", "tell ESC-1")
    await dana.click(step, "I sent it")
    news = await world.directs("U02", 2)
    said = "\n".join(m.words() for m in news)
    assert "News for Initech" in said
    assert "Die Ursache ist gefunden." in said
    assert "stillsteht" not in said
    assert "Globex" not in said  # nobody reads another customer's name
    await dana.click(card, "Resolve")
    form = dana.form().fill("What solved it?", "A new key")
    assert (await form.choose("Root cause", "Product › Bug").submit()).closed
    await world.directs("U02", 4)
    await world.shows(step, "A new key")
    await dana.click(step, "I sent it")
    await world.shows(step, "was told by *Dana*")
    await world.workspace.settle()
    ends = [m.words() for m in sam.direct()[2:]]
    assert len(ends) == 2
    assert "For Initech" in ends[0] + ends[1]
    assert "ESC-1 ist gelöst: A new key" in ends[0] + ends[1]


async def test_an_unlinked_customer_hears_nothing_more(world: World) -> None:
    card = await world.escalate()
    form = await more(world, card, "U02", "Link a customer")
    assert (await (await form.pick("Which customer?", "Initech")).submit()).closed
    await world.shows(card, "Also for Initech")
    form = await more(world, card, "U02", "Unlink a customer")
    assert (await form.choose("Which customer?", "Initech").submit()).closed
    await world.workspace.until(lambda: "Initech" not in card.words())
    step = await update(world, card)
    await press(world, step, "U01", "I sent it")
    await world.shows(step, "was told by *Dana*")
    await world.workspace.settle()
    assert world.workspace.person("U02").direct() == []


LINK = "https://status.example.com/incident_42_eu"


def code_of(message: Message) -> str:
    """Return what can be copied from a message, as a person's clipboard has it."""
    texts = [block["text"]["text"] for block in message.all_blocks() if "text" in block]
    assert all(text.count("```") in (0, 2) for text in texts)
    found = "".join(text.split("```")[1] for text in texts if "```" in text)
    return found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


async def test_long_words_are_whole_wherever_they_can_be_copied(world: World) -> None:
    card = await world.escalate()
    written = f"See {LINK} & set max_retries=*5* <!channel> " + "a_b & " * 480 + "THE END"
    assert len(written) < 3000
    dana = world.workspace.person("U01")
    step = await update(world, card)
    await dana.click(step, "Edit")
    assert (await dana.form().fill("What the customer will read", written).submit()).closed
    await world.shows(step, "THE END")
    assert code_of(step) == written
    await dana.slash("/escalate", "tell ESC-1")
    await world.workspace.until(lambda: dana.ephemeral())
    told_ = dana.ephemeral()[-1].text
    assert LINK in told_
    assert "THE END```" in told_
    assert "<!channel>" not in step.words() + told_


async def test_the_requester_can_copy_a_long_solution_whole(world: World) -> None:
    card = await world.escalate()
    offered = str((await world.case()).offered)
    specialist, dana = world.workspace.person(offered), world.workspace.person("U01")
    await specialist.click(card, "Acknowledge")
    await world.shows(card, "Resolve")
    await specialist.click(card, "Resolve")
    form = specialist.form().choose("Root cause", "Product › Bug")
    outcome = await form.fill("What solved it?", "word " * 595 + "THE END").submit()
    assert "too long" in str(outcome.errors)
    assert (await form.fill("What solved it?", "word " * 540 + "THE END").submit()).closed
    await world.workspace.until(lambda: any("THE END" in m.words() for m in dana.direct()))
    words = (await world.case()).words[-1].text
    assert "THE END" in words
    assert code_of(next(m for m in dana.direct() if "THE END" in m.words())) == words
