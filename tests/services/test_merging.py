"""One case ends in another one: both change together, or neither does; on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from escbot.core import commands as c
from escbot.core import events as e
from escbot.core.case import Case, Linked, Phase
from escbot.core.decide import Refused
from escbot.services import consequences
from escbot.store.database import Database, connect
from tests.make import a_policy, an_escalation
from tests.services.office import Office


async def two_cases(database: Database) -> Office:
    """Return an office with Globex's case of Dana and Initech's of Sam."""
    policy = a_policy()
    strict = replace(policy, permissions={**policy.permissions, "link": ("manager",)})
    office = Office(database, policy=strict)
    await office.desk.do("T1", None, an_escalation(customer="Globex", area="payments"))
    await office.desk.do("T1", None, an_escalation(by="U02", customer="Initech", area="payments"))
    return office


async def the_cases(office: Office, *numbers: int) -> list[Case]:
    found = [await office.desk.case("T1", number) for number in numbers]
    return [case for case in found if case is not None]


async def test_the_customers_go_along_and_the_record_says_who_merged(database: Database) -> None:
    office = await two_cases(database)
    await office.desk.do("T1", 1, c.Merge("U07", 2), key="view:1")
    first, second = await the_cases(office, 1, 2)
    assert (first.phase, first.merged_into) == (Phase.MERGED, 2)
    assert second.linked == (Linked("Globex", "U01"),)
    assert second.words[-1].copies[0].customer == "Globex"
    [linked] = [
        r for r in await office.desk.events("T1", 2) if isinstance(r.event, e.CustomerLinked)
    ]
    assert linked.by == "U07"

    again = await office.desk.do("T1", 1, c.Merge("U07", 2), key="view:1")
    assert again.repeated
    await office.desk.do("T1", None, an_escalation(customer="Globex", area="payments"))
    await office.desk.do("T1", 2, c.Merge("U07", 3))
    (third,) = await the_cases(office, 3)
    assert third.linked == (Linked("Initech", "U02"),)  # Globex is there already


async def test_of_two_merges_into_each_other_one_is_refused(database: Database) -> None:
    office = await two_cases(database)
    other = await connect(database.engine.url.render_as_string(hide_password=False))
    beside = Office(other, policy=office.library.current)
    done = await asyncio.gather(
        office.desk.do("T1", 1, c.Merge("U07", 2), key="view:1"),
        beside.desk.do("T1", 2, c.Merge("U07", 1), key="view:2"),
        return_exceptions=True,
    )
    await other.close()
    [refused] = [one for one in done if isinstance(one, BaseException)]
    assert isinstance(refused, Refused)
    assert refused.because.code == "no_such_target"
    cases = await the_cases(office, 1, 2)
    [ended] = [case for case in cases if case.phase is Phase.MERGED]
    [goes_on] = [case for case in cases if case.phase is not Phase.MERGED]
    assert goes_on.linked == (Linked(ended.customer, ended.requester),)


async def test_a_case_that_ended_meanwhile_takes_no_other_in(database: Database) -> None:
    office = await two_cases(database)
    await office.desk.do("T1", 2, c.Resolve("U02", "Restarted it", "bug"))
    with pytest.raises(Refused, match="no_such_target"):
        await office.desk.do("T1", 1, c.Merge("U07", 2))
    (first,) = await the_cases(office, 1)
    assert first.phase is Phase.OFFERED


async def test_a_program_that_dies_between_the_two_has_merged_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await two_cases(database)
    before = await the_cases(office, 1, 2)
    passed: list[str] = []

    def dies(name: str) -> None:
        passed.append(name)
        if passed.count("desk.before_commit") == 1:
            raise SystemError(name)

    monkeypatch.setattr(consequences, "failpoint", dies)
    with pytest.raises(SystemError):
        await office.desk.do("T1", 1, c.Merge("U07", 2), key="view:1")
    monkeypatch.undo()
    assert await the_cases(office, 1, 2) == before

    await office.desk.do("T1", 1, c.Merge("U07", 2), key="view:1")
    first, second = await the_cases(office, 1, 2)
    assert first.phase is Phase.MERGED
    assert second.linked == (Linked("Globex", "U01"),)


async def test_who_may_not_merge_links_nobody_by_it(database: Database) -> None:
    office = await two_cases(database)
    with pytest.raises(Refused, match="not_allowed"):
        await office.desk.do("T1", 1, c.Merge("U02", 2))  # Sam opened the other one
    first, second = await the_cases(office, 1, 2)
    assert (first.phase, second.linked) == (Phase.OFFERED, ())


@pytest.mark.parametrize(("into", "code"), [(1, "same_case"), (99, "unknown_case")])
async def test_a_case_ends_in_another_one_that_is_there(
    database: Database, into: int, code: str
) -> None:
    office = await two_cases(database)
    with pytest.raises(Refused, match=code):
        await office.desk.do("T1", 1, c.Merge("U07", into))
