"""A map of a log as a YAML file → what its values mean. `escbot policy new` writes a first one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from escbot.insights.backtest.fromlog import DOINGS, STATUSES, Doing, LogMap
from escbot.services.logfile import FIELDS
from escbot.services.policyfile.document import Item, load
from escbot.services.policyfile.levels import CHOICES, READABLE
from escbot.services.policyfile.reader import Section, entries, text

COLUMNS = (*FIELDS, "customer")


@dataclass(frozen=True, slots=True)
class MapFile:
    """The columns of a log and the meaning of their values."""

    columns: Mapping[str, str] = field(default_factory=dict)
    meaning: LogMap = field(default_factory=LogMap)

    @property
    def others(self) -> tuple[str, ...]:
        """The columns that must be kept besides the usual ones."""
        found = dict.fromkeys(self.meaning.facts)
        if self.meaning.customer:
            found[self.meaning.customer] = None
        return tuple(found)


def read_map(content: str, name: str, *, top: int) -> MapFile:
    """Read a map. Raises FileError with line, column and what is allowed."""
    root = Section(load(content, name), "the map", ("columns", "statuses", "facts", "areas"))
    columns = _texts(root.get("columns"), "columns", COLUMNS)
    meaning = LogMap(
        statuses=_statuses(root.get("statuses")),
        facts=_facts(root.get("facts")),
        areas=_texts(root.get("areas"), "areas", None),
        customer=columns.get("customer"),
        top=top,
    )
    usual = {key: column for key, column in columns.items() if key != "customer"}
    return MapFile(usual, meaning)


def _texts(item: Item | None, name: str, allowed: tuple[str, ...] | None) -> dict[str, str]:
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        raise item.wrong(f"{name} must be a mapping")
    known = allowed if allowed is not None else tuple(item.value)
    section = Section(item, name, known)
    return {key: text(value, f"`{key}`") for key, value in section.items.items()}


def _statuses(item: Item | None) -> Mapping[Doing, tuple[str, ...]]:
    if item is None:
        return STATUSES
    section = Section(item, "statuses", DOINGS)
    found: dict[Doing, tuple[str, ...]] = {}
    for doing in DOINGS:
        given = section.get(doing)
        if given is not None:
            found[doing] = tuple(text(one, "a status") for one in entries(given, f"`{doing}`"))
    return found


def _facts(item: Item | None) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        raise item.wrong("facts must be like {priority: {High: {kind: major_function}}}")
    return {column: _values(column, values) for column, values in item.value.items()}


def _values(column: str, item: Item) -> Mapping[str, Mapping[str, object]]:
    if not isinstance(item.value, dict):
        raise item.wrong(f"`{column}` must be a mapping of its values to facts")
    return {value: _meaning(meant) for value, meant in item.value.items()}


def _meaning(item: Item) -> Mapping[str, object]:
    allowed = tuple(name for name in READABLE if name != "from_tier")
    section = Section(item, "a meaning", allowed)
    found: dict[str, object] = {}
    for name in section.items:
        if name in CHOICES:
            known = [str(choice.value) for choice in CHOICES[name]]
            found[name] = section.one_of(name, known)
        else:
            found[name] = section.yes_no(name)
    return found
