"""YAML text → a tree that remembers where everything stood. Safe for any input.

Anchors, duplicate keys, deep nesting and large files are refused before they can do harm.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LARGEST = 256 * 1024  # characters; a policy of a large company has a tenth of it
DEEPEST = 16
_LONGEST = 600  # characters of an error
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "str", "seq", "map", "timestamp")
)

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
    key: tuple[int, int] | None = None  # where its key stands, if it has one

    def wrong(self, sentence: str) -> FileError:
        """Return the error that says what is wrong here."""
        return FileError(Problem(self.file, self.line, self.column, shown(sentence, _LONGEST)))

    def wrong_key(self, sentence: str) -> FileError:
        """Return the error that says what is wrong with the key before the value."""
        line, column = self.key or (self.line, self.column)
        return FileError(Problem(self.file, line, column, shown(sentence, _LONGEST)))


def load(text: str, file: str) -> Item:
    """Read YAML 1.2. Raises FileError for everything that is not plain data."""
    if len(text) > LARGEST:
        raise FileError(Problem(file, 1, 1, f"the file has more than {LARGEST} characters"))
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Composer = _Guarded
        node = yaml.compose(text)
    except _Unwanted as unwanted:
        where = unwanted.mark.line + 1, unwanted.mark.column + 1
        raise FileError(Problem(file, *where, str(unwanted))) from None
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


class _Guarded(Composer):
    """Composes no more than a file of settings needs, and stops at the first thing beyond."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401 - ruamel's own types
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent) or event.anchor:
            raise _Unwanted("anchors are not used here", event.start_mark)
        if self._depth > DEEPEST:
            raise _Unwanted("this is nested too deeply", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Unwanted(Exception):
    """YAML that settings don't use."""

    def __init__(self, sentence: str, mark: Any) -> None:  # noqa: ANN401
        super().__init__(sentence)
        self.mark = mark


def _item(node: Node, file: str, key: tuple[int, int] | None = None) -> Item:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if str(node.tag) not in _TAGS:
        raise FileError(Problem(file, line, column, "tags are not used here"))
    if isinstance(node, MappingNode):
        return Item(_mapping(node, file), file, line, column, key)
    if isinstance(node, SequenceNode):
        return Item([_item(child, file) for child in node.value], file, line, column, key)
    return Item(_scalar(node, file), file, line, column, key)


def _mapping(node: MappingNode, file: str) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for key, value in node.value:
        at = (key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, ScalarNode):
            raise FileError(Problem(file, *at, "a key must be a word"))
        word = _clean(str(key.value), file, *at)
        if word in found:
            raise FileError(Problem(file, *at, f"`{shown(word)}` stands here twice; keep one"))
        found[word] = _item(value, file, at)
    return found


def _scalar(node: Node, file: str) -> Scalar:
    text = _clean(str(node.value), file, node.start_mark.line + 1, node.start_mark.column + 1)
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


def _clean(text: str, file: str, line: int, column: int) -> str:
    """Return a text that can be written anywhere; half a character of UTF-16 can't."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise FileError(Problem(file, line, column, "this text holds half a character"))
    return text


def shown(word: str, most: int = 60) -> str:
    """Return words of the file as an error repeats them: in one line, and not for ever."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in word[: most + 1])
    return plain if len(plain) <= most else plain[:most] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" for the nearest known word, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean `{found[0]}`?" if found else ""
