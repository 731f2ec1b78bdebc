"""State → the messages that Slack must show: the card, the five steps of each round, the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from escbot.core.around import direct, manage, plan, pointer
from escbot.core.card import card
from escbot.core.case import Case, Phase, Round
from escbot.core.drill.show import lobby, score
from escbot.core.drill.stage import cast
from escbot.core.policy import PLANNING, Policy, TierRef
from escbot.core.roster import Roster
from escbot.core.steps import assess, brief, document, folded_update, route, update
from escbot.core.views import Message, RatingView, Shown


def views(case: Case, policy: Policy, roster: Roster) -> tuple[Message, ...]:
    """Return every view message of a case, the card first."""
    if case.practice is not None and not case.rounds:
        return (_message(case, "card", "channel:escalations", lobby(case, policy)),)
    if not case.rounds:
        return ()
    return tuple(_views(case, policy, cast(roster, policy, case)))


def _views(case: Case, policy: Policy, roster: Roster) -> Iterator[Message]:
    asked = case.phase is Phase.OFFERED
    yield _message(case, "card", "channel:escalations", card(case, policy), acts=asked)
    for round_ in case.rounds:
        yield from _steps(case, policy, roster, round_)
        for person in round_.asked:
            slot = f"direct:{person}:{round_.number}"
            value = direct(case, policy, round_, person)
            yield _message(case, slot, f"dm:{person}", value, acts=value.standing == "asked")
    for ping in case.management:
        if not ping.quiet:
            value_ = manage(case, policy, roster, ping)
            message = _message(case, f"manage:{ping.number}", "channel:managers", value_, acts=True)
            yield replace(message, after=ping.after)
    if case.graded:
        yield _message(case, "score", "thread", score(case))
    tiers: dict[TierRef, None] = dict.fromkeys(round_.tier for round_ in case.rounds)
    for tier in tiers:
        yield from _elsewhere(case, policy, tier)
    known = roster.customer(case.customer)
    if known is not None and known.channel and _is_asked(case):
        rated = case.rating.score if case.rating else None
        question = RatingView(case.team, case.number, rated, known.language)
        yield _message(case, "rating", f"customer:{known.channel}", question)
    if case.source is not None:
        target = f"reply:{case.source.channel}/{case.source.ts}"
        yield _message(case, "source", target, pointer(case, policy, "source"))


def _is_asked(case: Case) -> bool:
    """Tell whether the customer is asked how it went: after they heard that it is over.

    Drills ask nobody.
    """
    if case.drill or case.resolution is None:
        return False
    words = case.words[-1] if case.words else None
    told = words is not None and words.template == "resolution" and words.sent_at is not None
    return case.phase is Phase.CLOSED or (told and case.phase is Phase.RESOLVED)


def _message(case: Case, slot: str, target: str, value: Shown, *, acts: bool = False) -> Message:
    # Only what hangs on the lost thread is posted again; a direct message is still there.
    episode = case.episode if target in ("channel:escalations", "thread") else 1
    return Message(slot, episode, "view", target, value, acts=acts)


def _steps(case: Case, policy: Policy, roster: Roster, round_: Round) -> Iterator[Message]:
    number = round_.number
    yield _message(case, f"document:{number}", "thread", document(case, policy, round_))
    found = case.assessment if round_ is case.round else round_.assessment
    if found is not None:
        yield _message(case, f"assess:{number}", "thread", assess(case, policy, round_, found))
    yield _message(case, f"route:{number}", "thread", route(case, policy, round_))
    if round_.brief_needed:
        yield _message(case, f"brief:{number}", "thread", brief(case, policy, round_))
    if round_ is case.round:
        channel = roster.channel_of(case.customer)
        value = update(case, policy, round_, channel)
        yield _message(case, f"update:{number}", "thread", value)
    else:
        yield _message(case, f"update:{number}", "thread", folded_update(case, round_))


def _elsewhere(case: Case, policy: Policy, tier: TierRef) -> Iterator[Message]:
    if tier == PLANNING:
        yield _message(case, "plan", "channel:planning", plan(case, policy), acts=True)
        return
    channel = policy.tier(tier).channel
    if channel and not case.drill:  # a tier's channel is for work
        value = pointer(case, policy, "tier")
        yield _message(case, f"pointer:{tier}", f"name:{channel}", value)
