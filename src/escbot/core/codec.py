"""Values to plain JSON and back, driven by their types. Standard library only.

Unknown keys are ignored (a newer program wrote them); missing keys take their defaults.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
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
        return {name: to_plain(getattr(value, name)) for name in _names(value.__class__)}
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, frozenset | set):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    raise CodecError(f"{type(value).__name__} has no plain form")


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(key): to_plain(item) for key, item in sorted(value.items(), key=lambda i: str(i[0]))
    }


def from_plain(kind: type[T], data: object) -> T:
    """Build a value of `kind` from what `to_plain` made. Raises CodecError."""
    try:
        return typing.cast(T, _reader(typing.cast(Any, kind))(data))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise CodecError(f"not a {getattr(kind, '__name__', kind)}: {error}") from error


def tagged(value: object) -> dict[str, Any]:
    """Return the plain form with the class name beside it: `{"type": "Opened", ...}`."""
    return {"type": type(value).__name__, **to_plain(value)}


Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> Reader:
    """Return what reads a type; types are looked into once, since states are read all the time."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _union_reader(args)
    if origin is Literal:
        return _literal_reader(args)
    if origin is not None:
        return _container_reader(origin, args)
    if dataclasses.is_dataclass(kind):
        return _object_reader(typing.cast(type, kind))
    return _scalar_reader(kind)


def _literal_reader(allowed: tuple[Any, ...]) -> Reader:
    def read(data: Any) -> Any:
        if data not in allowed:
            raise CodecError(f"{data!r} is not one of {allowed}")
        return data

    return read


def _scalar_reader(kind: Any) -> Reader:
    if kind in (datetime, date):
        return typing.cast(Reader, kind.fromisoformat)
    if kind is timedelta:
        return lambda data: timedelta(seconds=data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    anything = kind is Any or kind is object

    def read(data: Any) -> Any:
        if anything or isinstance(data, kind):
            return data
        if kind is float and isinstance(data, int):
            return float(data)
        raise CodecError(f"{data!r} is not a {kind.__name__}")

    return read


def _container_reader(origin: Any, args: tuple[Any, ...]) -> Reader:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, value = int if args[0] is int else _reader(args[0]), _reader(args[1])
        return lambda data: {key(name): value(item) for name, item in data.items()}
    if origin in (frozenset, set):
        item = _reader(args[0])
        return lambda data: frozenset(map(item, data))
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        item = _reader(args[0])
        return lambda data: tuple(map(item, data))
    if origin is tuple:
        items = [_reader(arg) for arg in args]
        return lambda data: tuple(read(item) for read, item in zip(items, data, strict=True))
    raise CodecError(f"no way to read {origin}")


def _object_reader(kind: type) -> Reader:
    fields: dict[str, Reader] = {}

    def read(data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise CodecError(f"{data!r} is not an object")
        if not fields:  # not before it is needed: a type may hold others of its kind
            hints = typing.get_type_hints(kind)
            fields.update({f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)})
        return kind(**{name: of(data[name]) for name, of in fields.items() if name in data})

    return read


def _union_reader(args: tuple[Any, ...]) -> Reader:
    options = [arg for arg in args if arg is not type(None)]
    by_name = {getattr(option, "__name__", ""): option for option in reversed(options)}

    def read(data: Any) -> Any:
        if data is None:
            return None
        if isinstance(data, Mapping) and "type" in data:
            if data["type"] not in by_name:
                raise CodecError(f"{data['type']!r} is not known to this version")
            return _reader(by_name[data["type"]])(data)
        for option in options:
            try:
                return _reader(option)(data)
            except (CodecError, TypeError, ValueError, AttributeError):
                continue
        raise CodecError(f"{data!r} fits none of {options}")

    return read
