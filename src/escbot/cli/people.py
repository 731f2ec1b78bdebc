"""Whom a command names: the people of a roster file."""

from __future__ import annotations

from pathlib import Path

from escbot.cli.files import files_of
from escbot.core.roster import Roster
from escbot.settings import PeopleSettings


def people_of(roster: Path | None) -> Roster:
    """Return the people of a file, else of the one that ESCBOT_ROSTER names."""
    return files_of(None, roster or PeopleSettings().escbot_roster).roster
