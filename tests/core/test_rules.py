"""Rules read together say what each of them says alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from escbot.core.facts import Facts, Impact, Kind
from escbot.core.policy import Condition, Rule, When
from escbot.core.rules import Rules, values_of
from tests.core import strategies

READ = {
    "kind": [*Kind],
    "impact": [impact.value for impact in Impact],
    "vip": [True, False],
    "from_tier": [1, 2, 3],
}
conditions = st.sampled_from(sorted(READ)).flatmap(
    lambda fact: st.lists(st.sampled_from(READ[fact]), max_size=3).map(
        lambda among: Condition(fact, tuple(among))
    )
)
rules = st.lists(conditions, max_size=3).map(tuple)
groups = st.lists(st.lists(rules, max_size=3).map(tuple), max_size=6)


def holds(rule: Rule, facts: Facts) -> bool:
    return all(getattr(facts, condition.fact) in condition.among for condition in rule)


@given(groups, strategies.facts)
def test_read_together_they_say_what_each_says_alone(groups: list[When], facts: Facts) -> None:
    alone = [
        (place, tuple(rule for rule in group if holds(rule, facts)))
        for place, group in enumerate(groups)
        if any(holds(rule, facts) for rule in group)
    ]
    assert list(Rules(groups).holding(facts)) == alone


def test_a_reason_names_each_fact_that_the_rules_read() -> None:
    both = ((Condition("kind", ("outage",)), Condition("vip", (True,))), (Condition("vip", ()),))
    found = Facts(Kind.OUTAGE, Impact.ONE_USER, vip=True)
    assert values_of(both, found) == {"kind": "outage", "vip": True}
