"""`escbot demo`: a local workspace and the bot in one process, with a short play to begin with."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from escbot.bootstrap import Program, read_files, wall
from escbot.core.roster import Roster
from escbot.services.files import Files
from escbot.services.policyfile import compile_policy, default_text
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.settings import Settings
from escbot.slack.manifest import manifest
from escbot.workspace.state import Record
from escbot.workspace.workspace import Workspace

PORT = 8330
TRIES = 20  # ports that are tried one after another
CHANNELS = ("general", "escalations", "esc-managers", "planning")
TITLES = {
    "agent": "Support agent",
    "specialist": "Specialist",
    "lead": "Lead",
    "manager": "Manager",
    "planner": "Planner",
}
console = Console(highlight=False)


def demo(
    port: Annotated[int, typer.Option(help="The first port to try.")] = PORT,
    speed: Annotated[float, typer.Option(help="How many times as fast the clock runs.")] = 60.0,
    policy: Annotated[Path | None, typer.Option(help="A policy file of your own.")] = None,
    roster: Annotated[Path | None, typer.Option(help="A roster file of your own.")] = None,
    script: Annotated[bool, typer.Option(help="Play a short escalation first.")] = True,
) -> None:
    """Try escbot on this machine: no account, no token."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_demo(port, speed, policy, roster, script=script))


async def _demo(
    port: int, speed: float, policy: Path | None, roster: Path | None, *, script: bool
) -> None:
    files = _files(policy, roster)
    workspace = Workspace(pace=1.0, rate_limits=True)
    workspace.clock.speed(speed)
    people(workspace, files.roster)
    await _listen(workspace, port)
    console.print(f"Open [bold]{workspace.url}[/bold] in your browser. Ctrl-C stops it.")
    console.print(f"The clock runs {speed:g} times as fast.\n")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    with tempfile.TemporaryDirectory(prefix="escbot-demo-") as folder:
        program = Program(settings(workspace, Path(folder)), clock=workspace.clock.now, files=files)
        await program.start()
        printing = asyncio.create_task(_transcript(workspace))
        playing = asyncio.create_task(play(workspace)) if script else None
        await stop.wait()
        for task in (printing, playing):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        await program.stop()
    await workspace.stop()
    console.print("\nStopped. Nothing was kept.")


def _files(policy: Path | None, roster: Path | None) -> Files:
    if roster is not None:
        return read_files(policy, roster, wall())
    text = policy.read_text("utf-8") if policy else default_text()
    compiled = compile_policy(text, name=str(policy or "policy.yaml"), now=wall())
    known = compile_roster(default_roster_text(), name="roster.yaml", policy=compiled)
    return Files(compiled, text, str(policy or "policy.yaml"), known)


def people(workspace: Workspace, roster: Roster) -> None:
    """Fill a workspace with the roster's people, the channels and the app."""
    for person in roster.people:
        title = TITLES.get(person.roles[-1], "")
        workspace.add_user(person.id, person.name, title=title, tz=person.timezone)
    for name in CHANNELS:
        workspace.add_channel(name)
    workspace.install(manifest())
    workspace.invite_app(*CHANNELS)


def settings(workspace: Workspace, folder: Path) -> Settings:
    """Return settings that point the bot at the workspace."""
    app = workspace.state.app
    if app is None:
        raise LookupError("the app is not installed")
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        slack_bot_token=app.bot_token,  # type: ignore[arg-type]
        slack_app_token=app.app_token,  # type: ignore[arg-type]
        slack_api_url=workspace.api_url,
        escbot_database_url=f"sqlite:///{folder / 'escbot.db'}",
        escbot_health_address="",
    )


async def _listen(workspace: Workspace, port: int) -> None:
    for candidate in range(port, port + TRIES):
        try:
            await workspace.start(port=candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            console.print(f"Port {candidate} is taken; trying {candidate + 1}.")
        else:
            return
    console.print(f"[red]No free port from {port} to {port + TRIES - 1}. Choose one: --port[/red]")
    raise typer.Exit(2)


async def play(workspace: Workspace) -> None:
    """Play one short escalation, so that there is something to see at once."""
    dana, sam = workspace.person("U01"), workspace.person("U02")
    await sam.say("general", "Acme just called: nobody there can pay since this morning.")
    await asyncio.sleep(0.5)
    await dana.slash("/escalate", channel="general")
    form = dana.form()
    form.fill("Customer", "Acme").fill("What is happening?", "Nobody can pay; checkout shows 502.")
    form.choose("Kind of problem", "System down").choose("Impact", "Multiple users")
    form.fill("What have you tried?", "Restarted the gateway, checked the certificate.")
    form.choose("Area", "Payments").choose("Also true", "Money is being lost now")
    await form.submit()
    await workspace.until(lambda: workspace.messages("escalations"), timeout=30)
    card = workspace.messages("escalations")[-1]
    await asyncio.sleep(6)
    priya = workspace.person("U05")
    if "Acknowledge" in card.buttons():
        await priya.say("escalations", "I'm on it, looking at the gateway logs.", card.ts)


async def _transcript(workspace: Workspace) -> None:
    """Print what passes between the app and the workspace, as it happens."""
    seen = 0
    while True:
        records = workspace.traffic
        for record in records[seen:]:
            line = _line(record)
            if line:
                console.print(f"[dim]{record.at:%H:%M:%S}[/dim]  {line}")
        seen = len(records)
        await asyncio.sleep(0.2)


def _line(record: Record) -> str:
    detail = record.detail
    text = " ".join(str(detail.get("text") or "").split())[:90]
    if record.direction == "slack":
        return f"[cyan]{_escaped(record.what)}[/cyan]"
    if record.what in ("chat.postMessage", "chat.update"):
        verb = "posts" if record.what == "chat.postMessage" else "edits"
        return f"[green]{verb}[/green]  {_escaped(text)}"
    return "" if record.ok else f"[red]{_escaped(record.what)}[/red]"


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")
