"""A reason is a code with values; `words` turns it into the one sentence people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Because:
    """Why something was decided. The codes are listed in docs/contracts.md."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
