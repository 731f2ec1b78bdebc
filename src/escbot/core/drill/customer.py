"""The simulated customer: what they say next, and when. A function of the state of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from escbot.core.case import Case, Phase
from escbot.core.drill.script import Practice
from escbot.core.drill.stage import paced
from escbot.core.policy import Policy
from escbot.core.views import Deadline

WORD = "drill.customer"
END = "drill.end"


@dataclass(frozen=True, slots=True)
class Word:
    """What the customer says at a moment (aware UTC). Whys: line, answer, back (from a wait)."""

    at: datetime
    says: str
    why: str
    line: int | None = None


def next_word(case: Case) -> Word | None:
    """Return what the customer says next unless something else happens before, or None."""
    practice = case.practice
    if practice is None or case.phase is Phase.NEW or case.phase.is_over or case.graded:
        return None
    words = [*_answers(case, practice), *_lines(case, practice)]
    return min(words, key=lambda word: word.at) if words else None


def _answers(case: Case, practice: Practice) -> list[Word]:
    soon = practice.answers_after / case.pace
    found = []
    asked = [note for note in case.notes if note.kind == "asked"][case.answered :]
    if asked:
        found.append(Word(asked[0].at + soon, answer_to(practice, asked[0].text), "answer"))
    if case.wait is not None and case.wait.on == "customer":
        found.append(Word(case.wait.since + soon, practice.back, "back"))
    return found


def answer_to(practice: Practice, question: str) -> str:
    """Return the answer to the most words of a question, or that the customer doesn't know."""
    asked = question.casefold()
    hits = [sum(word in asked for word in answer.about) for answer in practice.answers]
    if not any(hits):
        return practice.otherwise
    return practice.answers[hits.index(max(hits))].says


def _lines(case: Case, practice: Practice) -> list[Word]:
    left = [(n, line) for n, line in enumerate(practice.lines) if n not in case.lines_said]
    found = []
    impatient = next(((n, line) for n, line in left if line.after is not None), None)
    if impatient is not None:
        number, line = impatient
        found.append(Word(_silent_since(case) + _of(line.after, case), line.says, "line", number))
    for number, line in left:
        if line.at is not None:
            found.append(Word(case.opened_at + _of(line.at, case), line.says, "line", number))
    return found


def _silent_since(case: Case) -> datetime:
    told = [words.sent_at for words in case.words if words.sent_at is not None]
    spoke = [case.wrote_at] if case.wrote_at is not None else []
    return max([case.opened_at, *told, *spoke])


def _of(time: timedelta | None, case: Case) -> timedelta:
    return (time or timedelta(0)) / case.pace


def ends_at(case: Case, policy: Policy) -> datetime | None:
    """Return when the drill ends by itself: in time to tell the customer of the solution."""
    practice = case.practice
    if practice is None or case.graded:
        return None
    if not case.phase.is_over:
        return case.opened_at + practice.lasts / case.pace
    if case.phase is Phase.CANCELLED or not case.rounds or case.ended_at is None:
        return None
    return case.ended_at + paced(policy, case).severity(case.severity).update


def armed(case: Case, policy: Policy) -> tuple[Deadline, ...]:
    """Return the moments at which a drill goes on by itself; none for other cases."""
    if case.practice is None:
        return ()
    word, end = next_word(case), ends_at(case, policy)
    found = [Deadline(WORD, word.at)] if word else []
    return (*found, Deadline(END, end)) if end else tuple(found)
