"""One proposal → the change of the policy's text, everything else untouched, as a diff."""

from __future__ import annotations

import difflib
from datetime import timedelta

from escbot.core.durations import spell_duration
from escbot.insights.advise import Advice
from escbot.services.policyfile.document import Item, load
from escbot.services.policyfile.place import at, token


def edited(text: str, advice: Advice, name: str = "policy.yaml") -> str:
    """Return the policy's text with the proposal in it.

    Raises LookupError where the file has no such place, FileError where it is no YAML.
    """
    lines = text.splitlines()
    place = _place(load(text, name), advice)
    if isinstance(place, tuple):
        after, indent = place
        own = f"limits: {{{advice.tier}: {_written(advice.new)}}}"
        lines.insert(after.line, " " * indent + own)
    else:
        line = lines[place.line - 1]
        old = token(line, place.column - 1)
        lines[place.line - 1] = line[: old.start()] + _written(advice.new) + line[old.end() :]
    return "\n".join(lines) + "\n"


def diff(text: str, advice: Advice, name: str) -> str:
    """Return the change as a unified diff, to be applied with `patch`. Raises as `edited`."""
    new = edited(text, advice, name)
    lines = difflib.unified_diff(
        text.splitlines(keepends=True), new.splitlines(keepends=True), name, name, n=2
    )
    return "".join(lines)


def _place(root: Item, advice: Advice) -> Item | tuple[Item, int]:
    """Return the value to replace, or the item after whose line a limit of its own is put."""
    match advice.kind:
        case "tier_limit" if advice.severity is None:
            return at(root, "tiers", (advice.tier or 1) - 1, "limit")
        case "tier_limit":
            return _own_limit(root, advice)
        case "respond" | "answer":
            return at(_severity(root, advice.severity), advice.kind)
        case "warning":
            return at(root, "warnings", advice.place or 0, "at")
        case _:
            return at(root, "routing", advice.kind)


def _own_limit(root: Item, advice: Advice) -> Item | tuple[Item, int]:
    severity = _severity(root, advice.severity)
    try:
        return at(severity, "limits", str(advice.tier))
    except LookupError:
        return at(severity, "respond"), severity.column - 1


def _severity(root: Item, id_: str | None) -> Item:
    found = at(root, "severities").value
    for severity in found if isinstance(found, list) else []:
        if at(severity, "id").value == id_:
            return severity
    raise LookupError(f"there is no severity {id_}")


def _written(level: timedelta | float | int) -> str:
    if isinstance(level, timedelta):
        return f'"{spell_duration(level)}"'
    return f'"{round(level * 100)}%"' if isinstance(level, float) else str(level)
