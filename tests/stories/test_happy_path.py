"""From `/escalate` to resolved."""

from __future__ import annotations

from tests.stories.conftest import World, both

pytestmark = both


async def test_an_escalation_runs_from_the_command_to_resolved(world: World) -> None:
    card = await world.escalate()
    assert "ESC-1" in card.words()
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    steps = [message.words().split("\n")[0] for message in world.thread(card)]
    for place, name in enumerate(("Document", "Assess", "Route", "Brief", "Update"), 1):
        assert f"*{place} {name}*" in steps[place - 1]
    direct = (await world.directs("U05"))[0]
    assert "Can you take this?" in direct.words()
    assert {"Acknowledge", "Decline"} <= set(direct.buttons())

    priya = world.workspace.person("U05")
    await priya.click(direct, "Acknowledge")
    await world.shows(card, "is working on it")
    assert "Acknowledge" not in card.buttons()
    assert "has it" in (await world.directs("U01", 1))[0].words()

    await priya.click(card, "Resolve")
    form = priya.form()
    form.fill("What solved it?", "Renewed the certificate")
    form.choose("Root cause", "Operations › Configuration")
    assert (await form.submit()).closed
    await world.shows(card, "Resolved by")
    told = await world.directs("U01", 2)
    assert "Renewed the certificate" in told[-1].words()
    assert told[-1].buttons() == ["Not fixed"]
