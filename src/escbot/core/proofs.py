"""What a policy's rules leave open: combinations without a severity, rules nobody can reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product

from escbot.core.facts import Diagnosis, Facts, Impact, Kind, Relationship
from escbot.core.policy import Policy, Rule
from escbot.core.rules import Rules

Value = str | bool | int | None
_FLAGS = (
    "workaround", "revenue_impact", "revenue_at_risk", "asks_for_manager", "escalated_again",
    "executive_contact", "brand_risk", "vip", "novel",
)  # fmt: skip
DOMAINS: Mapping[str, tuple[Value, ...]] = {
    "kind": tuple(Kind),
    "impact": tuple(Impact),
    "diagnosis": (None, *Diagnosis),
    "relationship": (None, *Relationship),
    **dict.fromkeys(_FLAGS, (False, True)),
}
_TIERS = (1, 2, 3, 4, 5)
MOST = 300_000  # combinations looked at; the packaged policy needs 16


@dataclass(frozen=True, slots=True)
class Proof:
    """`uncovered` holds combinations that no rule takes, `unreachable` (severity, rule number).

    Rule numbers count from 1. `whole` is False where the rules read more facts than could be
    tried, so that what was found is true and what was not found is not proven.
    """

    uncovered: tuple[Mapping[str, Value], ...]
    unreachable: tuple[tuple[str, int], ...]
    whole: bool


def prove(policy: Policy) -> Proof:
    """Try every combination of the facts that the severities' rules read."""
    every = tuple(_rules(policy))
    read = sorted({c.fact for _, rule in every for c in rule})
    domains = [DOMAINS.get(fact, _TIERS) for fact in read]
    base = Facts(Kind.MINOR_ISSUE, Impact.ONE_USER)
    rules = Rules([(rule,) for _, rule in every])
    reached: set[tuple[str, int]] = set()
    uncovered: list[Mapping[str, Value]] = []
    tried = 0
    for values in islice(product(*domains), MOST):
        tried += 1
        combination = dict(zip(read, values, strict=True))
        facts = replace(base, **combination)  # type: ignore[arg-type]
        first = next(rules.holding(facts), None)
        if first is None:
            uncovered.append(combination)
        else:
            reached.add(every[first[0]][0])
    total = 1
    for domain in domains:
        total *= len(domain)
    unreachable = tuple(name for name, _ in every if name not in reached)
    return Proof(tuple(uncovered), unreachable, tried == total)


def _rules(policy: Policy) -> Iterator[tuple[tuple[str, int], Rule]]:
    for severity in policy.severities:
        for number, rule in enumerate(severity.when, 1):
            yield (severity.id, number), rule
