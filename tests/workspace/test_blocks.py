"""Block Kit's limits, in the words of Slack's validator."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.workspace import Workspace

TABLE = {
    "type": "data_table",
    "caption": "Open cases",
    "rows": [
        [{"type": "raw_text", "text": "Case"}, {"type": "raw_text", "text": "Hours"}],
        [{"type": "raw_text", "text": "ESC-1"}, {"type": "raw_number", "value": 3}],
    ],
}


async def test_a_workspace_can_play_to_be_too_old_for_a_block(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    assert (await client.chat_postMessage(channel="general", text="t", blocks=[TABLE]))["ok"]
    workspace.refuse_blocks = {"data_table"}
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="t", blocks=[TABLE])
    answer = caught.value.response.data
    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["unsupported type: data_table [json-pointer:/blocks/0/type]"],
        "response_metadata": {
            "messages": ["[ERROR] unsupported type: data_table [json-pointer:/blocks/0/type]"]
        },
    }
    assert workspace.refusals == []
