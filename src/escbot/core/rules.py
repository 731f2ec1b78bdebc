"""Many rules read at once: a few operations on bits say which hold, however many there are.

Every rule has a bit, the first the lowest. For each fact that rules read there is, by value, the
set of rules which that value leaves standing; what stands in all of these sets holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from escbot.core.facts import Facts
from escbot.core.policy import When
from escbot.core.reasons import Value

Bits = int


class Rules:
    """Groups of rules in order, compiled for being read together."""

    def __init__(self, groups: Sequence[When]) -> None:
        self._rules = tuple(rule for group in groups for rule in group)
        self._group = tuple(number for number, group in enumerate(groups) for _ in group)
        facts = dict.fromkeys(condition.fact for rule in self._rules for condition in rule)
        self._facts = tuple((fact, *self._standing(fact)) for fact in facts)

    def holding(self, facts: Facts) -> Iterator[tuple[int, When]]:
        """Yield each group of which a rule holds, by its place, with those of its rules that do.

        Raises AttributeError where a rule reads a fact that there isn't.
        """
        left: Bits = (1 << len(self._rules)) - 1
        for fact, by_value, by_others in self._facts:
            left &= by_value.get(getattr(facts, fact), by_others)
        for group, places in groupby(_places(left), self._group.__getitem__):
            yield group, tuple(self._rules[place] for place in places)

    def _standing(self, fact: str) -> tuple[dict[object, Bits], Bits]:
        """Return what each value of a fact leaves standing, and what any other value does."""
        among = [[c.among for c in rule if c.fact == fact] for rule in self._rules]
        values = {value for asked in among for one in asked for value in one}
        by_value: dict[object, Bits] = {
            value: _bits(all(value in one for one in asked) for asked in among) for value in values
        }
        return by_value, _bits(not asked for asked in among)


def _bits(flags: Iterable[bool]) -> Bits:
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _places(bits: Bits) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def values_of(rules: When, facts: Facts) -> Mapping[str, Value]:
    """Return the facts that rules read, as the values of a reason."""
    return {
        condition.fact: _value(getattr(facts, condition.fact))
        for rule in rules
        for condition in rule
    }


def _value(value: object) -> Value:
    return value if isinstance(value, bool | int | float) or value is None else str(value)
