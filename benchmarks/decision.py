"""How long one pure decision takes: assess and choose, with 1,000 people and 500 rules.

The clock on the wall counts what else the machine does too; `cpu` is the decision's own time.

Run it with: python -m benchmarks.decision [--people N] [--rules N] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter, thread_time

from escbot.core.assess import assess
from escbot.core.facts import Diagnosis, Facts, Impact, Kind
from escbot.core.policy import Condition, Criterion, Policy
from escbot.core.roster import Floor, Person, Roster
from escbot.core.route import choose
from escbot.services.policyfile import default_policy

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
AREAS = ("login", "payments", "integrations", "performance", "data", "other")
ROUNDS = 2000


def a_policy(rules: int) -> Policy:
    """Return the packaged policy with criteria added until it has so many rules."""
    policy = default_policy(NOW)
    have = sum(len(s.when) for s in policy.severities) + len(policy.criteria)
    # None of them holds, so that every one has to be read to its end.
    more = tuple(
        Criterion(
            f"extra_{number}",
            2,
            when=((Condition("impact", ("one_user",)), Condition("novel", (True,))),),
        )
        for number in range(rules - have)
    )
    return replace(policy, criteria=(*policy.criteria, *more))


def a_roster(people: int) -> Roster:
    """Return people spread over three tiers and six areas, with two skills each."""
    return Roster(
        people=tuple(
            Person(
                f"U{number:05}",
                f"Person {number}",
                roles=("specialist",),
                tiers=(1 + number % 3,),
                skills={AREAS[number % 6]: 1 + number % 3, AREAS[(number // 3) % 6]: 2},
                hours="support" if number % 4 else "always",
            )
            for number in range(people)
        )
    )


def measure(people: int, rules: int) -> dict[str, float | int]:
    """Return milliseconds of one decision: median, 99th percentile, worst; by wall and by CPU."""
    policy, roster = a_policy(rules), a_roster(people)
    floor = Floor(load={f"U{number:05}": number % 5 for number in range(people)})
    facts = Facts(
        Kind.MAJOR_FUNCTION, Impact.ONE_USER, diagnosis=Diagnosis.NEEDS_DEVELOPMENT, area="payments"
    )
    times, own = [], []
    for _ in range(ROUNDS):
        began, cpu = perf_counter(), thread_time()
        found = assess(policy, facts)
        choose(
            policy, roster, floor, severity=found.severity, tier=int(found.tier),
            area=facts.area, customer="Acme", novel=False, passed=(), now=NOW,
        )  # fmt: skip
        times.append((perf_counter() - began) * 1000)
        own.append((thread_time() - cpu) * 1000)
    times.sort()
    own.sort()
    return {
        "people": people,
        "rules": rules,
        "decisions": ROUNDS,
        "median_ms": round(statistics.median(times), 3),
        "p99_ms": round(times[int(len(times) * 0.99)], 3),
        "max_ms": round(times[-1], 3),
        "cpu_median_ms": round(statistics.median(own), 3),
        "cpu_p99_ms": round(own[int(len(own) * 0.99)], 3),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rules", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.people, given.rules)
    print(json.dumps(found) if given.json else "\n".join(f"{k:16}{v}" for k, v in found.items()))


if __name__ == "__main__":
    main()
