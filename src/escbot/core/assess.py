"""Facts → severity, tier and management, by the policy alone. Every answer carries its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from escbot.core.decision import Assessment, Met
from escbot.core.facts import Facts
from escbot.core.policy import PLANNING, Policy, Severity, TierRef, When
from escbot.core.reasons import Because
from escbot.core.rules import Rules, values_of
from escbot.core.values import kept


def assess(policy: Policy, facts: Facts) -> Assessment:
    """Decide severity, tier and management. Total: every facts value gets an answer."""
    severity, because = _severity_for(policy, facts)
    met = tuple(_criteria_met(policy, severity, facts))
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


def _severity_for(policy: Policy, facts: Facts) -> tuple[Severity, Because]:
    """Return the first severity whose rule matches, with the reason.

    The reason names the facts of every rule of it that holds: without all of them none would.
    Where none matches (the linter reports such a policy), the mildest severity is the answer.
    """
    for place, rules in kept(policy, _severity_rules).holding(facts):
        severity = policy.severities[place]
        values = values_of(rules, facts)
        return severity, Because("severity", {"severity": severity.id, **values})
    mildest = policy.severities[-1]
    return mildest, Because("severity_fallback", {"severity": mildest.id})


def _severity_rules(policy: Policy) -> Rules:
    return Rules([severity.when for severity in policy.severities])


def _criteria_met(policy: Policy, severity: Severity, facts: Facts) -> Iterator[Met]:
    """Yield the policy's criteria that hold, in the policy's order."""
    for place, rules in kept(policy, _criteria_rules).holding(facts):
        criterion = policy.criteria[place]
        because = _TESTS[criterion.test](criterion.id, rules, severity, facts)
        if because is None:
            continue
        if criterion.to == "next":
            yield Met(criterion.id, min(facts.from_tier + 1, policy.top), because)
        else:
            yield Met(criterion.id, criterion.to, because)


def _criteria_rules(policy: Policy) -> Rules:
    """Compile the criteria; what no fact decides is looked at every time."""
    looked_at: When = ((),)
    return Rules([one.when if one.test == "facts" else looked_at for one in policy.criteria])


def _by_facts(id_: str, rules: When, severity: Severity, facts: Facts) -> Because | None:
    return Because(id_, values_of(rules, facts))


def _by_time(id_: str, rules: When, severity: Severity, facts: Facts) -> Because | None:
    limit = severity.limits.get(facts.from_tier)
    if limit is None or facts.time_in_tier is None or facts.time_in_tier < limit:
        return None
    hours = round(limit.total_seconds() / 3600, 2)
    return Because("time_limit", {"tier": facts.from_tier, "hours": hours})


def _by_discretion(id_: str, rules: When, severity: Severity, facts: Facts) -> Because | None:
    reason = (facts.discretion or "").strip()
    return Because("discretion", {"reason": reason}) if reason else None


_TESTS: Mapping[str, Callable[[str, When, Severity, Facts], Because | None]] = {
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
