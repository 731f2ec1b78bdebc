"""What the values of a log's severity column probably mean: a first map, to be corrected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

Meaning = Mapping[str, object]
OUTAGE: Meaning = {"kind": "outage"}
MAJOR: Meaning = {"kind": "major_function"}
MINOR: Meaning = {"kind": "minor_issue"}
WISH: Meaning = {"kind": "enhancement"}

# The first that is found in the value, as a whole word, is the answer.
_WORDS: tuple[tuple[str, Meaning], ...] = (
    (r"critical|blocker|emergency|outage|down|highest|urgent", OUTAGE),
    (r"p1|s1|sev ?1|prio ?1|1", OUTAGE),
    (r"enhancement|feature|wish|idea|request|planning", WISH),
    (r"high|p2|s2|sev ?2|prio ?2|2", MAJOR),
    (r"medium|moderate|normal|low|minor|trivial|lowest|p[345]|s[345]|sev ?[345]|[345]", MINOR),
)


def guess(values: Iterable[str]) -> dict[str, Meaning]:
    """Return a meaning for each value that has one; the others are left for people.

    "Major" is the worst where nothing is called worse.
    """
    values = list(values)
    worse = any(re.search(rf"\b(?:{_WORDS[0][0]})\b", value.casefold()) for value in values)
    found: dict[str, Meaning] = {
        value: MAJOR if worse else OUTAGE
        for value in values
        if re.search(r"\bmajor\b", value.casefold())
    }
    for value in values:
        if value in found:
            continue
        for words, meaning in _WORDS:
            if re.search(rf"\b(?:{words})\b", value.casefold()):
                found[value] = meaning
                break
    return found
