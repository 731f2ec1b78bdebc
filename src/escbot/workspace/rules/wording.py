"""The sentences of Slack's validator, each with a pointer to what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from escbot.workspace.model import Raw


def said(text: str, at: str) -> str:
    """Return a sentence with its pointer."""
    return f"{text} [json-pointer:{at}]"


def missing(name: str, at: str) -> str:
    """A required field isn't there."""
    return said(f"missing required field: {name}", at)


def unsupported(kind: object, at: str) -> str:
    """A type that this place doesn't know."""
    return said(f"unsupported type: {kind}", f"{at}/type")


def no_match(at: str) -> str:
    """What Slack says of the object around a wrong field."""
    return said("failed to match all allowed schemas", at)


def keys(node: Raw, allowed: Collection[str], at: str) -> Iterator[str]:
    """Refuse fields that the schema doesn't know."""
    for key in node:
        if key not in allowed:
            yield said(f"invalid additional property: {key}", at)


def needs(node: Raw, names: Collection[str], at: str) -> Iterator[str]:
    """Ask for fields."""
    for name in names:
        if node.get(name) is None:
            yield missing(name, at)


def length(value: object, most: int, at: str, *, least: int = 1) -> Iterator[str]:
    """Check a string's length in characters."""
    if not isinstance(value, str):
        yield said("must be a string", at)
    elif len(value) < least:
        yield said(f"must be more than {least - 1} characters", at)
    elif len(value) > most:
        yield said(f"must be less than {most + 1} characters", at)


def lengths(node: Raw, limits: Mapping[str, int], at: str, *, least: int = 1) -> Iterator[str]:
    """Check the lengths of those strings that are there."""
    for key, most in limits.items():
        if node.get(key) is not None:
            yield from length(node[key], most, f"{at}/{key}", least=least)


def count(value: object, most: int, at: str, *, least: int = 1) -> Iterator[str]:
    """Check how many items a list has."""
    if not isinstance(value, list):
        yield said("must be an array", at)
    elif len(value) > most:
        yield said(f"no more than {most} items allowed", at)
    elif len(value) < least:
        yield said(f"no fewer than {least} items allowed", at)


def choice(value: object, allowed: Collection[object], at: str) -> Iterator[str]:
    """Check a value that must be one of a few."""
    if value not in allowed:
        yield said("must be a valid enum value", at)


def text(
    node: object, most: int, at: str, *, kinds: Collection[str] = ("plain_text", "mrkdwn")
) -> Iterator[str]:
    """Check a text object."""
    if not isinstance(node, dict):
        yield said("must provide an object", at)
        return
    kind = node.get("type")
    if kind not in kinds:
        yield no_match(at)
        yield unsupported(kind, at)
        return
    extra = "emoji" if kind == "plain_text" else "verbatim"
    found = [*keys(node, ("type", "text", extra), at)]
    found += needs(node, ("text",), at)
    if node.get("text") is not None:
        found += length(node["text"], most, f"{at}/text")
    if found:
        yield no_match(at)
        yield from found


def plain(node: object, most: int, at: str) -> Iterator[str]:
    """Check a text object that must be plain."""
    yield from text(node, most, at, kinds=("plain_text",))


def optional(node: Raw, name: str, most: int, at: str, *, plainly: bool = True) -> Iterator[str]:
    """Check a text object that may be left out."""
    if node.get(name) is not None:
        check = plain if plainly else text
        yield from check(node[name], most, f"{at}/{name}")
