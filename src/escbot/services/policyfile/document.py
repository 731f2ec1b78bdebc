"""YAML text → a tree that remembers where everything stood. Safe for any input.

Anchors, duplicate keys, deep nesting and large files are refused before they can do harm.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LARGEST = 256 * 1024  # characters; a policy of a large company has a tenth of it
DEEPEST = 16

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, where (line and column from 1), and what is allowed."""

    file: str
    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.sentence}"


class FileError(ValueError):
    """A file that can't be used, with the reason in one sentence."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the file: a scalar, a list of items, or a mapping of items."""

    value: Scalar | list[Item] | dict[str, Item]
    file: str
    line: int
    column: int

    def wrong(self, sentence: str) -> FileError:
        """Return the error that says what is wrong here."""
        return FileError(Problem(self.file, self.line, self.column, sentence))


def load(text: str, file: str) -> Item:
    """Read YAML 1.2. Raises FileError for everything that is not plain data."""
    if len(text) > LARGEST:
        raise FileError(Problem(file, 1, 1, f"the file has more than {LARGEST} characters"))
    try:
        _check_events(text, file)
        yaml = YAML(typ="safe", pure=True)
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        sentence = f"this is not YAML: {error.problem or error.context or 'unreadable'}"
        raise FileError(Problem(file, line, column, sentence)) from error
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(Problem(file, 1, 1, "this is not YAML that can be read")) from error
    if node is None:
        raise FileError(Problem(file, 1, 1, "the file is empty"))
    return _item(node, file)


def _check_events(text: str, file: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        mark = event.start_mark
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            where = Problem(file, mark.line + 1, mark.column + 1, "anchors are not used here")
            raise FileError(where)
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            where = Problem(file, mark.line + 1, mark.column + 1, "this is nested too deeply")
            raise FileError(where)


def _item(node: Node, file: str) -> Item:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, MappingNode):
        return Item(_mapping(node, file), file, line, column)
    if isinstance(node, SequenceNode):
        return Item([_item(child, file) for child in node.value], file, line, column)
    return Item(_scalar(node), file, line, column)


def _mapping(node: MappingNode, file: str) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for key, value in node.value:
        where = Problem(file, key.start_mark.line + 1, key.start_mark.column + 1, "")
        if not isinstance(key, ScalarNode):
            raise FileError(Problem(where.file, where.line, where.column, "a key must be a word"))
        if key.value in found:
            sentence = f"`{key.value}` stands here twice; keep one of them"
            raise FileError(Problem(where.file, where.line, where.column, sentence))
        item = _item(value, file)
        # An error about a missing or wrong value points to its key's line.
        found[str(key.value)] = item
    return found


def _scalar(node: Node) -> Scalar:
    text = str(node.value)
    tag = str(node.tag).rpartition(":")[2]
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in ("true", "yes", "on")
    if tag == "int":
        return _number(text, int)
    if tag == "float":
        return _number(text, float)
    return text


def _number(text: str, kind: type[int] | type[float]) -> Scalar:
    try:
        return kind(text.replace("_", ""))
    except ValueError:
        return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" for the nearest known word, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean `{found[0]}`?" if found else ""
