"""What the form says while it is filled."""

from __future__ import annotations

from escbot.core import commands as c
from escbot.core.preview import Other, others, preview
from escbot.slack.blocks.preview import live
from escbot.words.preview import because, other
from escbot.words.voice import plain_voice
from tests.make import NOW, Life, a_policy, a_roster, an_escalation

VOICE = plain_voice(a_roster())


def an_outage() -> Life:
    """Return a case of Globex that Priya was asked to take."""
    life = Life()
    life.do(an_escalation(area="payments"))
    return life


def seen(life: Life, customer: str = "") -> Other:
    """Return the case as the form offers it for somebody of `customer`."""
    (found,) = others([life.case], a_policy(), area="payments", customer=customer)
    return found


def buttons(found: Other) -> list[str]:
    blocks = live(None, [found], NOW, VOICE)
    return [block["accessory"]["text"]["text"] for block in blocks if "accessory" in block]


def test_who_was_asked_does_not_have_it_yet() -> None:
    life = an_outage()
    assert "Priya is asked" in other(seen(life), VOICE)
    life.do(c.Acknowledge("U05"))
    assert "Priya has it" in other(seen(life), VOICE)


def test_a_customer_is_added_to_a_case_once() -> None:
    life = an_outage()
    assert buttons(seen(life, "Initech")) == ["Add my customer to ESC-1"]
    life.do(c.LinkCustomer("U02", "Initech"))
    for typed, name in (("initech ", "Initech"), ("Globex", "Globex")):
        found = seen(life, typed)
        assert buttons(found) == []
        assert f"{name} is part of ESC-1." in other(found, VOICE)
    assert buttons(seen(life, "Umbrella")) == buttons(seen(life)) == ["Add my customer to ESC-1"]


def test_a_reason_is_given_once() -> None:
    life = Life()
    life.do(an_escalation(kind="outage", impact="system_wide"))
    events = [record.event for record in life.records]
    text = because(preview(life.case, events, a_policy(), a_roster(), NOW), VOICE)
    assert text.endswith("Tier 3 (Engineers) because the whole system is affected.")
