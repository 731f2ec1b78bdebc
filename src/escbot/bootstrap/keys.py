"""The only source of random keys."""

from __future__ import annotations

import secrets


def new_key() -> str:
    """Return a random key for a message."""
    return secrets.token_hex(8)
