"""Facts as JSON, the way `policy explain` reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from escbot.core.durations import parse_duration
from escbot.core.facts import Diagnosis, Facts, Impact, Kind, Relationship
from escbot.services.policyfile.document import nearest, shown

LARGEST = 256 * 1024
LONGEST = 3000
EXAMPLE = '{"kind": "outage", "impact": "one_user"}'
_YEARS = (1970, 2999)
_KEYS = tuple(field.name for field in fields(Facts))
_CHOICES: Mapping[str, type[Enum]] = {
    "kind": Kind,
    "impact": Impact,
    "diagnosis": Diagnosis,
    "relationship": Relationship,
}
_YES_NO = (
    "workaround", "revenue_impact", "revenue_at_risk", "asks_for_manager", "escalated_again",
    "executive_contact", "brand_risk", "vip", "novel",
)  # fmt: skip


class FactsError(ValueError):
    """Facts that can't be read: one sentence that names the field and what is allowed."""


def read_facts(text: str) -> Facts:
    """Read facts; null is the same as left out. Raises FactsError."""
    text = text.removeprefix("\ufeff")  # the mark that some editors put before UTF-8
    if len(text) > LARGEST:
        raise FactsError(f"the facts have more than {LARGEST} characters")
    try:
        data = json.loads(text, object_pairs_hook=_object)
    except RecursionError:
        raise FactsError("the facts are nested too deeply") from None
    except ValueError as error:
        if isinstance(error, FactsError):
            raise
        raise FactsError(
            f"the facts are not JSON: {shown(str(error), 200)}; write them like {EXAMPLE}"
        ) from None
    if not isinstance(data, dict):
        raise FactsError(f"the facts must be an object like {EXAMPLE}")
    for key in data:
        if key not in _KEYS:
            hint = nearest(key, _KEYS) or f" Known: {', '.join(_KEYS)}."
            raise FactsError(f"there is no fact `{shown(key)}`.{hint}")
    given = {key: _value(key, value) for key, value in data.items() if value is not None}
    for key in ("kind", "impact"):
        if key not in given:
            raise FactsError(f"`{key}` is missing; it can be: {_allowed(key)}")
    return Facts(**given)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FactsError(f"`{shown(key)}` stands there twice; keep one of them")
        found[key] = value
    return found


def _allowed(key: str) -> str:
    return ", ".join(str(choice.value) for choice in _CHOICES[key])


def _value(key: str, value: object) -> Any:  # noqa: ANN401 - a fact of whatever type
    if key in _CHOICES:
        if not isinstance(value, str) or value not in [c.value for c in _CHOICES[key]]:
            raise FactsError(f"`{key}` can be: {_allowed(key)}")
        return _CHOICES[key](value)
    if key in _YES_NO:
        if not isinstance(value, bool):
            raise FactsError(f"`{key}` must be true or false")
        return value
    return _READ[key](key, value)


def _text(key: str, value: object) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise FactsError(f"`{key}` must be a text of at most {LONGEST} characters")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise FactsError(f"`{key}` holds half a character; write it in UTF-8")
    return value.strip() or None


def _tier(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise FactsError(f"`{key}` must be a tier, 1 to 5")
    return value


def _duration(key: str, value: object) -> timedelta:
    try:
        return parse_duration(str(value) if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        raise FactsError(f'`{key}` must be a duration like "4h10m"') from None


def _moment(key: str, value: object) -> datetime:
    return read_moment(f"`{key}`", value)


def read_moment(name: str, value: object) -> datetime:
    """Read an ISO 8601 moment with offset. Raises FactsError."""
    sentence = f"{name} must be a moment with offset like 2026-11-24T10:00:00+01:00"
    if not isinstance(value, str) or len(value) > 60:
        raise FactsError(sentence)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise FactsError(sentence) from None
    if found.tzinfo is None:
        raise FactsError(sentence)
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise FactsError(f"{name} must lie in the years {_YEARS[0]} to {_YEARS[1]}")
    return found


_READ: Mapping[str, Callable[[str, object], Any]] = {
    "discretion": _text,
    "area": _text,
    "customer": _text,
    "from_tier": _tier,
    "time_in_tier": _duration,
    "customer_deadline": _moment,
}
