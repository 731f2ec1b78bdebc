"""Finding cases by what they say, and narrowing a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from escbot.core.case import Case, Phase

_PHASES = {
    "unassigned": (Phase.UNASSIGNED,),
    "waiting": (Phase.WAITING,),
    "working": (Phase.WORKING,),
    "resolved": (Phase.RESOLVED, Phase.CLOSED),
}


def says(case: Case, text: str) -> bool:
    """Tell whether every word stands somewhere in the case, whatever its letters' case."""
    texts = [case.id, case.customer, case.summary, case.tried or "", case.ticket or ""]
    texts += [note.text for note in case.notes]
    texts += [link.customer for link in case.linked]
    texts += [case.resolution.summary, case.resolution.root_cause] if case.resolution else []
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in text.casefold().split())


def fits(case: Case, filters: Sequence[str], is_late: Callable[[Case], bool]) -> bool:
    """Tell whether a case fits all filters: p1, payments, tier3 or t3, late, vip, unassigned."""
    return all(_fits(case, word.casefold(), is_late) for word in filters)


def _fits(case: Case, word: str, is_late: Callable[[Case], bool]) -> bool:
    if word in _PHASES:
        return case.phase in _PHASES[word]
    if word == "late":
        return is_late(case)
    if word == "vip":
        return case.facts.vip
    if word == case.severity.casefold() or word == (case.facts.area or "").casefold():
        return True
    return word.removeprefix("tier").removeprefix("t") == str(case.tier)
