"""Starts `escbot run` as processes of their own, quickly: the modules are read once, then forked.

Each is a real process with its own memory and file handles, and dies by a real SIGKILL.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from escbot.cli import run as command
from escbot.cli.main import run

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["benchmarks.chaos.nursery"])


def _live(environment: Mapping[str, str], folder: str, log: str, ready: Connection) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.argv = ["escbot", "run"]
    before = command.typer.echo

    def echo(text: str, *, err: bool = False) -> None:
        before(text, err=err)
        if "escbot is running" in text:
            ready.send_bytes(b"ready")

    command.typer.echo = echo  # type: ignore[assignment]
    run()


class Life:
    """One life of the program."""

    def __init__(self, environment: Mapping[str, str], folder: Path, log: Path) -> None:
        self._ready, ready = _context.Pipe(duplex=False)
        self._process: ForkServerProcess = _context.Process(
            target=_live, args=(dict(environment), str(folder), str(log), ready), daemon=True
        )
        self._process.start()
        ready.close()

    async def is_ready(self) -> bool:
        """Wait until it says that it runs; False where it ended before."""
        await _readable(self._ready.fileno())
        try:
            self._ready.recv_bytes()
        except EOFError:
            await self.ended()
            return False
        return True

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    @property
    def code(self) -> int | None:
        """The exit code; negative for a signal."""
        return self._process.exitcode

    def kill(self) -> None:
        """Kill it the way a power cut does."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to stop, as an operator does."""
        self._process.terminate()

    async def ended(self) -> int:
        """Wait until it has ended; return its exit code."""
        await _readable(self._process.sentinel)
        self._process.join()
        return self._process.exitcode or 0


async def _readable(handle: int) -> None:
    loop = asyncio.get_running_loop()
    came: asyncio.Future[None] = loop.create_future()
    loop.add_reader(handle, lambda: came.done() or came.set_result(None))
    try:
        await came
    finally:
        loop.remove_reader(handle)
