"""The answers → a first roster: the people who were named, with what is missing said."""

from __future__ import annotations

import json

from escbot.services.intake.answers import PEAKS, STAKEHOLDERS, Answers, Colleague, area_id


def roster_text(answers: Answers) -> str:
    """Return the first roster: the people who were named, with what is missing said."""
    lines = [
        "# The people who take escalations, from the intake's answers.",
        "# Slack ids stand in a person's profile under “Copy member ID”.",
    ]
    if not answers.people:
        return "\n".join([*lines, "people: []  # name them: escbot decides for real people", ""])
    lines.append("people:")
    known = {area_id(name) for name in answers.areas} | {"other"} if answers.areas else None
    for number, one in enumerate(answers.people, 1):
        lines.append(_person_line(one, number, known))
    return "\n".join(lines) + "\n"


def _person_line(one: Colleague, number: int, known: set[str] | None) -> str:
    roles = one.roles or (("agent",) if one.tier == 1 else ("specialist",) if one.tier else ())
    parts = [f"slack: {one.slack or f'U_MISSING_{number}'}", f"name: {json.dumps(one.name)}"]
    parts.append(f"roles: [{', '.join(roles or ('agent',))}]")
    if one.tier:
        parts.append(f"tiers: [{one.tier}]")
    skills = [area_id(name) for name in one.skills]
    skills = [skill for skill in skills if known is None or skill in known]
    if skills:
        parts.append(f"skills: {{{', '.join(f'{skill}: 2' for skill in skills)}}}")
    why = PEAKS if one.tier else STAKEHOLDERS
    note = "" if one.slack else "; put their member ID in place of U_MISSING"
    return f"  - {{{', '.join(parts)}}}  # intake {why}{note}"
