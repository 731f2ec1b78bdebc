"""The wheel holds what the program needs and installs elsewhere; importing does nothing."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_its_data(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path]
    subprocess.run([*map(str, command)], cwd=ROOT, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "escbot/py.typed",
        "escbot/defaults/policy.yaml",
        "escbot/defaults/roster.yaml",
        "escbot/workspace/page/index.html",
        "escbot/workspace/page/style.css",
        "escbot/store/migrations/versions/0001_the_first_tables.py",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith("tests/")]


def test_importing_every_module_starts_nothing() -> None:
    code = (
        "import asyncio, importlib, pkgutil, threading, escbot\n"
        "for m in pkgutil.walk_packages(escbot.__path__, 'escbot.'):\n"
        "    if 'migrations' not in m.name: importlib.import_module(m.name)\n"
        "print(threading.active_count())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "1"


def test_run_names_every_missing_setting_and_exits_two(tmp_path: Path) -> None:
    code = "from escbot.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, "run"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "SLACK_BOT_TOKEN is not set" in done.stderr
    assert "SLACK_APP_TOKEN is not set" in done.stderr
    assert "Traceback" not in done.stderr
