"""Whatever people ask for in whatever order, a case stays one that the program can live with."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from escbot.core import commands as c
from escbot.core.case import Case
from escbot.core.clocks import deadlines
from escbot.core.codec import from_plain, to_plain
from escbot.core.decide import Refused
from escbot.core.evolve import evolve
from escbot.core.policy import Policy
from escbot.core.thread import views
from escbot.services.ports import Setting
from escbot.slack.blocks.base import voice_for
from escbot.slack.painter import paint
from escbot.words.refusals import refusal
from escbot.workspace.rules import problems
from tests.fuzz.conftest import FUZZ
from tests.fuzz.inputs import ASKED, CHAINS, acts, by, commands, escalations, openings
from tests.make import Life, a_mild_policy, a_policy, a_roster

policies = st.sampled_from([a_policy(), a_mild_policy()])
LOUD = ("<!channel", "<!here", "<!everyone", "<https://evil", "\x00")


@settings(FUZZ)
@given(policies, openings, acts)
def test_any_life_is_decided_shown_and_rebuilt(
    policy: Policy, opening: c.Command, acts: list[Any]
) -> None:
    """Commands are done or refused with a sentence; nothing else ever comes out."""
    life = Life(policy=policy)
    if not _did(life, opening):
        return
    for act in acts:
        _act(life, act)
        _deadlines_lie_ahead(life)
    _one_view_a_slot(life)
    _is_shown(life)
    _is_rebuilt(life)


def test_each_command_is_taken_in_some_life() -> None:
    """Otherwise the properties would say nothing of what it does."""
    taken: set[type] = set()

    @settings(FUZZ, max_examples=5, derandomize=True)
    @given(st.data())
    def live(data: st.DataObject) -> None:
        for opening, steps in CHAINS:
            life = Life(policy=a_mild_policy())
            opened = data.draw(opening)
            acts = data.draw(steps)
            life.do(opened)
            taken.update(type(act) for act in (opened, *acts) if act is opened or _act(life, act))

    live()
    assert set(ASKED) - taken == set()


def _act(life: Life, act: Any) -> bool:
    """Let time pass, or do a command; tell whether it was taken."""
    if isinstance(act, timedelta):
        life.wait(seconds=act.total_seconds())
        return True
    return _did(life, by(act, life.case))


def _did(life: Life, command: c.Command) -> bool:
    before = life.case_
    try:
        life.do(command)
    except Refused as refused:
        said = refusal(refused.because, voice_for(a_roster()))
        assert said.strip()
        assert not any(loud in said for loud in LOUD), said
        assert life.case_ is before
        return False
    return True


def _deadlines_lie_ahead(life: Life) -> None:
    """What fell due was done; a deadline that stays behind would fire for ever."""
    armed = deadlines(life.case, life.policy)
    assert [d.due_at for d in armed] == sorted(d.due_at for d in armed)
    assert max(Counter(d.kind for d in armed).values(), default=1) == 1
    if life.case.phase.is_over:
        assert {d.kind for d in armed} <= {"close.due"}


def _one_view_a_slot(life: Life) -> None:
    slots = Counter(message.slot for message in views(life.case, life.policy, life.roster))
    assert max(slots.values()) == 1


def _is_shown(life: Life) -> None:
    """Every view and notice is within Slack's limits and makes no noise."""
    for message in (*views(life.case, life.policy, life.roster), *life.messages):
        body = paint(message.value, Setting("https://x.example"), life.roster)
        assert body.text.strip()
        assert problems(body.blocks, most=50, where="message") == []
        for attachment in body.attachments:
            assert problems(attachment["blocks"], most=50, where="message") == []
        shown = repr(body)
        assert not any(loud in shown for loud in LOUD)


def _is_rebuilt(life: Life) -> None:
    """The state is a function of the events, also after they were stored and read."""
    case: Case | None = None
    for record in life.records:
        event = from_plain(type(record.event), json.loads(json.dumps(to_plain(record.event))))
        assert event == record.event
        case = evolve(case, record, life.policy, team="T1", number=1)
    assert case == life.case
    assert from_plain(Case, to_plain(life.case)) == life.case


FOR_ANYONE = (
    c.MoveUp, c.Resume, c.BringIn, c.Note, c.LinkCustomer, c.UnlinkCustomer, c.Reopen,
)  # fmt: skip


@settings(FUZZ)
@given(escalations, acts, st.lists(commands, min_size=1, max_size=9))
def test_somebody_without_a_role_does_only_what_is_for_anyone(
    opening: c.Escalate, acts: list[Any], tries: list[Any]
) -> None:
    """The core refuses, whatever button a forged or outdated message may show."""
    life = Life()
    if not _did(life, dataclasses.replace(opening, by="U01")):
        return
    for act in acts:
        _act(life, act)
    for command in tries:
        thumb = isinstance(command, c.Rate) and command.source == "thumbs"  # a customer's
        if not thumb and not isinstance(command, FOR_ANYONE):
            stranger = dataclasses.replace(command, by="U99")
            owner = life.case.owner
            assume("U99" not in (owner, life.case.offered, life.case.round.taken_by))
            assert not _did(life, stranger), command
