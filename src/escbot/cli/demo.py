"""`escbot demo`: a local workspace and the bot in one process, with a short play to begin with."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from escbot.bootstrap.reading import read_files
from escbot.bootstrap.times import wall
from escbot.cli.files import stop
from escbot.cli.later import imported
from escbot.cli.player import Player, Unmet
from escbot.cli.recording import Camera
from escbot.cli.storyfile import NAMES, Play, packaged, read_play
from escbot.cli.tour import TOUR
from escbot.cli.transcript import Paper, Transcript
from escbot.core.roster import Roster
from escbot.services.drillfile import packaged_drills
from escbot.services.files import FileError, Files, NotReadable
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.settings import Settings
from escbot.slack.manifest import manifest
from escbot.words.voice import counted
from escbot.workspace.control import ANYWHERE, LOOPBACK
from escbot.workspace.workspace import Workspace

PROGRAM = "escbot.bootstrap.program:Program"
PACE = 20.0  # headless: Slack's limits and our own grace periods are so many times shorter
PORT = 8330
HOST = "127.0.0.1"  # this machine only
SPEED = 60.0
TRIES = 20  # ports that are tried one after another
CHANNELS = ("general", "escalations", "esc-managers", "planning", "nordwind-shared")
TITLES = {
    "agent": "Support agent",
    "specialist": "Specialist",
    "lead": "Lead",
    "manager": "Manager",
    "planner": "Planner",
    "admin": "Admin",
}
console = Console(highlight=False, soft_wrap=True)


def demo(
    port: Annotated[
        int, typer.Option(min=1, max=65535 - TRIES, help="The first port to try.")
    ] = PORT,
    host: Annotated[
        str, typer.Option(help="Where to listen. Everybody who reaches it can act as anybody.")
    ] = HOST,
    speed: Annotated[
        float | None,
        typer.Option(min=0.1, max=3600, help="How many times as fast the clock runs; 60."),
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="A policy file of your own.")] = None,
    roster: Annotated[Path | None, typer.Option(help="A roster file of your own.")] = None,
    story: Annotated[
        str, typer.Option(help=f"What is played: {', '.join(NAMES)}, a file, or none.")
    ] = "outage",
    headless: Annotated[
        bool, typer.Option("--headless", help="Play to the end, check what must be seen, stop.")
    ] = False,
    record: Annotated[
        Path | None, typer.Option(help="Headless: a folder for the transcript and pictures.")
    ] = None,
    history: Annotated[
        str | None, typer.Option(help="Begin after a simulated past, like 1y or 90d.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="With --history: keep it here, sqlite:///FILE, and stop.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the simulated past.")] = 1,
) -> None:
    """Try escbot on this machine: no account, no token."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    if record is not None and not headless:
        stop("--record goes with --headless: it plays a story to its end.")
    span = imported("escbot.cli.past:span_of")(history) if history else None
    if span is not None and database is not None:
        _keep_past(database, _files(policy, roster), span, seed)
        return
    play = _play(story)
    pace = speed or (play.speed if play is not None else None) or SPEED
    if headless:
        if play is None:
            stop("--headless needs a story.")
        raise typer.Exit(asyncio.run(perform(play, policy, roster, record)))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_demo(host, port, pace, policy, roster, None if span else play, span, seed))


def _keep_past(database: str, files: Files, span: timedelta, seed: int) -> None:
    """Write a past into a database and say what to look at."""
    fill = imported("escbot.cli.past:fill")
    number = asyncio.run(fill(database, files, span=span, end=wall(), seed=seed, console=console))
    console.print(f"{counted(number, 'case is', 'cases are')} in {database}. Look at them:")
    for line in (
        f"escbot report --database {database} --by month --by area",
        f"escbot policy backtest --policy policy.yaml --database {database}",
        f"escbot policy advise --database {database}",
    ):
        console.print(f"  {line}", soft_wrap=True)


