"""What was said, known and done, and what the customer heard."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core import events as e
from escbot.core import timing
from escbot.core.case import Case, Clock, Entry, Rating, Words
from escbot.core.evolve.change import Change, in_round
from escbot.core.policy import Policy
from escbot.core.values import replace


def _words_prepared(case: Case, rec: e.Recorded, event: e.WordsPrepared, policy: Policy) -> Case:
    words = Words(event.template, event.text, rec.at, copies=event.copies)
    return replace(case, words=(*case.words, words))


def _words_edited(case: Case, rec: e.Recorded, event: e.WordsEdited, policy: Policy) -> Case:
    last = _pending(case)
    edited = Words(last.template if last else "progress", event.text, rec.at, copies=event.copies)
    return replace(case, words=(*(case.words[:-1] if last else case.words), edited))


def _words_handed(case: Case, rec: e.Recorded, event: e.WordsHanded, policy: Policy) -> Case:
    return replace(case, teller=event.to)


def _pending(case: Case) -> Words | None:
    return case.words[-1] if case.words and case.words[-1].sent_at is None else None


def _customer_told(case: Case, rec: e.Recorded, event: e.CustomerTold, policy: Policy) -> Case:
    last = _pending(case)
    told = Words(
        template=last.template if last else "progress",
        text=event.text,
        prepared_at=last.prepared_at if last else rec.at,
        sent_at=rec.at,
        sent_by=event.person,
        channel=event.channel,
        copies=event.copies,
    )
    words = (*(case.words[:-1] if last else case.words), told)
    return replace(case, words=words, missed_updates=0, clocks=_next_update(case, rec, policy))


def _update_missed(case: Case, rec: e.Recorded, event: e.UpdateMissed, policy: Policy) -> Case:
    silent = 0 if case.owner is None or _was_heard(case, rec) else case.silent + 1
    return replace(
        case,
        missed_updates=case.missed_updates + 1,
        silent=silent,
        clocks=_next_update(case, rec, policy),
    )


def _was_heard(case: Case, rec: e.Recorded) -> bool:
    """Tell whether the owner gave a sign of life in this update time; taking it is half of one."""
    clock = case.clocks.get("update")
    if clock is None or clock.since is None or case.heard_at is None:
        return False
    if case.rounds and case.heard_at == case.round.taken_at:
        return rec.at - case.heard_at < clock.limit / 2
    return case.heard_at >= clock.since


def _next_update(case: Case, rec: e.Recorded, policy: Policy) -> Mapping[str, Clock]:
    if case.phase.is_over:
        return case.clocks
    severity = policy.severity(case.severity)
    return timing.started(case, "update", severity.update, rec.at, severity.calendar)


def _noted(case: Case, rec: e.Recorded, event: e.Noted, policy: Policy) -> Case:
    if event.kind == "sign":
        return case
    entry = Entry(event.person, event.kind, event.text, rec.at)
    return replace(case, notes=(*case.notes, entry))


def _facts_changed(case: Case, rec: e.Recorded, event: e.FactsChanged, policy: Policy) -> Case:
    def deadline(clock: Clock) -> Clock:
        return replace(clock, ends_by=event.facts.customer_deadline)

    after = timing.alike(case, lambda whole: timing.changed(whole, "respond", deadline))
    if event.facts.vip:  # a VIP's case never closes by itself
        after = replace(after, clocks=timing.without(after, "close"))
    return replace(after, facts=event.facts)


def _briefed(case: Case, rec: e.Recorded, event: e.Briefed, policy: Policy) -> Case:
    rounds = in_round(
        case, replace(case.round, briefed_by=event.person, briefed_at=rec.at, checked=event.checked)
    )
    return replace(case, rounds=rounds)


def _brief_checked(case: Case, rec: e.Recorded, event: e.BriefChecked, policy: Policy) -> Case:
    return replace(case, rounds=in_round(case, replace(case.round, checked=event.checked)))


def _scored(case: Case, rec: e.Recorded, event: e.Scored, policy: Policy) -> Case:
    scores = {**case.round.scores, event.question: event.yes}
    return replace(case, rounds=in_round(case, replace(case.round, scores=scores)))


def _rated(case: Case, rec: e.Recorded, event: e.Rated, policy: Policy) -> Case:
    return replace(case, rating=Rating(event.score, rec.at))


CHANGES: Mapping[type, Change] = {
    e.WordsPrepared: _words_prepared,
    e.WordsEdited: _words_edited,
    e.WordsHanded: _words_handed,
    e.CustomerTold: _customer_told,
    e.UpdateMissed: _update_missed,
    e.Noted: _noted,
    e.FactsChanged: _facts_changed,
    e.Briefed: _briefed,
    e.BriefChecked: _brief_checked,
    e.Scored: _scored,
    e.Rated: _rated,
}
