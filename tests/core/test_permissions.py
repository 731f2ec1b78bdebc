"""Who may do what, also where a company's file is older than an action."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escbot.core import commands as c
from escbot.core.decide import Refused
from escbot.core.permissions import DEFAULT, allowed
from tests.make import Life, a_policy, an_escalation

OLDER = replace(
    a_policy(),
    permissions={
        action: who
        for action, who in a_policy().permissions.items()
        if action not in ("extend", "hand_words")
    },
)


def test_the_packaged_table_and_the_default_for_what_is_left_out_are_the_same() -> None:
    assert dict(a_policy().permissions) == dict(DEFAULT)


@pytest.mark.parametrize("command", [c.ExtendLimit("U02", "A restart"), c.HandWords("U02", "U02")])
def test_what_an_older_file_leaves_out_is_not_for_anyone(command: c.Command) -> None:
    life = Life(policy=OLDER)
    life.do(an_escalation(kind="major_function", area="payments"))
    life.do(c.Acknowledge(life.case.offered or ""))
    with pytest.raises(Refused) as refused:
        life.do(command)
    assert refused.value.because.code == "not_allowed"
    assert "owner, " in str(refused.value.because.values["who"])


def test_what_a_company_says_goes_before_the_default() -> None:
    opened = replace(OLDER, permissions={**OLDER.permissions, "extend": ("anyone",)})
    assert allowed(opened, "extend") == ("anyone",)
    assert allowed(OLDER, "extend") == ("owner", "lead", "manager")
