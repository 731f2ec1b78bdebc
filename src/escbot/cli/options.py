"""Options that several commands take together: written once, read as one value."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from escbot.cli.records import Url


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a log mean what."""

    case: Annotated[str | None, typer.Option(help="The column that names the case.")] = None
    at: Annotated[str | None, typer.Option(help="The column with the time.")] = None
    line: Annotated[str | None, typer.Option(help="The column with the support line.")] = None
    team: Annotated[str | None, typer.Option(help="The column with the team.")] = None
    status: Annotated[str | None, typer.Option(help="The column with the status.")] = None
    severity: Annotated[str | None, typer.Option(help="The column with the severity.")] = None
    area: Annotated[str | None, typer.Option(help="The column with the area.")] = None

    def given(self) -> dict[str, str | None]:
        """Return the column of each field, None where it is to be recognised."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Source:
    """Where cases to try a policy on come from."""

    log: Annotated[
        Path | None, typer.Option(help="A CSV of ticket events; else the own events.")
    ] = None
    map: Annotated[Path | None, typer.Option(help="What the log's values mean: a map file.")] = None
    database: Url = None


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take a parameter that is a dataclass as one option for each field."""
    signature = inspect.signature(command, eval_str=True)
    groups: dict[str, Any] = {}
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if not is_dataclass(parameter.annotation):
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        groups[name] = parameter.annotation
        hints = get_type_hints(parameter.annotation, include_extras=True)
        parameters += [
            inspect.Parameter(
                one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default,
                annotation=hints[one.name],
            )
            for one in fields(parameter.annotation)
        ]  # fmt: skip

    @wraps(command)
    def called(**values: object) -> None:
        made = {
            name: group(**{one.name: values.pop(one.name) for one in fields(group)})
            for name, group in groups.items()
        }
        command(**values, **made)

    called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called
