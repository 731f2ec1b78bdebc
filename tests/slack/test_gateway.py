"""What Slack's answers mean to delivery."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from escbot.services.ports import ChatDown, ChatGone, ChatLimited, ChatRefused, ChatUncertain
from escbot.slack.gateway import NO_TOKEN, _meaning


def answered(data: Any, status: int = 200, **headers: str) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="x", req_args={},
        data=data, headers=headers, status_code=status,
    )  # fmt: skip
    return SlackApiError("", response)


@pytest.mark.parametrize("data", ["<html>Bad gateway</html>", "", {"ok": False}])
def test_a_fault_of_slacks_servers_leaves_the_outcome_open(data: Any) -> None:
    assert isinstance(_meaning("chat.postMessage", answered(data, 502)), ChatUncertain)


@pytest.mark.parametrize("code", sorted(NO_TOKEN))
def test_without_a_token_everything_waits_and_nothing_fails(code: str) -> None:
    found = _meaning("chat.postMessage", answered({"ok": False, "error": code}))
    assert isinstance(found, ChatDown)


def test_retry_after_is_for_the_method_by_the_name_that_delivery_has_for_it() -> None:
    error = answered({"ok": False, "error": "ratelimited"}, 429, **{"Retry-After": "30"})
    found = _meaning("chat.update", error)
    assert isinstance(found, ChatLimited)
    assert (found.method, found.retry_after) == ("update", 30)


@pytest.mark.parametrize(
    ("code", "what"),
    [("is_archived", "channel"), ("message_not_found", "message"), ("user_disabled", "user")],
)
def test_what_is_gone_is_named(code: str, what: str) -> None:
    found = _meaning("chat.postMessage", answered({"ok": False, "error": code}))
    assert isinstance(found, ChatGone)
    assert found.what == what


def test_what_slack_will_never_take_is_refused() -> None:
    found = _meaning("chat.postMessage", answered({"ok": False, "error": "msg_too_long"}))
    assert isinstance(found, ChatRefused)
