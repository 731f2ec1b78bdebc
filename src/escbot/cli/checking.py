"""`escbot policy check`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from escbot.bootstrap.times import wall
from escbot.cli.files import AsJson, files_of
from escbot.services.linting import lint
from escbot.words.voice import counted

console = Console(highlight=False)


def check(
    policy: Annotated[Path | None, typer.Argument(help="A policy file.")] = None,
    roster: Annotated[Path | None, typer.Option(help="A roster file.")] = None,
    strict: Annotated[bool, typer.Option(help="Exit 1 for notes too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check a policy, and a roster with it; exit 1 where something must be changed."""
    files = files_of(policy, roster)
    found = lint(files.policy, files.roster, wall())
    problems = [finding for finding in found if finding.level == "problem"]
    if as_json:
        answer = {
            "policy": files.policy_name,
            "version": files.policy.version,
            "people": len(files.roster.people),
            "findings": [asdict(finding) for finding in found],
        }
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        for finding in found:
            mark = "[red]problem[/red]" if finding.level == "problem" else "[yellow]note[/yellow]"
            console.print(f"{mark}  {escape(finding.text)}", soft_wrap=True)
        people = counted(len(files.roster.people), "person", "people")
        state = "is fine" if not problems else f"has {counted(len(problems), 'problem')}"
        version = files.policy.version
        typer.echo(f"{files.policy_name} {state} (version {version}, {people}).")
    if problems or (strict and found):
        raise typer.Exit(1)
