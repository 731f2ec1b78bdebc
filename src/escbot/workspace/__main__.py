"""`python -m escbot.workspace --manifest app.json`: a Slack on this machine for any bot."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from escbot.workspace import control
from escbot.workspace.manifest import problems
from escbot.workspace.model import Raw
from escbot.workspace.workspace import Workspace


def main(arguments: list[str] | None = None) -> int:
    """Run a workspace until it is interrupted; 2 where the manifest is not one."""
    parser = argparse.ArgumentParser(prog="python -m escbot.workspace", description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest (JSON)")
    parser.add_argument("--host", default="127.0.0.1", help="listen for others than this machine")
    parser.add_argument("--port", type=int, default=8400)
    parser.add_argument("--people", default="Ann,Bob,Cleo", help="names, separated by commas")
    parser.add_argument("--channels", default="general,random", help="names, separated by commas")
    parser.add_argument("--pace", type=float, default=1.0, help="limits so many times shorter")
    chosen = parser.parse_args(arguments)
    try:
        manifest = json.loads(chosen.manifest.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return _wrong(f"{chosen.manifest} can't be read: {error}")
    found = problems(manifest)
    if found:
        return _wrong(*(f"{chosen.manifest}: {line}" for line in found))
    workspace = filled(manifest, chosen.people.split(","), chosen.channels.split(","), chosen.pace)
    try:
        asyncio.run(_run(workspace, chosen.host, chosen.port))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        return _wrong(f"port {chosen.port} can't be used: {error.strerror}; choose another --port")
    return 0


def filled(manifest: Raw, people: list[str], channels: list[str], pace: float = 1.0) -> Workspace:
    """Return a workspace with people and channels, the app installed and in each of them."""
    workspace = Workspace(pace=pace)
    for number, name in enumerate(people, 1):
        workspace.add_user(f"U{number:02}", name.strip())
    for name in channels:
        workspace.add_channel(name.strip())
    workspace.install(manifest)
    workspace.invite_app(*(name.strip() for name in channels))
    return workspace


async def _run(workspace: Workspace, host: str, port: int) -> None:
    await workspace.start(host=host, port=port)
    lines = [f"{name}={value}" for name, value in workspace.environment().items()]
    warning = [] if host in control.LOOPBACK else [f"Whoever reaches {host} can act as anybody."]
    opened = f"Open {workspace.url} in a browser. Your bot needs:"
    text = "\n".join([*warning, opened, *lines])
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await workspace.stop()


def _wrong(*lines: str) -> int:
    sys.stderr.write("\n".join(lines) + "\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
