"""Every event has a line of its own in the audit timeline."""

from __future__ import annotations

import typing
from datetime import timedelta

from escbot.core import commands as c
from escbot.core import events as e
from escbot.words.timeline import _WORDS, history, what
from escbot.words.voice import plain_voice
from tests.make import Life, a_roster, an_escalation


def test_every_event_has_words() -> None:
    assert set(_WORDS) >= set(typing.get_args(e.Event))


def test_a_day_of_a_case_reads_from_top_to_bottom() -> None:
    life = Life()
    life.do(an_escalation(customer="Acme", vip=True))
    life.do(c.Acknowledge("U05"))
    life.do(c.TellCustomer("U01", "We are on it"))
    life.do(c.StartWait("U05", "vendor", "A part"))
    life.wait(minutes=45)
    life.do(c.Resolve("U05", "Renewed the certificate", "configuration"))
    lines = history(life.records, plain_voice(a_roster())).split("\n")
    text = "\n".join(lines)
    places = [
        text.index(words)
        for words in (
            "2026-11-24 10:00 UTC · Opened for Acme: Nobody can pay · Dana",
            "Assessed: P1, tier 3",
            "Priya was asked",
            "Management: VIP customer, Zoe asked",
            "Priya has it (button) · Priya",
            "Told the customer: We are on it · Dana",
            "Waits for a vendor: A part",
            "No answer from management, next Max",
            "Resolved: Renewed the certificate · Priya",
        )
    ]
    assert places == sorted(places)


def test_an_event_that_came_late_says_so() -> None:
    voice = plain_voice()
    late = e.Breached("respond", Life().now, timedelta(minutes=7))
    assert what(late, voice) == "Respond is past its limit (noticed 7 min late)"


def test_a_de_escalation_that_is_off_says_why() -> None:
    voice = plain_voice(a_roster())
    assert what(e.DeescalationKept("U05"), voice) == "Kept as it is"
    facts, up = (what(e.DeescalationKept(None, why), voice) for why in ("facts", "moved_up"))
    assert facts == "The de-escalation is off: the facts changed"
    assert up == "The de-escalation is off: it was escalated"
