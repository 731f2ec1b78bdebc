"""Resolve, reopen, cancel, merge, and a thread that Slack lost."""

from __future__ import annotations

from collections.abc import Iterator

from escbot.core.case import Lesson, Phase
from escbot.core.commands import Cancel, LoseThread, Merge, Rate, Reopen, Resolve
from escbot.core.decide.draft import Draft, Refused
from escbot.core.decide.placing import place
from escbot.core.events import Cancelled, Merged, Rated, Reopened, Resolved, ThreadLost
from escbot.core.policy import RootCause

LONGEST_TEXT = 3000
LONGEST_LESSON = 500
LEAST_ROOM = 200  # a template that leaves less is at fault, not who wrote the solution


def resolve(draft: Draft, command: Resolve) -> None:
    """End the case with a summary and a root cause, and prepare what the customer hears."""
    draft.open_only()
    draft.need("resolve")
    summary = command.summary.strip()
    if not summary:
        raise Refused("missing_field", field="summary")
    if len(summary) > LONGEST_TEXT:
        raise Refused("too_long", field="summary", longest=LONGEST_TEXT)
    if command.root_cause not in {cause.id for cause in leaves(draft.policy.root_causes)}:
        raise Refused("unknown_root_cause", root_cause=command.root_cause)
    over = draft.overlong("resolution", resolution=summary)
    if over and len(summary) - over >= LEAST_ROOM:
        raise Refused("too_long", field="summary", longest=len(summary) - over)
    lessons = tuple(_lesson(lesson) for lesson in command.lessons)
    draft.add(Resolved(command.by, summary, command.root_cause, lessons))
    draft.prepare("resolution", resolution=summary)


def _lesson(lesson: Lesson) -> Lesson:
    """Check one lesson. Raises Refused."""
    if not lesson.text.strip():
        raise Refused("missing_field", field=lesson.kind)
    if len(lesson.text) > LONGEST_LESSON:
        raise Refused("too_long", field=lesson.kind, longest=LONGEST_LESSON)
    return lesson


def rate(draft: Draft, command: Rate) -> None:
    """Note how satisfied the customer is."""
    if not 1 <= command.score <= 5:
        raise Refused("no_such_score")
    if command.source == "typed":  # a customer who presses a button has no role here
        draft.need("rate")
    draft.add(Rated(command.score, command.source, command.comment))


def leaves(causes: tuple[RootCause, ...]) -> Iterator[RootCause]:
    """Yield the causes that can be chosen: those without children."""
    for cause in causes:
        if cause.children:
            yield from leaves(cause.children)
        else:
            yield cause


def reopen(draft: Draft, command: Reopen) -> None:
    """ "Not fixed": back to who had it, else somebody is looked for; the time used intact."""
    case = draft.case
    if case.phase not in (Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED):
        raise Refused("not_over")
    draft.need("reopen")
    if not command.reason.strip():
        raise Refused("needs_reason")
    if case.ended_at is not None and draft.now - case.ended_at > draft.policy.reopen_for:
        raise Refused("too_late_to_reopen", days=draft.policy.reopen_for.days)
    reason, keep = command.reason.strip(), _had_it(draft)
    draft.add(Reopened(command.by, reason))
    place(draft, case.tier, "reopened", reason, keep=keep)
    draft.prepare("progress")


def _had_it(draft: Draft) -> str | None:
    """Return who had the case or solved it when asked, where they can have it again.

    Who told of the end of a case that was never theirs is no owner of it.
    """
    owner = draft.case.owner
    had = any(owner in (round_.taken_by, *round_.asked) for round_ in draft.case.rounds)
    return owner if had and draft.is_there(owner) else None


def cancel(draft: Draft, command: Cancel) -> None:
    """Opened by mistake."""
    draft.open_only()
    draft.need("cancel")
    if not command.reason.strip():
        raise Refused("needs_reason")
    draft.add(Cancelled(command.by, command.reason.strip()))


def merge(draft: Draft, command: Merge) -> None:
    """It is the same as another case, which goes on."""
    draft.open_only()
    draft.need("merge")
    if command.into == draft.case.number:
        raise Refused("same_case")
    draft.add(Merged(command.into, command.by))


def lose_thread(draft: Draft, command: LoseThread) -> None:
    """Slack no longer shows the card: its views are posted anew."""
    draft.add(ThreadLost(command.what))