def _play(name: str) -> Play | None:
    if name == "none":
        return None
    try:
        text = packaged(name) if name in NAMES else Path(name).read_text("utf-8")
        return read_play(text, name)
    except OSError as error:
        why = error.strerror or "it can't be read"
        stop(f"There is no story {name[:80]} ({why}); take one of: {', '.join(NAMES)}.")
    except UnicodeDecodeError:
        stop(f"{name[:80]} is no story: it is not UTF-8 text.")
    except FileError as error:
        stop(str(error))


async def perform(play: Play, policy: Path | None, roster: Path | None, record: Path | None) -> int:
    """Play a story as fast as it goes; return 0 where everything it promises was seen."""
    files = cast_of(play, _files(policy, roster))
    workspace = Workspace(start=play.start, pace=PACE)
    workspace.clock.pause()
    people(workspace, files.roster)
    await workspace.start()
    with tempfile.TemporaryDirectory(prefix="escbot-demo-") as folder:
        chosen = settings(workspace, Path(folder)).model_copy(update={"escbot_pace": PACE})
        program = imported(PROGRAM)(chosen, clock=workspace.clock.now, beat=0.05, files=files)
        await program.start()
        if record is None:
            failed = await _played(workspace, play, None)
        else:
            async with Camera(workspace, record) as camera:
                failed = await _played(workspace, play, camera)
        await program.stop()
    await workspace.stop()
    if workspace.refusals:
        failed = failed or f"Slack would have refused: {workspace.refusals[0]}"
    if failed:
        console.print(f"[red]{play.name}: {_escaped(failed)}[/red]")
        return 1
    console.print(f"[green]{play.name}: everything it promises was seen.[/green]")
    return 0


async def _played(workspace: Workspace, play: Play, camera: Camera | None) -> str:
    """Play to the end or to the first promise that is not kept; return that one."""
    paper = Paper(workspace, console)
    transcript = Transcript(workspace)

    def say(text: str) -> None:
        for line in transcript.news():
            if line.kind != "edits":
                paper.write(line.text, line.kind, line.at)
        paper.write(text, _kind(text))

    failed = ""
    try:
        await Player(workspace, play, say, camera=camera).run()
    except Unmet as error:
        failed = str(error)
    say(failed or "The end.")
    if camera is not None:
        written = camera.write(paper.lines)
        console.print(f"{len(camera.pictures)} pictures and {written.name} in {written.parent}")
    return failed


async def _demo(
    host: str,
    port: int,
    speed: float,
    policy: Path | None,
    roster: Path | None,
    play: Play | None,
    past: timedelta | None = None,
    seed: int = 1,
) -> None:
    files = _files(policy, roster)
    if play is not None:
        files = cast_of(play, files)
    workspace = Workspace(start=play.start if play else None, pace=1.0, rate_limits=True)
    people(workspace, files.roster)
    await _listen(workspace, host, port)
    with tempfile.TemporaryDirectory(prefix="escbot-demo-") as folder:
        chosen = settings(workspace, Path(folder))
        if past is not None:
            end = workspace.clock.now()
            url = chosen.escbot_database_url
            fill = await asyncio.to_thread(imported, "escbot.cli.past:fill")
            number = await fill(url, files, span=past, end=end, seed=seed, console=console)
            console.print(
                f"{counted(number, 'simulated case lies', 'simulated cases lie')} behind you.\n"
            )
        console.print(greeting(workspace.url, host, speed))
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stopped.set)
        made = await asyncio.to_thread(imported, PROGRAM)  # the page answers meanwhile
        program = made(
            chosen,
            clock=workspace.clock.now,
            files=files,
            drills=lambda: packaged_drills().under(speed),  # people play at their own speed
        )
        workspace.next_deadline = program.next_deadline
        workspace.tour = TOUR
        workspace.clock.speed(speed)  # not before there is somebody to hear of it
        await program.start()
        paper = Paper(workspace, console)
        tasks = [asyncio.create_task(_transcript(workspace, paper))]
        if play is not None:
            tasks.append(asyncio.create_task(_perform(workspace, play, speed, paper)))
        await stopped.wait()
        logging.disable(logging.CRITICAL)  # what is cut off from here on is not kept anyway
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await workspace.settle()
        await program.stop()
    await workspace.stop()
    console.print("\nStopped. Nothing was kept.")


