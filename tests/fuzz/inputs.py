"""Input as nobody should send it: any JSON, true payloads with something wrong, any command."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from escbot.core import commands as c
from escbot.core.case import Case, Linked
from escbot.core.decide.taking import DECLINE_REASONS
from escbot.core.facts import Facts, Impact, Kind
from escbot.services.drillfile import read_drills
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
HOLDER, REQUESTER, MANAGER, PLANNER = "@holder", "@requester", "U08", "U10"
_KNOWN = st.sampled_from([*(person.id for person in a_roster().people), "U99", ""])
_PEOPLE = st.sampled_from([HOLDER, HOLDER, REQUESTER, MANAGER, PLANNER]) | _KNOWN
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
_BY_ITSELF = (c.DeadlinePassed, c.RouteAgain, c.LoseThread, c.TakeIn)


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
waits = st.integers(1, 3000).map(lambda minutes: timedelta(minutes=minutes))


def _steps(*steps: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return acts in this order, each given or drawn."""
    return st.tuples(
        *(one if isinstance(one, st.SearchStrategy) else st.just(one) for one in steps)
    )


_TAKE = c.Acknowledge(HOLDER)
_BROKEN = Facts(Kind.MAJOR_FUNCTION, Impact.ONE_USER, area="payments")
_EASED = c.ChangeFacts(HOLDER, dataclasses.replace(_BROKEN, workaround=True))
_LOWER = (_TAKE, _EASED)
_OUTAGE = read_drills(None).found["outage"]

escalations = st.builds(
    c.Escalate,
    by=st.sampled_from(["U01", "U04", "U99"]),
    customer=st.sampled_from(["Acme", "Globex", "Initech", "<!here>", ""]),
    summary=words,
    facts=facts,
    tried=st.none() | words,
    ticket=st.none() | words,
)
calm = st.just(c.Escalate("U01", "Globex", "It is slow", _BROKEN))
wishes = st.just(c.Escalate("U01", "Acme", "A filter", Facts(Kind.ENHANCEMENT, Impact.ONE_USER)))
grave = st.just(
    c.Escalate("U01", "Acme", "Down", Facts(Kind.OUTAGE, Impact.SYSTEM_WIDE, brand_risk=True))
)
drills = st.builds(
    c.StartDrill, st.just("U01"), st.just(_OUTAGE.practice), st.sampled_from([1.0, 12.0, 60.0]),
    st.just(("U05", "U08")),
)  # fmt: skip
# What makes sense where it stands, after what kind of opening: by chance it would hardly be done.
CHAINS = (
    (calm, _steps(_TAKE, c.StartWait(HOLDER, "customer", "we asked"), c.RenewWait(HOLDER, "so"))),
    (calm, _steps(_TAKE, c.StartWait(HOLDER, "vendor", "a part"), waits, c.Resume(REQUESTER))),
    (calm, _steps(c.Acknowledge(HOLDER, "reply"), c.GiveBack(HOLDER))),
    (calm, _steps(c.Decline(HOLDER, DECLINE_REASONS[0]))),
    (calm, _steps(c.Reassign(MANAGER, "U06"), waits, c.TakeOver(MANAGER))),
    (calm, _steps(_TAKE, st.builds(c.ScoreHandoff, st.just(HOLDER)))),
    (calm, _steps(c.TakeBrief(HOLDER), c.CheckBrief(HOLDER))),
    (calm, _steps(_TAKE, c.ExtendLimit(HOLDER, "nearly done"))),
    (calm, _steps(_TAKE, c.MoveUp(HOLDER, reason="beyond me"), waits,
                  c.MoveDown(MANAGER, "it is known"))),
    (calm, _steps(c.LinkCustomer(HOLDER, "Initech"), waits, c.UnlinkCustomer(HOLDER, "Initech"))),
    (calm, _steps(c.BringIn(HOLDER, "U06"), st.builds(c.Note, st.just(HOLDER), text=words))),
    (calm, _steps(_TAKE, c.EditWords(HOLDER, "We are on it."), c.HandWords(HOLDER, "U06"))),
    (calm, _steps(c.TellCustomer(MANAGER, "We are on it."))),
    (calm, _steps(st.builds(c.ChangeSeverity, st.just(MANAGER), _SEVERITIES, st.just("it grew")))),
    (calm, _steps(st.builds(c.ChangeTier, st.just(MANAGER), st.integers(1, 3), st.just("rare")))),
    (calm, _steps(*_LOWER, c.KeepLevel(HOLDER))),
    (calm, _steps(*_LOWER, c.ConfirmDeescalation(MANAGER))),
    (calm, _steps(*_LOWER, timedelta(hours=3), c.UndoDeescalation(HOLDER))),
    (calm, _steps(_TAKE, c.Resolve(HOLDER, "a proxy", "bug"), waits, c.Reopen(REQUESTER, "again"))),
    (calm, _steps(_TAKE, c.Resolve(HOLDER, "a proxy", "bug"), c.Rate(REQUESTER, 4))),
    (calm, _steps(c.TakeIn(MANAGER, (Linked("Initech", "U02"),)), waits, c.Merge(MANAGER, 2))),
    (calm, _steps(c.Cancel(MANAGER, "by mistake"))),
    (grave, _steps(c.TakeManagement(MANAGER))),
    (wishes, _steps(c.AcceptPlan(PLANNER))),
    (wishes, _steps(c.DeclinePlan(PLANNER, "not this year"))),
    (drills, _steps(c.JoinDrill("U06"), c.EscalateDrill(
        "U01", _OUTAGE.practice.customer, "502 since 8:30", _OUTAGE.practice.facts
    ))),
    (drills, _steps(c.EndDrill("U01"))),
)  # fmt: skip


def _any_of(*choices: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return one of the choices, each as likely as the next."""
    return st.sampled_from(choices).flatmap(lambda one: one)


_chains = tuple(steps for _, steps in CHAINS)
_wild = tuple(command(kind).map(lambda one: (one,)) for kind in ASKED)
acts = st.lists(_any_of(*_chains, *_wild, *[waits.map(lambda one: (one,))] * 5), max_size=12).map(
    lambda drawn: [act for one in drawn for act in one]
)
openings = _any_of(*[escalations] * 6, calm, wishes, drills)
