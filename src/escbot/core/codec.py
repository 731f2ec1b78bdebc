"""Values to plain JSON and back, driven by their types. Standard library only.

Unknown keys are ignored (a newer program wrote them); missing keys take their defaults.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union

T = TypeVar("T")


class CodecError(ValueError):
    """A stored value does not have the shape that its type asks for."""


def to_plain(value: object) -> Any:
    """Return JSON-ready data: times as ISO 8601 UTC, durations as seconds, classes as objects."""
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if dataclasses.is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, frozenset | set):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    raise CodecError(f"{type(value).__name__} has no plain form")


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(key): to_plain(item) for key, item in sorted(value.items(), key=lambda i: str(i[0]))
    }


def from_plain(kind: type[T], data: object) -> T:
    """Build a value of `kind` from what `to_plain` made. Raises CodecError."""
    try:
        return typing.cast(T, _build(kind, data))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise CodecError(f"not a {getattr(kind, '__name__', kind)}: {error}") from error


def tagged(value: object) -> dict[str, Any]:
    """Return the plain form with the class name beside it: `{"type": "Opened", ...}`."""
    return {"type": type(value).__name__, **to_plain(value)}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _build_union(kind, data)
    if origin is Literal:
        if data not in typing.get_args(kind):
            raise CodecError(f"{data!r} is not one of {typing.get_args(kind)}")
        return data
    if origin is not None:
        return _build_container(origin, typing.get_args(kind), data)
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(typing.cast(type, kind), data)
    return _build_scalar(kind, data)


def _build_scalar(kind: Any, data: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is date:
        return date.fromisoformat(data)
    if kind is timedelta:
        return timedelta(seconds=data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind is float and isinstance(data, int):
        return float(data)
    if kind is Any or kind is object or isinstance(data, kind):
        return data
    raise CodecError(f"{data!r} is not a {kind.__name__}")


def _build_container(origin: Any, args: tuple[Any, ...], data: Any) -> Any:
    if origin in (frozenset, set):
        return frozenset(_build(args[0], item) for item in data)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return tuple(_build(args[0], item) for item in data)
    if origin is tuple:
        return tuple(_build(arg, item) for arg, item in zip(args, data, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_key(args[0], key): _build(args[1], item) for key, item in data.items()}
    raise CodecError(f"no way to read {origin}")


def _key(kind: Any, key: str) -> Any:
    return int(key) if kind is int else _build(kind, key)


def _build_dataclass(kind: type, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise CodecError(f"{data!r} is not an object")
    hints = _hints(kind)
    return kind(
        **{
            f.name: _build(hints[f.name], data[f.name])
            for f in dataclasses.fields(kind)
            if f.name in data
        }
    )


def _build_union(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    options = [arg for arg in typing.get_args(kind) if arg is not type(None)]
    if isinstance(data, Mapping) and "type" in data:
        for option in options:
            if getattr(option, "__name__", "") == data["type"]:
                return _build(option, data)
        raise CodecError(f"{data['type']!r} is not known to this version")
    for option in options:
        try:
            return _build(option, data)
        except (CodecError, TypeError, ValueError, AttributeError):
            continue
    raise CodecError(f"{data!r} fits none of {options}")