def greeting(url: str, host: str, speed: float) -> str:
    """Return what is said at the start, with a warning where not only this machine is served."""
    lines = [f"Open [bold]{url}[/bold] in your browser. Ctrl-C stops it."]
    if host not in LOOPBACK:
        where = "every address of this machine" if host in ANYWHERE else _escaped(host)
        lines.append(
            f"[yellow]It listens on {where}, not only for you: whoever reaches it can read "
            "everything and act as anybody.[/yellow]"
        )
    as_fast = f"{speed:g} times as fast" if speed != 1 else "as fast as yours"
    return "\n".join([*lines, f"The clock runs {as_fast}.", ""])


async def _perform(workspace: Workspace, play: Play, speed: float, paper: Paper) -> None:
    """Play beside the person who watches; they may be faster, and then the story ends."""
    console.print(f"[bold]{_escaped(play.about)}[/bold]")

    def say(line: str) -> None:
        if not line.startswith("✓"):
            paper.write(line, _kind(line))

    # A drill is as fast as people are, so a story of one waits for people's time, not the clock's.
    stretch = speed / play.speed if play.speed else 1.0
    player = Player(workspace, play, say, headless=False, pause=2.0, stretch=stretch)
    try:
        await player.run()
        console.print("[bold]The story is over; the workspace is yours.[/bold]")
    except Unmet as error:
        console.print(f"[dim]The story stops here ({_escaped(str(error))}); go on by hand.[/dim]")


def cast_of(play: Play, files: Files) -> Files:
    """Return the files with the story's changes to the roster."""
    for id_ in play.people:
        if files.roster.person(id_) is None:
            stop(f"{play.name}: the roster has nobody with the id {id_[:40]}.")
    people = tuple(
        replace(person, **play.people.get(person.id, {})) for person in files.roster.people
    )
    return replace(files, roster=replace(files.roster, people=people))


def _files(policy: Path | None, roster: Path | None) -> Files:
    """Read what the demo decides by; without a roster it has the packaged one's people."""
    try:
        found = read_files(policy, roster, wall())
        if roster is not None:
            return found
        known = compile_roster(default_roster_text(), name="roster.yaml", policy=found.policy)
    except (FileError, NotReadable) as error:
        stop(str(error))
    return replace(found, roster=known)


def people(workspace: Workspace, roster: Roster) -> None:
    """Fill a workspace with the roster's people, the channels and the app."""
    for person in roster.people:
        title = TITLES[person.roles[-1]]
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


async def _listen(workspace: Workspace, host: str, port: int) -> None:
    for candidate in range(port, port + TRIES):
        try:
            await workspace.start(host, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                why = error.strerror or "it is not possible"
                stop(
                    f"Nothing can listen on port {candidate} of {host[:80]} ({why}). "
                    "Choose another: --host, --port"
                )
            console.print(f"Port {candidate} is taken; trying {candidate + 1}.")
        else:
            return
    console.print(f"[red]No free port from {port} to {port + TRIES - 1}. Choose one: --port[/red]")
    raise typer.Exit(2)


async def _transcript(workspace: Workspace, paper: Paper) -> None:
    """Print what passes between the app and the workspace, as it happens."""
    transcript = Transcript(workspace)
    while True:
        for line in transcript.news():
            paper.write(line.text, line.kind, line.at)
        await asyncio.sleep(0.2)


def _kind(text: str) -> str:
    """Return how a line of the story is shown."""
    return {"✓": "seen", "—": "note", "…": "note"}.get(text[:1], "step")


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")
