"""Finding a place for a case: a person of the tier, the planning queue, or the one who has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from escbot.core.availability import next_manager, planner
from escbot.core.case import Phase
from escbot.core.decide.draft import Draft
from escbot.core.decision import Choice
from escbot.core.events import (
    Kept,
    ManagementCalled,
    Offered,
    Queued,
    RoundOpened,
    TierChanged,
)
from escbot.core.policy import PLANNING, TierRef
from escbot.core.queue import belongs_in_planning, specialist_for


def open_round(draft: Draft, tier: TierRef, why: str, note: str | None = None) -> None:
    """Begin a handoff of five steps."""
    briefed = draft.case.severity in draft.policy.handoff.brief and tier != PLANNING
    draft.add(RoundOpened(tier, why, note, brief_needed=briefed))


def place(
    draft: Draft, tier: TierRef, why: str, note: str | None = None, keep: str | None = None
) -> None:
    """Open a round and give the case its place; `keep` stays with it without being asked."""
    open_round(draft, tier, why, note)
    if keep is not None and tier != PLANNING:
        draft.add(Kept(keep))
    else:
        route(draft)


def route(draft: Draft) -> None:
    """Offer the case to the best person of its tier; where there is nobody, say so.

    In the planning queue it waits for a planner.
    """
    choice = find(draft)
    if choice is None:
        draft.add(Queued(planner(draft.policy, draft.roster, draft.floor, draft.now)))
    else:
        offer(draft, choice)


def route_on(draft: Draft, why: str | None = None, note: str | None = None) -> None:
    """Nobody has it any more: ask the next person of the tier, in a new round where `why` is given.

    A wish goes to the planning queue instead.
    """
    if to_planning(draft, note):
        return
    if why is not None:
        open_round(draft, draft.case.tier, why, note)
    route(draft)


def to_planning(draft: Draft, note: str | None = None) -> bool:
    """Send a wish that nobody works on any more to the planning queue; tell whether it was one."""
    belongs = belongs_in_planning(draft.case, draft.policy)
    if belongs:
        move(draft, PLANNING, "left", note)
    return belongs


def find(draft: Draft) -> Choice | None:
    """Choose somebody for the tier of the case; None where it is in no tier."""
    return specialist_for(draft.case, draft.policy, draft.roster, draft.floor, draft.now)


def offer(draft: Draft, choice: Choice) -> None:
    """Ask the chosen person, or put the case into the unassigned queue and call a manager."""
    waiting_already = draft.case.phase is Phase.UNASSIGNED and bool(
        draft.case.round.choice and draft.case.round.choice.person is None
    )
    draft.add(Offered(choice))
    if choice.person is None and not waiting_already:
        call_management(draft, ("nobody_available",), again=True)


def move(draft: Draft, to: TierRef, why: str, note: str | None = None) -> None:
    """Leave the tier for another one and look for somebody there."""
    draft.add(TierChanged(to, why, note))
    place(draft, to, why, note)


def follow_start(draft: Draft, reason: str | None, *, lower: bool) -> None:
    """A severity may begin in another place, and call managers where another told the digest."""
    call_management(draft, ())
    case, start = draft.case, draft.severity.start
    if start == PLANNING and case.tier != PLANNING and case.owner is None:
        move(draft, PLANNING, "severity", reason)  # who works on it keeps it instead
    if start == PLANNING:
        return
    out_of_planning = case.tier == PLANNING
    if out_of_planning or (not lower and isinstance(case.tier, int) and start > case.tier):
        move(draft, start, "severity", reason)


def call_management(draft: Draft, criteria: Iterable[str], *, again: bool = False) -> None:
    """Ping the management once for what is new; the same risk is never called twice.

    `again` is for what may happen repeatedly: an unanswered tier, an empty roster. What only the
    digest told so far is called with it, where the severity calls managers now.
    """
    quiet = draft.severity.manage is None
    heard = (p for p in draft.case.management if quiet or not p.quiet or p.taken_by)
    called = {name for ping in heard for name in ping.criteria}
    missed = () if quiet else _told_the_digest(draft)
    fresh = (name for name in (*missed, *criteria) if name not in called)
    new = tuple(dict.fromkeys((*fresh, *criteria) if again else fresh))
    if not new:
        return
    person, after = next_manager(
        draft.policy,
        draft.roster,
        draft.floor,
        customer=draft.case.customer,
        now=draft.now,
        urgent=draft.severity.urgent,
    )
    past = draft.context.past
    draft.add(ManagementCalled(new, person, quiet=quiet, past=past, after=None if quiet else after))


def _told_the_digest(draft: Draft) -> Iterator[str]:
    """Yield the risks that only the digest told and that are still there."""
    case = draft.case
    met = case.assessment.management if case.assessment else ()
    pressed = {one.id for one in draft.policy.criteria if one.test != "facts"}
    for ping in case.management:
        if ping.quiet:
            yield from (name for name in ping.criteria if name in met or name in pressed)
