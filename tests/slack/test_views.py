"""Every view as golden files, within Slack's limits and valid for slack_sdk.

After a wanted change: GOLDEN=1 pytest tests/slack/test_views.py, and read the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from escbot.core import commands as c
from escbot.core.case import Linked
from escbot.core.codec import from_plain
from escbot.core.digest import digest
from escbot.core.facts import Facts
from escbot.core.preview import Other, preview
from escbot.core.views import DigestView, Message, Shown
from escbot.services.drillfile import read_drills
from escbot.services.ports import Setting
from escbot.slack import ids
from escbot.slack.blocks import changes, forms, home
from escbot.slack.blocks.base import voice_for
from escbot.slack.blocks.memo import Memo, read_memo
from escbot.slack.blocks.preview import live
from escbot.slack.listeners.actions import _FORMS
from escbot.slack.painter import paint
from escbot.workspace.rules import problems, view_problems
from tests.make import NOW, Life, a_policy, a_roster, an_escalation
from tests.slack.samples import NOTICES, SAMPLES

GOLDEN = Path(__file__).parent / "golden"
LINK = "https://demo.slack.com/archives/C01/p1"
ONE_TEXT = (
    "need_information", "reopen", "not_fixed", "extend", "renew", "cancel", "decline_plan",
)  # fmt: skip
NEWER = ("data_visualization", "data_table")  # slack_sdk has no class for them yet
HOSTILE = "<!channel> <@U01> *bold* `x` \u202e" + "é&<>" * 900


def lives() -> Iterator[tuple[str, Life]]:
    """Yield cases at the moments that look different."""
    life = Life()
    life.do(an_escalation(area="payments", vip=True, revenue_at_risk=True))
    yield "opened", life
    taken = replace_life(life)
    taken.do(c.Acknowledge("U05"))
    yield "taken", taken
    ticked = replace_life(taken)
    ticked.do(c.CheckBrief("U05", (a_policy().handoff.briefing[1],)))
    yield "ticked", ticked
    waiting = replace_life(taken)
    waiting.do(c.StartWait("U05", "customer", "A log file"))
    yield "waiting", waiting
    late = replace_life(life)
    late.wait(hours=3)
    yield "late", late
    resolved = replace_life(taken)
    resolved.do(c.Resolve("U05", "Renewed the certificate", "configuration"))
    yield "resolved", resolved
    declined = replace_life(life)
    declined.do(c.Decline("U05", "not_my_area", "It is the mail gateway"))
    yield "declined", declined
    wish = Life()
    wish.do(an_escalation(kind="enhancement"))
    yield "wish", wish
    down = Life()
    down.do(an_escalation(kind="major_function", area="payments"))
    down.do(c.Acknowledge("U05"))
    down.do(c.ChangeFacts("U05", replace(down.case.facts, workaround=True)))
    yield "going_down", down
    linked = Life()
    linked.do(an_escalation(customer="Nordwind"))
    linked.do(c.LinkCustomer("U02", "Initech"))
    yield "linked", replace_life(linked)
    linked.do(c.TellCustomer("U01", linked.case.words[-1].text, send=True, prepared=True))
    linked.do(c.HandWords("U01", "U03"))
    yield "told", linked
    hostile = Life()
    hostile.do(replace(an_escalation(), summary=HOSTILE[:3000], customer=HOSTILE[:150]))
    yield "hostile", hostile


def drills() -> Iterator[tuple[str, Life]]:
    """Yield a drill before and after it was played."""
    drill = Life()
    outage = read_drills(None).found["outage"]
    drill.do(c.StartDrill("U01", outage.practice, outage.pace, ("U05",)))
    yield "drill_called", replace_life(drill)
    call = an_escalation(customer="Northwind Travel", impact="multiple_users", area="payments")
    drill.do(c.EscalateDrill("U01", call.customer, call.summary, call.facts))
    drill.do(c.Acknowledge("U05"))
    drill.wait(minutes=11)
    yield "drill_scored", drill


def replace_life(life: Life) -> Life:
    """Return another life that goes on from here."""
    return Life(
        now=life.now, case_=life.case_, records=list(life.records), told=list(life.told),
        messages=list(life.messages),
    )  # fmt: skip


CASES = {**dict(lives()), **dict(drills())}


def painted(value: Shown, *, named: bool = False) -> dict[str, Any]:
    body = paint(value, Setting(LINK, named=named), a_roster())
    made = {"text": body.text, "blocks": body.blocks, "attachments": body.attachments}
    return made | ({"classic": body.classic} if body.classic else {})


def check(body: dict[str, Any]) -> None:
    """Within the limits table, valid for slack_sdk, with a fallback text."""
    assert 0 < len(body["text"]) <= 4000  # Slack cuts the fallback after this
    others = (one["blocks"] for one in body["attachments"])
    for blocks in (body["blocks"], body.get("classic", []), *others):
        assert problems(blocks, most=50, where="message") == []
        for block in blocks:
            made = SdkBlock.parse(block)
            if made is None:
                assert block["type"] in NEWER
                continue
            made.validate_json()
            made.to_dict()


def same(name: str, value: object) -> None:
    """Compare with the golden file, or write it."""
    text = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN"):
        path.write_text(text, "utf-8")
    assert path.exists(), "run with GOLDEN=1 once"
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_what_a_case_shows(name: str) -> None:
    life = CASES[name]
    shown = {slot: painted(message.value) for slot, message in life.shown().items()}
    for body in shown.values():
        check(body)
    same(f"case_{name}", shown)


@pytest.mark.parametrize("name", CASES)
def test_what_a_case_tells(name: str) -> None:
    told: list[Message] = CASES[name].messages
    shown = [painted(message.value, named=message.target != "thread") for message in told]
    for body in shown:
        check(body)
    same(f"notices_{name}", shown)


def views() -> dict[str, dict[str, Any]]:
    """Every modal and Home."""
    policy, roster = a_policy(), a_roster()
    case = CASES["taken"].case
    linked = Life(case_=case, now=NOW, records=list(CASES["taken"].records))
    linked.do(c.LinkCustomer("U02", "Initech"))
    abroad = replace(
        linked.case, linked=tuple(Linked(name, "U02") for name in ("Initech", "Nordwind"))
    )
    memo = Memo(1, 3)
    opened = CASES["opened"]
    seen = preview(opened.case, [r.event for r in opened.records], policy, roster, NOW)
    other = Other(4, "P1", ":red_circle:", HOSTILE[:150], HOSTILE[:3000], "U05", "Payments", "area")
    voice = voice_for(roster)
    floor = opened.floor
    scene = home.Scene(
        a_library(), floor, voice, NOW + timedelta(hours=3), health=["Listening"], links={1: LINK}
    )
    many = [replace(CASES["late"].case, number=number) for number in range(1, 9)]
    asleep = replace(seen, pages=("U05", "Europe/Berlin"))
    return {
        "escalate": forms.escalate(policy, summary=HOSTILE),
        "escalate_live": forms.escalate(policy, live=live(asleep, [other], NOW, voice)),
        "decline": forms.decline(case, memo),
        "reassign": forms.reassign(case, memo),
        "move_up": forms.move_up(case, policy, memo),
        "move_down": forms.move_down(case, policy, memo),
        "wait": forms.wait(case, memo),
        "tell": forms.tell(case, memo, case.words[-1].text, a_roster(), {}),
        "edit_words": forms.edit_words(case, memo, a_roster(), {}),
        "edit_words_linked": forms.edit_words(abroad, memo, a_roster(), {"de": HOSTILE}),
        "hand_words": forms.hand_words(case, memo),
        "away": forms.away(),
        "resolve": forms.resolve(case, policy, memo),
        **{f"reason_{id_}": _FORMS[id_](case, policy, memo) for id_ in ONE_TEXT},
        "done": forms.done("ESC-1", "Done."),
        "more": changes.more(linked.case, policy, roster, "U08", memo),
        "bring_in": changes.bring_in(case, policy, memo),
        "facts": changes.facts(case, policy, memo),
        "change_severity": changes.change_severity(case, policy, memo),
        "change_tier": changes.change_tier(case, policy, memo),
        "merge": changes.merge(case, policy, memo),
        "link": changes.link(case, policy, memo),
        "unlink": changes.unlink(linked.case, policy, memo),
        "home_agent": home.view("U01", [case], scene),
        "home_specialist": home.view("U05", [case], scene),
        "home_manager": home.view("U08", [case], scene),
        "home_manager_table": home.view("U08", many, scene),
        "home_manager_lines": home.view("U08", many, replace(scene, tables=False)),
        "home_admin": home.view("U10", [case], replace(scene, troubles=["Look here"])),
    }


def a_library() -> Any:
    from escbot.services.library import Library

    return Library(a_policy(), a_roster())


@pytest.mark.parametrize("name", views())
def test_every_modal_and_home(name: str) -> None:
    view = views()[name]
    assert view_problems(view) == []
    made = View(**view)
    made.validate_json()
    made.to_dict()
    same(f"view_{name}", view)


def test_every_form_has_a_golden_file() -> None:
    made = {view.get("callback_id") for view in views().values()}
    assert {value for name, value in vars(ids).items() if name.startswith("FORM_")} <= made


@pytest.mark.parametrize("name", SAMPLES)
def test_what_comes_beside_a_case(name: str) -> None:
    body = painted(SAMPLES[name], named=True)
    check(body)
    same(f"beside_{name}", body)


def test_what_every_notice_says() -> None:
    bodies = {code: painted(value, named=True) for code, value in NOTICES.items()}
    for body in bodies.values():
        check(body)
    same("notices_all", bodies)


def test_every_kind_of_message_has_a_golden_file() -> None:
    shown = [message.value for life in CASES.values() for message in life.shown().values()]
    told = [message.value for life in CASES.values() for message in life.messages]
    kinds = {type(value) for value in (*shown, *told, *SAMPLES.values())}
    assert set(get_args(Shown)) - kinds == {DigestView}  # the next one is it


def test_a_managers_morning() -> None:
    cases = [life.case for life in CASES.values()]
    value = digest(cases, lambda version: a_policy(), "U08", NOW + timedelta(hours=2))
    assert value is not None
    body = painted(value)
    check(body)
    same("digest", body)


def test_hostile_text_mentions_and_formats_nothing() -> None:
    bodies = [painted(m.value) for m in CASES["hostile"].shown().values()]
    text = json.dumps(bodies, ensure_ascii=False)
    assert "<!channel>" not in text
    assert "<@U01>" not in text


def test_what_a_facts_form_began_with_can_be_read_again_however_long_its_reason_is() -> None:
    life = Life()
    life.do(an_escalation(discretion="because " * 340))
    view = changes.facts(life.case, a_policy(), Memo(1, 1))
    memo = read_memo(view["private_metadata"])
    assert from_plain(Facts, json.loads(memo.text)) == replace(life.case.facts, discretion=None)
