"""What the functions of this package have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escbot.core.case import Case, Round
from escbot.core.events import Recorded
from escbot.core.policy import Policy

# (case, recorded, its event, the stamped policy) -> the case after it
Change = Callable[[Case, Recorded, Any, Policy], Case]


def in_round(case: Case, changed: Round) -> tuple[Round, ...]:
    """Return the rounds with the current one replaced."""
    return (*case.rounds[:-1], changed)
