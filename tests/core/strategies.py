"""Facts, people and floors, as many as there are."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from escbot.core.facts import Diagnosis, Facts, Impact, Kind, Relationship
from escbot.core.roster import Absence, Floor, Person, Roster
from tests.make import NOW

AREAS = ("login", "payments", "integrations", "performance", "data", "other")

facts = st.builds(
    Facts,
    kind=st.sampled_from(Kind),
    impact=st.sampled_from(Impact),
    workaround=st.booleans(),
    revenue_impact=st.booleans(),
    revenue_at_risk=st.booleans(),
    diagnosis=st.none() | st.sampled_from(Diagnosis),
    asks_for_manager=st.booleans(),
    escalated_again=st.booleans(),
    executive_contact=st.booleans(),
    brand_risk=st.booleans(),
    vip=st.booleans(),
    relationship=st.none() | st.sampled_from(Relationship),
    novel=st.booleans(),
    discretion=st.none() | st.sampled_from(["", " ", "I feel it"]),
    from_tier=st.integers(1, 3),
    time_in_tier=st.none() | st.timedeltas(timedelta(0), timedelta(hours=20)),
    area=st.none() | st.sampled_from(AREAS),
)
ids = st.integers(1, 8).map(lambda number: f"P{number}")
people = st.builds(
    Person,
    id=ids,
    name=st.just("Somebody"),
    roles=st.sampled_from([("specialist",), ("specialist", "lead"), ("manager",)]),
    tiers=st.sampled_from([(), (1,), (2,), (3,), (2, 3)]),
    skills=st.dictionaries(st.sampled_from(AREAS), st.integers(1, 3)),
    capacity=st.none() | st.integers(0, 8),
    hours=st.sampled_from(["always", "support"]),
)
rosters = st.lists(people, max_size=8, unique_by=lambda person: person.id).map(
    lambda found: Roster(people=tuple(found))
)
floors = st.builds(
    Floor,
    away=st.dictionaries(ids, st.none() | st.just(NOW + timedelta(hours=1))).map(
        lambda found: {key: Absence(key, until) for key, until in found.items()}
    ),
    load=st.dictionaries(ids, st.integers(0, 8)),
    last_assigned=st.dictionaries(ids, st.just(NOW - timedelta(hours=3))),
    declines=st.dictionaries(st.tuples(ids, st.sampled_from(AREAS)), st.integers(0, 4)),
    gone=st.frozensets(ids, max_size=2),
)
