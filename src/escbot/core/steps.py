"""State → the five steps of a round: document, assess, route, brief, update."""

from __future__ import annotations

from escbot.core.card import tier_name
from escbot.core.case import Case, Round, Words
from escbot.core.clocks import due
from escbot.core.decision import Assessment
from escbot.core.handoff import lacks, missing
from escbot.core.policy import Policy
from escbot.core.views import (
    AssessView,
    BriefView,
    DocumentView,
    RouteView,
    UpdateView,
)


def document(case: Case, policy: Policy, round_: Round) -> DocumentView:
    """Return step 1."""
    folded = round_ is not case.round
    return DocumentView(
        number=case.number,
        round=round_.number,
        folded=folded,
        requester=case.requester,
        customer=case.customer,
        summary=case.summary,
        tried=case.tried,
        ticket=case.ticket,
        permalink=case.source.permalink if case.source else None,
        files=case.source.files if case.source else (),
        customer_deadline=case.facts.customer_deadline,
        why=round_.why,
        note=round_.note,
        missing=() if folded or case.phase.is_over else missing(case, policy),
        notes=() if folded else tuple(note.text for note in case.notes if note.kind != "asked"),
        drill=case.drill,
    )


def assess(case: Case, policy: Policy, round_: Round, found: Assessment) -> AssessView:
    """Return step 2."""
    severity = policy.severity(found.severity)
    return AssessView(
        number=case.number,
        round=round_.number,
        folded=round_ is not case.round,
        severity=severity.id,
        severity_name=severity.name,
        severity_because=found.severity_because,
        tier=round_.tier,
        tier_name=tier_name(policy, round_.tier),
        criteria=found.criteria,
        management=found.management,
        stays=found.stays,
        begins=found.begins and found.tier == round_.tier,
        drill=case.drill,
    )


def route(case: Case, policy: Policy, round_: Round) -> RouteView:
    """Return step 3."""
    current = round_ is case.round
    choice = round_.choice
    answer = case.clocks.get("answer") if current else None
    return RouteView(
        number=case.number,
        round=round_.number,
        folded=not current,
        tier=round_.tier,
        tier_name=tier_name(policy, round_.tier),
        person=choice.person if choice else None,
        taken_by=round_.taken_by,
        because=choice.because if choice else (),
        considered=choice.considered if choice else (),
        overflow=choice.overflow if choice else (),
        passed=tuple(person for person in round_.asked if person in case.passed),
        answer_by=due(answer, policy) if answer else None,
        phase=case.phase.value if current else "past",
        drill=case.drill,
    )


def brief(case: Case, policy: Policy, round_: Round) -> BriefView:
    """Return step 4."""
    receiver = round_.taken_by or (round_.asked[-1] if round_.asked else None)
    return BriefView(
        number=case.number,
        version=case.turn,
        round=round_.number,
        folded=round_ is not case.round,
        needed=round_.brief_needed,
        giver=_giver(case, round_, receiver),
        receiver=receiver,
        checklist=policy.handoff.briefing,
        checked=round_.checked,
        briefed_by=round_.briefed_by,
        lacks=lacks(case, policy, round_),
        over=case.phase.is_over,
        drill=case.drill,
    )


def _giver(case: Case, round_: Round, receiver: str | None) -> str:
    """Return who can tell the receiver: who had the case last and is there, else the requester."""
    if round_.why == "owner_gone":
        return case.requester
    had = (past.taken_by for past in reversed(case.rounds[: round_.number - 1]))
    return next((person for person in had if person and person != receiver), case.requester)


def teller(case: Case) -> str:
    """Return who owns the customer's words: the requester, until they were handed over."""
    return case.teller or case.requester


def last_told(case: Case) -> Words | None:
    """Return what the customer last heard."""
    return next((words for words in reversed(case.words) if words.sent_at), None)


def is_told(case: Case) -> bool:
    """Tell whether no prepared words wait to be told."""
    return not case.words or case.words[-1].sent_at is not None


def update(case: Case, policy: Policy, round_: Round, channel: str | None = None) -> UpdateView:
    """Return step 5; `channel` is the one that is shared with the customer."""
    words = case.words[-1] if case.words else None
    clock = case.clocks.get("update")
    pending = words is not None and words.sent_at is None
    return UpdateView(
        number=case.number,
        version=case.turn,
        round=round_.number,
        folded=False,
        customer=case.customer,
        teller=teller(case),
        template=words.template if words else None,
        text=words.text if words else None,
        sent_by=words.sent_by if words else None,
        sent_at=words.sent_at if words else None,
        next_at=due(clock, policy) if clock else None,
        buttons=_update_buttons(case, channel, pending=pending),
        drill=case.drill,
        channel=words.channel if words and not pending else channel,
        linked=tuple((link.customer, link.requester) for link in case.linked),
        others=_other_texts(words) if words and pending else (),
        mark=words.mark if words and pending else None,
    )


def _other_texts(words: Words) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return each text that is not the case's own, with the customers who read it."""
    found: dict[str, tuple[str, ...]] = {}
    for copy in words.copies:
        if copy.text != words.text:
            found[copy.text] = (*found.get(copy.text, ()), copy.customer)
    return tuple((names, text) for text, names in found.items())


def _update_buttons(case: Case, channel: str | None, *, pending: bool) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    if pending:
        found = ("edit_words", "sent")
        if channel is not None and not case.drill:
            found += ("send_words",)
    return found if case.phase.is_over else (*found, "hand_words")


def folded_update(case: Case, round_: Round) -> UpdateView:
    """One line that never changes again, whatever later rounds tell the customer."""
    return UpdateView(
        number=case.number,
        version=0,
        round=round_.number,
        folded=True,
        customer=case.customer,
        teller=case.requester,
        template=None,
        text=None,
        sent_by=None,
        sent_at=None,
        next_at=None,
        drill=case.drill,
    )
