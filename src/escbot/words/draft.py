"""A resolved case as a draft for the knowledge base, in Markdown, without the customer's name."""

from __future__ import annotations

from collections.abc import Sequence

from escbot.core.case import Case
from escbot.words.card import PHASES

NOT_YET = "ESC-{number} isn't resolved yet. Its solution makes the draft."
LEAD = "A draft to start from. Please read it before you publish it: people wrote these words."
KINDS = {
    "outage": "The system is down",
    "major_function": "A major function is broken",
    "minor_issue": "A minor issue",
    "enhancement": "A wish",
}
IMPACTS = {
    "one_user": "one user",
    "multiple_users": "several users",
    "system_wide": "everybody",
}


def article(case: Case, area: str | None, cause: str, also: Sequence[int] = ()) -> str:
    """Return the draft. `also` are cases of the same cause and area."""
    if case.resolution is None:
        return NOT_YET.format(number=case.number)
    first, _, rest = _without(case, case.summary).partition("\n")
    lines = [f"# {first[:120]}", ""]
    lines += ["## What people see", "", first, *([rest.strip()] if rest.strip() else []), ""]
    kind, impact = KINDS.get(case.facts.kind, ""), IMPACTS.get(case.facts.impact, "")
    facts = [
        f"{kind}, for {impact}." if kind and impact else kind,
        f"Area: {area}." if area else "",
    ]
    lines += [" ".join(fact for fact in facts if fact), ""]
    lines += ["## Cause", "", cause, ""]
    lines += ["## What solves it", "", _without(case, case.resolution.summary), ""]
    tried = [case.tried, *(note.text for note in case.notes if note.kind == "tried")]
    words = [_without(case, text) for text in tried if text]
    if words:
        lines += ["## What was tried before", "", *[f"- {one}" for one in words], ""]
    if case.facts.workaround:
        lines += ["There is a workaround; please describe it here.", ""]
    names = ", ".join(f"ESC-{number}" for number in (case.number, *also))
    lines += [f"Source: {names} ({PHASES.get(case.phase.value, case.phase.value).lower()})."]
    return "\n".join(lines)


def _without(case: Case, text: str) -> str:
    """Return a text without the customer's name."""
    found = text.strip()
    for name in (case.customer, *(link.customer for link in case.linked)):
        if len(name) > 2:
            found = found.replace(name, "the customer")
    return found
