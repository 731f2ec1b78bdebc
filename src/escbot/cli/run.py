"""`escbot run`: the bot against a real Slack, by Socket Mode."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from escbot.bootstrap.door import StartError
from escbot.bootstrap.program import Program
from escbot.services.files import FileError, NotReadable
from escbot.settings import Settings, SettingsError, read_settings


def run(
    policy: Annotated[Path | None, typer.Option(help="A policy file; else ESCBOT_POLICY.")] = None,
    roster: Annotated[Path | None, typer.Option(help="A roster file; else ESCBOT_ROSTER.")] = None,
    http: Annotated[bool, typer.Option("--http", help="HTTP mode instead of Socket Mode.")] = False,
) -> None:
    """Run the bot. Settings come from the environment or a .env file; .env.example lists them."""
    given = {"escbot_policy": policy, "escbot_roster": roster, "escbot_http": http}
    try:
        settings = read_settings(".env", **{name: file for name, file in given.items() if file})
    except SettingsError as error:
        _stop("escbot can't start yet:\n  " + "\n  ".join(error.problems), 2)
    logging.basicConfig(
        level=settings.escbot_log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        asyncio.run(_run(settings))
    except (FileError, NotReadable) as error:
        _stop(str(error), 2)
    except StartError as error:
        _stop(str(error), 3)


async def _run(settings: Settings) -> None:
    program = Program(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await program.start()
        typer.echo("escbot is running. Type /escalate in Slack.")
        await stop.wait()
    finally:
        await program.stop()


def _stop(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(code)
