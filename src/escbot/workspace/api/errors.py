"""What Slack answers when it refuses."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A call that Slack refuses, with its code; `expected` ones were asked for by a test."""

    def __init__(self, code: str, *, expected: bool = False, **more: Any) -> None:  # noqa: ANN401 - Slack's own fields
        super().__init__(code)
        self.code = code
        self.expected = expected
        self.more = more


def invalid_arguments(*messages: str) -> ApiError:
    """Return the error for arguments that Slack's schema refuses."""
    return ApiError("invalid_arguments", response_metadata={"messages": as_errors(messages)})


def as_errors(messages: tuple[str, ...] | list[str]) -> list[str]:
    """Return messages the way `response_metadata` lists them."""
    return [f"[ERROR] {message}" for message in messages]
