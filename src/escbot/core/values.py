"""Frozen values: copies with some fields changed, and what was worked out of one kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
M = TypeVar("M", bound="Memory")
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


class Memory:
    """A place beside a value's fields for what was worked out of it.

    Equality, copies and storage don't see it.
    """

    __slots__ = ("_kept",)
    _kept: dict[Callable[..., Any], Any]


def kept(value: M, make: Callable[[M], T]) -> T:
    """Return what `make` works out of a frozen value: once, then from the value's memory."""
    try:
        memory = value._kept
    except AttributeError:
        memory = {}
        _set(value, "_kept", memory)
    try:
        found: T = memory[make]
    except KeyError:
        found = memory[make] = make(value)
    return found
