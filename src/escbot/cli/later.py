"""Commands that are imported when they're called, so that each one starts fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


class Later(TyperGroup):
    """A group of commands of which only the names and one sentence each are known before."""

    places: Mapping[str, str] = {}  # name → "module:function", or "module:app" for a group

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's own types
        """Return the command that was asked for, imported now."""
        name, known, rest = super().resolve_command(ctx, args)
        place = self.places.get(name or "")
        return name, (_command(name, place) if name and place else known), rest


def group(help_: str, commands: Mapping[str, tuple[str, str]], **options: Any) -> typer.Typer:  # noqa: ANN401 - Typer's options
    """Return a group of commands; of each its place and what it does."""
    places = {name: place for name, (place, _) in commands.items()}
    app = typer.Typer(
        help=help_,
        cls=type("Group", (Later,), {"places": places}),
        no_args_is_help=True,
        add_completion=False,
        **options,
    )
    for name, (_, does) in commands.items():
        app.command(name, help=does)(_unknown())
    return app


def _unknown() -> Callable[[], None]:
    def command() -> None:
        raise AssertionError("the command itself is called, not what stands for it")

    return command


def imported(place: str) -> Any:  # noqa: ANN401 - a function or a group
    """Import what stands at "module:name"."""
    module, name = place.split(":")
    return getattr(import_module(module), name)


def _command(name: str, place: str) -> Any:  # noqa: ANN401 - Typer's own types
    target = imported(place)
    if not isinstance(target, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command(name)(target)
        target = app
    command = typer.main.get_command(target)
    command.name = name
    return command
