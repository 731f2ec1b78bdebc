"""Acknowledge, decline, reassign, take over: who has the case."""

from __future__ import annotations

from escbot.core.case import Phase
from escbot.core.commands import (
    Acknowledge,
    BringIn,
    CheckBrief,
    Decline,
    GiveBack,
    Reassign,
    RouteAgain,
    ScoreHandoff,
    TakeBrief,
    TakeOver,
)
from escbot.core.decide.draft import Draft, Refused
from escbot.core.decide.placing import find, offer, open_round, route_on, to_planning
from escbot.core.decision import Choice, Considered
from escbot.core.events import (
    Acknowledged,
    BriefChecked,
    Briefed,
    Declined,
    GivenBack,
    HelperJoined,
    Reassigned,
    Scored,
    WordsHanded,
)
from escbot.core.permissions import may
from escbot.core.reasons import Because
from escbot.core.steps import teller

DECLINE_REASONS = ("not_my_area", "no_capacity", "off_shift", "conflict", "other")


def acknowledge(draft: Draft, command: Acknowledge) -> None:
    """The person takes the case; the customer was promised nothing longer than this."""
    draft.open_only()
    case = draft.case
    if case.owner == command.by:
        raise Refused("already_yours")
    if case.owner is not None:
        raise Refused("already_taken", owner=case.owner)
    if not may(draft.policy, draft.roster, case, command.by, "acknowledge"):
        raise Refused("not_offered", offered=case.offered)
    draft.add(Acknowledged(command.by, command.how))
    draft.prepare("timeline")


def give_back(draft: Draft, command: GiveBack) -> None:
    """ "Not mine": the clocks stand as if it had never been taken."""
    draft.open_only()
    if draft.case.owner != command.by or draft.case.undo is None:
        raise Refused("not_yours_to_give_back", owner=draft.case.owner)
    draft.add(GivenBack(command.by))
    to_planning(draft)


def decline(draft: Draft, command: Decline) -> None:
    """The person asked, or the owner, says no; the next person is asked in a new round."""
    draft.open_only()
    case = draft.case
    if command.by not in (case.offered, case.owner):
        raise Refused("not_offered", offered=case.offered)
    if command.reason not in DECLINE_REASONS:
        raise Refused("unknown_reason", reason=command.reason)
    draft.add(Declined(command.by, command.reason, command.note))
    route_on(draft, "declined", command.note)


def reassign(draft: Draft, command: Reassign) -> None:
    """Offer the case to somebody by name."""
    draft.open_only()
    draft.need("reassign")
    case = draft.case
    if command.to in (case.owner, case.offered):
        raise Refused("already_theirs", person=command.to)
    person = draft.need_there(command.to)
    draft.add(Reassigned(command.to, command.reason))
    open_round(draft, case.tier, "reassigned", command.reason)
    because = (Because("asked_for", {"by": command.by}),)
    chosen = Considered(person.id, person.name, "chosen", because)
    offer(draft, Choice(person.id, because, (chosen,)))


def take_over(draft: Draft, command: TakeOver) -> None:
    """A lead or manager takes the case from whoever has it."""
    draft.open_only()
    draft.need("take_over")
    if draft.case.owner == command.by:
        raise Refused("already_yours")
    open_round(draft, draft.case.tier, "taken_over")
    draft.add(Acknowledged(command.by, "taken_over"))


def take_brief(draft: Draft, command: TakeBrief) -> None:
    """The receiver confirms the spoken handoff."""
    _receiver_only(draft, command.by)
    if draft.case.round.briefed_at is not None:
        raise Refused("already_briefed")
    checked = _lines(draft, command.checked) or draft.case.round.checked
    draft.add(Briefed(command.by, checked))


def check_brief(draft: Draft, command: CheckBrief) -> None:
    """The receiver ticks what was spoken about; before or after the brief is taken."""
    _receiver_only(draft, command.by)
    checked = _lines(draft, command.checked)
    if checked != draft.case.round.checked:
        draft.add(BriefChecked(command.by, checked))


def _receiver_only(draft: Draft, by: str) -> None:
    draft.open_only()
    if by not in (draft.case.owner, draft.case.offered):
        raise Refused("brief_not_yours", owner=draft.case.owner or draft.case.offered)


def _lines(draft: Draft, checked: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the lines that the policy's checklist has, in its order."""
    return tuple(line for line in draft.policy.handoff.briefing if line in checked)


def score(draft: Draft, command: ScoreHandoff) -> None:
    """The receiver says how good the handoff was."""
    if command.by != draft.case.round.taken_by:
        raise Refused("score_not_yours")
    if draft.case.round.scores:
        raise Refused("scored_already")
    draft.add(Scored(command.by, "needed", command.needed))
    draft.add(Scored(command.by, "complete", command.complete))
    draft.add(Scored(command.by, "in_time", command.in_time))


def bring_in(draft: Draft, command: BringIn) -> None:
    """Somebody helps without taking the case."""
    draft.open_only()
    draft.need("bring_in")
    if command.person in (draft.case.owner, *draft.case.helpers):
        raise Refused("already_here", person=command.person)
    draft.need_there(command.person)
    draft.add(HelperJoined(command.person))


def route_again(draft: Draft, command: RouteAgain) -> None:
    """Look for somebody again where nobody has it, or where who had it is gone."""
    _find_again(draft)
    _hand_on(draft)


def _hand_on(draft: Draft) -> None:
    """The words of somebody who is gone go to who opened the case, or to who has it now."""
    case, gone = draft.case, draft.floor.gone
    if teller(case) not in gone or case.phase.is_over:
        return
    for heir in (case.requester, case.owner, case.offered):
        if heir is not None and heir not in gone and draft.roster.person(heir) is not None:
            draft.add(WordsHanded(heir))
            return


def _find_again(draft: Draft) -> None:
    case = draft.case
    holder = case.offered or case.owner
    gone = holder is not None and holder in draft.floor.gone
    if case.phase.is_over or (case.phase is not Phase.UNASSIGNED and not gone):
        return
    choice = find(draft)
    if not gone and (choice is None or choice.person is None):
        return
    route_on(draft, "owner_gone" if gone and case.owner is not None else None)
