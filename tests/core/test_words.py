"""Whose words reach which customer, and what nobody may be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.core.roster import Floor
from escbot.core.steps import teller
from escbot.core.views import BriefView
from escbot.words.notices import notice_text
from escbot.words.voice import plain_voice
from tests.make import Life, a_roster, an_escalation


def a_case(customer: str = "Globex", *linked: str) -> Life:
    life = Life()
    life.do(an_escalation(customer=customer))
    for name in linked:
        life.do(c.LinkCustomer("U02", name))
    return life


def copies(life: Life) -> dict[str, str]:
    return {copy.customer: copy.text for copy in life.case.words[-1].copies}


def test_an_edited_text_goes_to_customers_of_the_same_language() -> None:
    life = a_case("Globex", "Initech", "Nordwind")
    life.do(c.EditWords("U01", "We have found it and are mending it."))
    assert copies(life)["Initech"] == "We have found it and are mending it."
    assert "höchster Priorität" in copies(life)["Nordwind"]


@pytest.mark.parametrize("name", ["Globex", "globex", "Initech"])
def test_a_text_that_names_a_customer_goes_to_no_other(name: str) -> None:
    life = a_case("Globex", "Initech", "Umbrella")
    life.do(c.TellCustomer("U01", f"Dear {name}, we have found it."))
    assert name.casefold() not in copies(life)["Umbrella"].casefold()


def test_an_alias_is_a_name_too() -> None:
    life = a_case("Acme", "Umbrella")
    life.do(c.TellCustomer("U01", "Dear acme.com, we have found it."))
    assert "acme" not in copies(life)["Umbrella"]


def test_a_drill_sends_nothing_to_a_customer() -> None:
    life = a_case("Nordwind")
    life.case_ = replace(life.case, drill=True)
    with pytest.raises(Refused, match="drill_sends_nothing"):
        life.do(c.TellCustomer("U01", "We are on it", send=True))


def test_words_are_handed_to_people_of_the_roster_only() -> None:
    life = a_case()
    with pytest.raises(Refused, match="not_in_roster"):
        life.do(c.HandWords("U01", "U99"))
    with pytest.raises(Refused, match="words_theirs_already"):
        life.do(c.HandWords("U01", "U01"))
    with pytest.raises(Refused, match="not_allowed"):
        life.do(c.HandWords("U04", "U04"))


def test_a_customer_who_was_linked_after_the_text_was_written_gets_it_too() -> None:
    life = a_case()
    life.do(c.EditWords("U01", "We have found it."))
    life.do(c.LinkCustomer("U02", "Initech"))
    life.do(c.TellCustomer("U01", life.case.words[-1].text, prepared=True))
    assert copies(life) == {"Initech": "We have found it."}


def test_what_was_told_cannot_be_told_again_by_the_same_button() -> None:
    life = a_case()
    life.do(c.TellCustomer("U01", life.case.words[-1].text, prepared=True))
    with pytest.raises(Refused, match="told_already"):
        life.do(c.TellCustomer("U08", life.case.words[-1].text, prepared=True))
    life.do(c.TellCustomer("U08", "And this is new."))
    assert life.case.words[-1].sent_by == "U08"


def test_what_is_written_in_a_language_stays_for_whoever_is_linked_later() -> None:
    roster = a_roster()
    customers = tuple(
        replace(one, language="de") if one.name == "Umbrella" else one for one in roster.customers
    )
    life = Life(roster=replace(roster, customers=customers))
    life.do(an_escalation(customer="Globex"))
    life.do(c.LinkCustomer("U02", "Nordwind"))
    assert "höchster Priorität" in copies(life)["Nordwind"]
    text = life.case.words[-1].text
    life.do(c.EditWords("U01", text, others={"de": "Wir haben es gefunden."}))
    life.do(c.LinkCustomer("U02", "Umbrella"))
    life.do(c.LinkCustomer("U02", "Initech"))
    written = {"Nordwind": "Wir haben es gefunden.", "Umbrella": "Wir haben es gefunden."}
    assert copies(life) == {**written, "Initech": text}
    life.do(c.UnlinkCustomer("U02", "Nordwind"))
    assert set(copies(life)) == {"Umbrella", "Initech"}
    life.do(c.TellCustomer("U01", text, prepared=True))
    assert copies(life) == {"Umbrella": "Wir haben es gefunden.", "Initech": text}


def test_an_edited_resolution_reaches_linked_customers_although_they_had_the_prepared_one() -> None:
    life = a_case("Globex", "Initech", "Nordwind")
    life.do(c.Acknowledge(life.case.offered or ""))
    life.do(c.Resolve(life.case.owner or "", "A new key", "configuration"))
    before = len(life.told)
    text = life.case.words[-1].text
    life.do(c.EditWords("U01", text, others={"de": "Es geht wieder."}))
    life.do(c.TellCustomer("U01", text, prepared=True))
    assert [notice.values["text"] for notice in life.told[before:]] == ["Es geht wieder."]


def test_words_in_another_language_are_checked_as_the_others_are() -> None:
    life = a_case("Globex", "Nordwind")
    for text, code in ((" ", "missing_field"), ("x" * 3001, "too_long"), ("Globex", "names_an")):
        with pytest.raises(Refused, match=code) as refused:
            life.do(c.EditWords("U01", "We are on it.", others={"de": text}))
        assert refused.value.because.values["field"] == "text:de"


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_language_without_texts_reads_english(language: str) -> None:
    roster = a_roster()
    customers = tuple(
        replace(one, language=language) if one.name == "Umbrella" else one
        for one in roster.customers
    )
    life = Life(roster=replace(roster, customers=customers))
    life.do(an_escalation(customer="Umbrella"))
    german = "höchster Priorität" in life.case.words[-1].text
    assert german == (language == "de")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (c.Decline("U05", "no_capacity"), "You will hear from us again within 30 min"),
        (c.GiveBack("U05"), "You will hear from us again within 30 min"),
        (c.Reassign("U08", "U06", "She is ill"), "You will hear from us again within 30 min"),
        (c.TakeOver("U08"), "Max is working on ESC-1 now"),
    ],
)
def test_words_that_name_who_had_it_do_not_wait_to_be_sent(command: c.Command, words: str) -> None:
    life = a_case()
    life.do(c.Acknowledge("U05"))
    assert life.case.words[-1].text.startswith("Priya is working on ESC-1 now")
    life.do(command)
    assert words in life.case.words[-1].text


def test_the_acknowledgement_is_not_told_twice_when_an_owner_is_lost() -> None:
    life = a_case()
    life.do(c.TellCustomer("U01", life.case.words[-1].text, prepared=True))
    life.do(c.Acknowledge("U05"))
    life.do(c.Decline("U05", "no_capacity"))
    assert life.case.words[-1].text.startswith("We are still working on ESC-1.")
    assert "Priya" not in life.case.words[-1].text


def test_what_somebody_wrote_stays_whoever_has_it() -> None:
    life = a_case()
    life.do(c.Acknowledge("U05"))
    life.do(c.EditWords("U01", "Priya has found it; her colleagues go on with it."))
    life.do(c.Decline("U05", "no_capacity"))
    assert life.case.words[-1].text == "Priya has found it; her colleagues go on with it."


def test_who_left_slack_is_not_asked_to_hand_over() -> None:
    life = a_case()
    life.do(c.Acknowledge("U05"))
    life.floor = Floor(gone=frozenset({"U05"}))
    life.do(c.RouteAgain("gone"))
    view = life.shown()["brief:2"].value
    assert isinstance(view, BriefView)
    assert (view.giver, view.receiver) == ("U01", "U06")


def test_nobody_is_asked_to_call_themselves() -> None:
    life = a_case()
    life.do(c.Acknowledge("U05"))
    life.do(c.Decline("U05", "no_capacity"))
    life.do(c.Reassign("U08", "U05", "She has time again"))
    view = life.shown()["brief:3"].value
    assert isinstance(view, BriefView)
    assert (view.giver, view.receiver) == ("U01", "U05")


@pytest.mark.parametrize(("gone", "heir"), [("U05", "U01"), ("U01", "U08")])
def test_the_words_of_who_left_slack_go_to_somebody_who_is_there(gone: str, heir: str) -> None:
    life = a_case()
    life.do(c.Acknowledge("U05"))
    if gone == "U05":
        life.do(c.HandWords("U01", "U05"))
    else:
        life.do(c.TakeOver("U08"))
    life.floor = Floor(gone=frozenset({gone}))
    life.do(c.RouteAgain("gone"))
    assert teller(life.case) == heir
    notice = next(notice for notice in reversed(life.told) if notice.code == "words_handed")
    assert "no longer in Slack" in notice_text(notice, plain_voice(a_roster()))


def test_two_people_who_change_other_facts_at_once_keep_both_changes() -> None:
    life = Life()
    life.do(an_escalation(kind="major_function", area="payments"))
    shown = life.case.facts  # both forms begin with these
    life.do(c.ChangeFacts("U01", replace(shown, novel=True), shown=shown))
    life.do(c.ChangeFacts("U08", replace(shown, workaround=True), shown=shown))
    assert life.case.facts.novel
    assert life.case.facts.workaround
    life.do(c.ChangeFacts("U08", replace(shown, workaround=False), shown=life.case.facts))
    assert not life.case.facts.novel


def test_a_button_tells_the_words_that_it_stood_under_and_no_others() -> None:
    life = Life()
    life.do(an_escalation(kind="major_function", area="payments"))
    mark = life.case.words[-1].mark
    life.do(c.EditWords("U08", "Internal: call me before this goes out"))
    with pytest.raises(Refused, match="words_changed"):
        life.do(c.TellCustomer("U01", life.case.words[-1].text, prepared=True, mark=mark))
    life.do(c.TellCustomer("U01", "x", prepared=True, mark=life.case.words[-1].mark))
    assert life.case.words[-1].sent_by == "U01"
