"""Facts → severity, tier and management, by the policy alone. Every answer carries its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from escbot.core.decision import Assessment, Met
from escbot.core.facts import Facts
from escbot.core.policy import PLANNING, Criterion, Policy, Rule, Severity, TierRef, When
from escbot.core.reasons import Because, Value


def assess(policy: Policy, facts: Facts) -> Assessment:
    """Decide severity, tier and management. Total: every facts value gets an answer."""
    severity, because = severity_for(policy, facts)
    met = tuple(criteria_met(policy, severity, facts))
    tier = _tier(policy, severity, facts, met)
    return Assessment(
        severity=severity.id,
        severity_because=because,
        tier=tier,
        criteria=met,
        management=tuple(criterion.id for criterion in met if criterion.to == "management"),
        lead_calls=facts.asks_for_manager,
        stays=tier == facts.from_tier,
    )


def severity_for(policy: Policy, facts: Facts) -> tuple[Severity, Because]:
    """Return the first severity whose rule matches, with the reason.

    Where none matches (the linter reports such a policy), the mildest severity is the answer.
    """
    for severity in policy.severities:
        rule = first_rule(severity.when, facts)
        if rule is not None:
            values = values_of(severity.when, facts)
            return severity, Because("severity", {"severity": severity.id, **values})
    mildest = policy.severities[-1]
    return mildest, Because("severity_fallback", {"severity": mildest.id})


def first_rule(when: When, facts: Facts) -> Rule | None:
    """Return the first rule whose conditions all hold, or None."""
    for rule in when:
        for condition in rule:  # plain loops: this is where a decision spends its time
            if getattr(facts, condition.fact) not in condition.among:
                break
        else:
            return rule
    return None


def values_of(when: When, facts: Facts) -> Mapping[str, Value]:
    """Return the facts of every rule that holds: without all of them none would."""
    return {
        condition.fact: _value(getattr(facts, condition.fact))
        for rule in when
        if first_rule((rule,), facts) is not None
        for condition in rule
    }


def _value(value: object) -> Value:
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def criteria_met(policy: Policy, severity: Severity, facts: Facts) -> Iterator[Met]:
    """Yield the policy's criteria that hold, in the policy's order."""
    for criterion in policy.criteria:
        because = _TESTS[criterion.test](criterion, severity, facts)
        if because is None:
            continue
        if criterion.to == "next":
            yield Met(criterion.id, min(facts.from_tier + 1, policy.top), because)
        else:
            yield Met(criterion.id, criterion.to, because)


def _by_facts(criterion: Criterion, severity: Severity, facts: Facts) -> Because | None:
    if first_rule(criterion.when, facts) is None:
        return None
    return Because(criterion.id, values_of(criterion.when, facts))


def _by_time(criterion: Criterion, severity: Severity, facts: Facts) -> Because | None:
    limit = severity.limits.get(facts.from_tier)
    if limit is None or facts.time_in_tier is None or facts.time_in_tier < limit:
        return None
    hours = round(limit.total_seconds() / 3600, 2)
    return Because("time_limit", {"tier": facts.from_tier, "hours": hours})


def _by_discretion(criterion: Criterion, severity: Severity, facts: Facts) -> Because | None:
    reason = (facts.discretion or "").strip()
    return Because("discretion", {"reason": reason}) if reason else None


_TESTS: Mapping[str, Callable[[Criterion, Severity, Facts], Because | None]] = {
    "facts": _by_facts,
    "time_limit": _by_time,
    "discretion": _by_discretion,
}


def _tier(policy: Policy, severity: Severity, facts: Facts, met: tuple[Met, ...]) -> TierRef:
    if severity.start == PLANNING:
        # Only a written reason takes a wish out of the planning queue.
        if (facts.discretion or "").strip() and _listens_to_discretion(policy):
            return min(facts.from_tier + 1, policy.top)
        return PLANNING
    asked = [criterion.to for criterion in met if criterion.to != "management"]
    return min(max([severity.start, facts.from_tier, *asked]), policy.top)


def _listens_to_discretion(policy: Policy) -> bool:
    return any(criterion.test == "discretion" for criterion in policy.criteria)
