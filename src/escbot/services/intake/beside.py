"""Changes of a policy's text that say beside each value which answer set it."""

from __future__ import annotations

from collections.abc import Sequence

from escbot.services.policyfile.document import load
from escbot.services.policyfile.place import at, token

# Where a value stands, what is to stand there, and which answer says so.
Change = tuple[tuple[str | int, ...], str, str]


def put_values(made: str, *changes: Change) -> str:
    """Replace values and say beside each which answer set it, and what stood there before."""
    if not changes:
        return made
    root = load(made, "policy.yaml")  # once: this reads some three hundred lines
    by_line: dict[int, list[tuple[int, str, str]]] = {}
    for path, value, why in changes:
        item = at(root, *path)
        by_line.setdefault(item.line, []).append((item.column - 1, value, why))
    lines = made.splitlines()
    for number, here in by_line.items():
        lines[number - 1] = _changed(lines[number - 1], here)
    return "\n".join(lines) + "\n"


def _changed(line: str, changes: Sequence[tuple[int, str, str]]) -> str:
    code, hash_, said = line.partition("#")
    told = [said.strip()] if hash_ and "intake " in said else []
    for column, value, why in changes:
        old = token(line, column)[0]
        more = "" if old == value else f" (packaged: {old.strip(chr(34))})"
        told.append(f"{'' if told else 'intake '}{why}{more}")
    for column, value, _ in sorted(changes, reverse=True):  # from the right: columns stay
        code = code[:column] + value + code[token(code, column).end() :]
    return f"{code.rstrip()}  # {'; '.join(told)}"


def replace_line(made: str, begins: str, line: str, why: str) -> str:
    """Replace the first line that begins so."""
    lines = made.splitlines()
    place = next(number for number, known in enumerate(lines) if known.startswith(begins))
    lines[place] = f"{line}  # intake {why}"
    return "\n".join(lines) + "\n"


def replace_section(made: str, key: str, new: Sequence[str]) -> str:
    """Replace a section of the file."""
    lines = made.splitlines()
    start = lines.index(f"{key}:")
    rest = range(start + 1, len(lines))
    end = next((number for number in rest if not lines[number].startswith(" ")), len(lines))
    return "\n".join([*lines[:start], *new, *lines[end:]]) + "\n"
