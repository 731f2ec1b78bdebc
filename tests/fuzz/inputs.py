"""Input as nobody should send it: any JSON, true payloads with something wrong, any command."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

from hypothesis import strategies as st

from escbot.core import commands as c
from escbot.core.case import Case
from escbot.core.decide.taking import DECLINE_REASONS
from tests.core.strategies import AREAS, facts
from tests.make import a_policy, a_roster

HOSTILE = (
    "<!channel>", "<@U05>", "<https://evil.example|here>", "{{ 7 * 7 }}", "\x00", "\u202e",
    "=cmd|' /C calc'!A0", "ESC-1\nERROR forged line", "*", "|", "9" * 5000, "-1", "nan", "1e999",
)  # fmt: skip
words = st.sampled_from(HOSTILE) | st.text(max_size=40)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | words
    | st.sampled_from([2**63, -(2**63), 10**30])
)  # fmt: skip
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _paths(inner, (*path, index))
    return found


def _with(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    """Return a copy with something else, or nothing (Ellipsis), at a path."""
    if not path:
        return change
    head, *rest = path
    if isinstance(value, list):
        return [
            _with(one, tuple(rest), change) if at == head else one
            for at, one in enumerate(value)
            if not (at == head and not rest and change is ...)
        ]
    copied = dict(value)
    if not rest and change is ...:
        copied.pop(head)
    else:
        copied[head] = _with(value[head], tuple(rest), change)
    return copied


# What Bolt itself reads to find the listener; without it a payload reaches none of ours.
FRAME = frozenset({
    "type", "subtype", "callback_id", "action_id", "block_id", "command", "response_url", "view",
    "event", "actions", "authorizations", "user", "team", "channel", "container", "message", "item",
})  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, samples: tuple[Any, ...], keep: frozenset[str] = frozenset()) -> Any:
    """Return a true payload with up to four of its values changed or missing.

    Values under a key of `keep` stay what they are; those inside them may change.
    """
    value = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 4))):
        paths = [path for path in _paths(value) if path[-1] not in keep and path[-1] != 0]
        if not paths:
            break
        value = _with(value, draw(st.sampled_from(paths)), draw(st.just(...) | junk))
    return value


# Whoever has the case, opened it, or leads: else nearly everything would be refused.
HOLDER, REQUESTER, MANAGER = "@holder", "@requester", "U08"
_KNOWN = st.sampled_from([*(person.id for person in a_roster().people), "U99", ""])
_PEOPLE = st.sampled_from([HOLDER, HOLDER, REQUESTER, MANAGER]) | _KNOWN
_SEVERITIES = st.sampled_from([*(s.id for s in a_policy().severities), "P9"])
_CAUSES = st.sampled_from(["bug", "outage", "no_fault", "unheard"])
_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "by": _PEOPLE,
    "to": _KNOWN,
    "person": _KNOWN,
    "severity": _SEVERITIES,
    "to_severity": st.none() | _SEVERITIES,
    "criterion": st.none() | st.sampled_from([*(k.id for k in a_policy().criteria), "luck"]),
    "root_cause": _CAUSES,
    "seen": st.none() | st.just(10_000) | st.integers(0, 40),
    "facts": facts,
    "customer": st.sampled_from(["Acme", "Globex", "acme corp", "Initech", "", "x" * 200]),
    "area": st.sampled_from(AREAS),
    "into": st.integers(0, 3),
    "number": st.none() | st.integers(-1, 4),
    "source": st.none(),
}
_BY_CLASS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    c.ChangeSeverity: {"to": _SEVERITIES},
    c.ChangeTier: {"to": st.integers(0, 5)},
    c.Rate: {"source": st.sampled_from(["typed", "thumbs"]), "score": st.integers(0, 6)},
    c.Decline: {"reason": st.sampled_from([*DECLINE_REASONS, "mood"])},
}
_BY_ITSELF = (c.DeadlinePassed, c.RouteAgain, c.LoseThread)


def command(kind: type) -> st.SearchStrategy[Any]:
    """Return commands of one class; fields without a rule of their own are filled by their type."""
    fields = {field.name for field in dataclasses.fields(kind)}
    rules = {name: rule for name, rule in _BY_NAME.items() if name in fields}
    texts = {
        name: words for name in ("reason", "note", "summary", "text", "tried", "ticket", "what")
        if name in fields
    }  # fmt: skip
    return st.builds(kind, **{**texts, **rules, **_BY_CLASS.get(kind, {})})


def by(command: Any, case: Case) -> Any:
    """Return the command with the person whom the case means."""
    people = {HOLDER: case.owner or case.offered or "U05", REQUESTER: case.requester}
    return dataclasses.replace(command, by=people.get(command.by, command.by))


ASKED = tuple(kind for kind in get_args(c.Command) if kind not in (*_BY_ITSELF, c.Escalate))
commands = st.one_of([command(kind) for kind in ASKED])
escalations = st.builds(
    c.Escalate,
    by=st.sampled_from(["U01", "U04", "U99"]),
    customer=st.sampled_from(["Acme", "Globex", "Initech", "<!here>", ""]),
    summary=words,
    facts=facts,
    tried=st.none() | words,
    ticket=st.none() | words,
)
