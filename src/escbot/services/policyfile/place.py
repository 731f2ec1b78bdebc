"""Where a value stands in a policy's text."""

from __future__ import annotations

import re

from escbot.services.policyfile.document import Item

_SCALAR = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\s,\]}#]+")


def at(item: Item, *path: str | int) -> Item:
    """Return what stands at a path of keys and places. Raises LookupError where nothing does."""
    for key in path:
        value = item.value
        if isinstance(value, dict) and key in value:
            item = value[str(key)]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            item = value[key]
        else:
            raise LookupError(f"the policy has no {key}")
    return item


def token(line: str, column: int) -> re.Match[str]:
    """Return the value as written that begins at a column, counted from 0.

    Raises LookupError where none does.
    """
    found = _SCALAR.match(line, column)
    if found is None:
        raise LookupError(f"column {column + 1} of {line!r} holds no value")
    return found
