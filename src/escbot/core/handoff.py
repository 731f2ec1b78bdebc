"""When a handoff is complete: what the policy asks for, and what of it is still lacking."""

from __future__ import annotations

from dataclasses import dataclass

from escbot.core.case import Case, Round
from escbot.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Lacks:
    """What a handoff still lacks; false where it is complete.

    `fields` are empty fields that the policy requires, `lines` those of the briefing checklist
    that nobody ticked; `brief`: nobody has taken it. The last two only where a brief is due.
    """

    fields: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    brief: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields or self.lines or self.brief)


def lacks(case: Case, policy: Policy, round_: Round) -> Lacks:
    """Return what the handoff of a round lacks; earlier rounds have no fields of their own."""
    fields = missing(case, policy) if round_ is case.round else ()
    if not round_.brief_needed:
        return Lacks(fields)
    checked = round_.checked
    lines = tuple(line for line in policy.handoff.briefing if line not in checked)
    return Lacks(fields, lines, round_.briefed_at is None)


def missing(case: Case, policy: Policy) -> tuple[str, ...]:
    """Return the fields that a complete handoff still lacks."""
    tried = case.tried or any(note.kind == "tried" for note in case.notes)
    given = {"summary": case.summary, "tried": tried, "ticket": case.ticket}
    given["area"] = case.facts.area
    return tuple(field for field in policy.handoff.required if not given.get(field, True))
