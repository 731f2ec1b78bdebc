"""Down by a rule, and back; and what a planner makes of a wish."""

from __future__ import annotations

from tests.stories.conftest import World


async def test_a_lead_confirms_the_owner_keeps_it_and_undo_brings_it_back(world: World) -> None:
    card = await world.escalate(kind="Major function broken")
    priya, ines = world.workspace.person("U05"), world.workspace.person("U07")
    await priya.click(card, "Acknowledge")
    await world.shows(card, "is working on it")
    await priya.click(card, "More…")
    await priya.form().click("Something changed")
    assert (await priya.form().choose("Also true", "Workaround exists").submit()).closed
    await world.workspace.until(lambda: "Confirm" in card.buttons())
    await priya.click(card, "Confirm")
    await world.workspace.until(lambda: priya.ephemeral())
    assert "leads or above" in priya.ephemeral()[-1].words()
    await ines.click(card, "Confirm")
    await world.sees(card, "P2 → *P3*")
    assert ((await world.case()).severity, (await world.case()).owner) == ("P3", "U05")
    told = next(m for m in world.thread(card) if "P2 → *P3*" in m.words())
    assert "workaround found" in told.words()
    await priya.click(told, "Undo")
    await world.sees(card, "P3 → *P2*")
    assert ((await world.case()).severity, (await world.case()).owner) == ("P2", "U05")


async def test_a_planner_reclassifies_a_wish_that_is_a_problem(world: World) -> None:
    card = await world.escalate(kind="Enhancement request", area=None)
    await world.workspace.until(lambda: world.workspace.messages("planning"))
    plan = world.workspace.messages("planning")[0]
    ada = world.workspace.person("U10")
    await ada.click(plan, "Reclassify")
    form = ada.form().choose("Severity", "P2 · Major function broken").fill("Why?", "It is broken")
    outcome = await form.submit()
    assert outcome.closed, outcome.errors
    await world.shows(card, "Tier 2")
    assert (await world.case()).severity == "P2"
