"""What people read of a case: its line, what comes next, the customer's clock, the brief."""

from __future__ import annotations

from escbot.core import commands as c
from escbot.core.card import card
from escbot.core.views import BriefView, DirectView, UpdateView
from escbot.slack.blocks import around, steps
from escbot.words.card import next_line, until
from escbot.words.lists import one_line, several
from escbot.words.notices import notice_text
from escbot.words.voice import plain_voice
from tests.make import Life, a_policy, a_roster, an_escalation

VOICE = plain_voice(a_roster())


def taken() -> Life:
    """Return Globex's outage, taken by Priya; nobody has told them anything."""
    life = Life()
    life.do(an_escalation(area="payments"))
    life.wait(minutes=5)
    life.do(c.Acknowledge("U05"))
    return life


def fifth_step(life: Life) -> str:
    view = life.shown()["update:1"].value
    assert isinstance(view, UpdateView)
    return str(steps.update(view, VOICE).blocks)


def fourth_step(life: Life) -> str:
    view = life.shown()["brief:1"].value
    assert isinstance(view, BriefView)
    return str(steps.brief(view, VOICE).blocks)


def direct(life: Life) -> str:
    view = next(m.value for m in life.shown().values() if isinstance(m.value, DirectView))
    return str(around.direct(view, VOICE, None).blocks)


def test_only_who_has_heard_something_hears_again() -> None:
    life = taken()
    line = one_line(life.case, a_policy(), VOICE)
    assert line.endswith("customer hears by 2026-11-24 10:30 UTC")
    assert "The customer hears from us by " in fifth_step(life)
    life.do(c.TellCustomer("U01", life.case.words[-1].text, prepared=True))
    assert "customer hears again by" in one_line(life.case, a_policy(), VOICE)
    assert "The customer hears again by " in fifth_step(life)


def test_a_case_in_a_list_leads_to_its_thread() -> None:
    life, policy = taken(), a_policy()
    link = "https://demo.slack.com/archives/C01/p1"
    lines = several([life.case], lambda _: policy, VOICE, "None.", {1: link})
    assert lines.startswith(f":red_circle: *<{link}|ESC-1>* · P1 · Globex")
    assert several([life.case], lambda _: policy, VOICE, "None.", {}).startswith(
        ":red_circle: *ESC-1* · P1 · Globex"
    )


def test_what_comes_next_reads_as_a_thing() -> None:
    life = Life()
    life.do(an_escalation(area="payments"))
    view = card(life.case, a_policy())
    assert next_line(view.next, VOICE) == "answers by 2026-11-24 10:15 UTC"
    assert until(view.next, VOICE) == "An answer by 2026-11-24 10:15 UTC"
    assert "*Next*\\nAn answer by" in direct(life)
    assert "*Next*\\nA first word to the customer by" in direct(taken())


def test_when_it_is_over_nobody_is_asked_to_call() -> None:
    life = taken()
    assert "please call" in fourth_step(life)
    life.do(c.Resolve("U05", "Fixed", "bug"))
    assert "please call" not in fourth_step(life)
    assert "The brief was not taken." in fourth_step(life)


def test_a_customer_who_heard_nothing_is_not_said_to_hear_again() -> None:
    life = taken()
    life.do(c.HandWords("U01", "U05"))
    life.wait(minutes=30)
    said = " ".join(notice_text(notice, VOICE) for notice in life.told)
    assert "They hear from us by " in said
    assert "Globex was to hear from us by 2026-11-24 10:30 UTC." in said
    assert "again" not in said
