"""Copying frozen values with some fields changed: where a decision spends most of its time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
_set = object.__setattr__


def replace(value: T, /, **changes: Any) -> T:  # noqa: ANN401 - as dataclasses.replace
    """Do what `dataclasses.replace` does for a frozen dataclass with slots and no own init.

    Raises AttributeError for a field that the class lacks.
    """
    new = object.__new__(type(value))
    for get, put in _slots(type(value)):  # type: ignore[arg-type] # a class is hashable
        put(new, get(value))
    for name, changed in changes.items():
        _set(new, name, changed)
    return new


@cache
def _slots(
    kind: type,
) -> tuple[tuple[Callable[[object], object], Callable[[object, object], None]], ...]:
    members = [getattr(kind, name) for name in getattr(kind, "__slots__", ())]
    return tuple((member.__get__, member.__set__) for member in members)
