"""What a click or a form means, as a command."""

from __future__ import annotations

import pytest

from escbot.core import commands as c
from escbot.slack import ids
from escbot.slack.blocks.memo import Memo
from escbot.slack.listeners.actions import _AT_ONCE
from escbot.slack.listeners.views import _FORMS
from escbot.slack.payloads import Form
from tests.make import Life, an_escalation


@pytest.mark.parametrize(
    ("button", "needed", "complete", "in_time"),
    [
        ("score_good", True, True, True),
        ("score_needless", False, True, True),
        ("score_incomplete", True, False, True),
        ("score_late", True, True, False),
    ],
)
def test_each_score_says_one_thing(
    button: str, *, needed: bool, complete: bool, in_time: bool
) -> None:
    life = Life()
    life.do(an_escalation())
    life.do(c.Acknowledge(life.case.offered or ""))
    life.do(_AT_ONCE[button](life.case.owner or "", life.case, None, None))
    assert dict(life.case.round.scores) == {
        "needed": needed,
        "complete": complete,
        "in_time": in_time,
    }


@pytest.mark.parametrize("form", [ids.FORM_TELL, ids.FORM_EDIT_WORDS])
def test_the_words_are_read_for_each_language(form: str) -> None:
    said = {"text": "We have found it.", "text:de": "Gefunden.", "text:fr": " Trouvé. "}
    _, make = _FORMS[form]
    command = make(Form("T01", "U01", "V1", "", said), Memo(1, 3))
    assert isinstance(command, c.TellCustomer | c.EditWords)
    assert command.text == "We have found it."
    assert command.others == {"de": "Gefunden.", "fr": "Trouvé."}
