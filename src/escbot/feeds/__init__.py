"""Calendars and on-call plans from outside, as iCal feeds (RFC 5545)."""

from __future__ import annotations

from pathlib import Path

CACHE = Path(".escbot-cache")  # what was read last is kept here, unless the settings say where
