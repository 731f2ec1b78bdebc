"""Trigger ids (three seconds of machine time, once) and response addresses (five uses)."""

from __future__ import annotations

import secrets
import time

from escbot.workspace.api.errors import ApiError, invalid_arguments

TRIGGER_LIVES = 3.0
ADDRESS_LIVES = 1800.0
ADDRESS_USES = 5


class Triggers:
    """What lets an app answer an interaction. Triggers live as long at any pace."""

    def __init__(self, pace: float, patience: float = 1.0) -> None:
        self._pace = pace
        self._patience = patience
        self._triggers: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()
        self._addresses: dict[str, tuple[str, str, str | None, float, int]] = {}

    def new(self, user: str) -> str:
        """Return a trigger for one view."""
        id_ = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[id_] = (user, time.monotonic())
        return id_

    def use(self, id_: str) -> str:
        """Use a trigger and return whose it was. Raises ApiError."""
        if id_ in self._used:
            raise ApiError("exchanged_trigger_id")
        found = self._triggers.pop(id_, None)
        if found is None:
            raise invalid_arguments("invalid `trigger_id` [json-pointer:/trigger_id]")
        user, at = found
        self._used.add(id_)
        if time.monotonic() - at > TRIGGER_LIVES * self._patience:
            raise ApiError("expired_trigger_id")
        return user

    def address(self, user: str, channel: str, ts: str | None) -> str:
        """Return the secret part of a response_url."""
        id_ = secrets.token_hex(12)
        self._addresses[id_] = (user, channel, ts, time.monotonic(), 0)
        return id_

    def answer(self, id_: str) -> tuple[str, str, str | None]:
        """Use a response_url; return user, channel and the message it belongs to.

        Raises ApiError: used_url after five uses, expired_url after half an hour.
        """
        found = self._addresses.get(id_)
        if found is None:
            raise ApiError("used_url")
        user, channel, ts, at, uses = found
        if time.monotonic() - at > ADDRESS_LIVES / self._pace:
            raise ApiError("expired_url")
        if uses >= ADDRESS_USES:
            raise ApiError("used_url")
        self._addresses[id_] = (user, channel, ts, at, uses + 1)
        return user, channel, ts
