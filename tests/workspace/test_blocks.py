"""Block Kit's limits, in the words of Slack's validator."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.rules import problems
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


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", **fields}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **fields}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"text": plain(f"{n}"), "value": f"{n}", **fields} for n in range(count)]


def select(count: int, kind: str = "static_select", **fields: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "pick", "options": options(count), **fields}


def table(rows: int, columns: int = 2, **fields: Any) -> dict[str, Any]:
    cells = [{"type": "raw_text", "text": "x"}] * columns
    return {"type": "data_table", "caption": "c", "rows": [cells] * rows, **fields}


def chart(**fields: Any) -> dict[str, Any]:
    return {"type": "data_visualization", "title": "Cases", "chart": fields}


def bars(count: int, points: int = 2) -> list[dict[str, Any]]:
    data = [{"label": f"{n}", "value": n} for n in range(points)]
    return [{"name": f"series {n}", "data": data} for n in range(count)]


SAID: list[tuple[dict[str, Any], str]] = [
    (section(text=mrkdwn("x" * 3001)), "must be less than 3001 characters [{0}/text/text]"),
    (section(text=mrkdwn("")), "must be more than 0 characters [{0}/text/text]"),
    (section(text=mrkdwn("x" * 3001)), "failed to match all allowed schemas [{0}/text]"),
    (section(), "missing required field: text [{0}]"),
    (section(text=plain("x"), color="red"), "invalid additional property: color [{0}]"),
    (
        section(text={"type": "mrkdwn", "text": "x", "emoji": True}),
        "invalid additional property: emoji [{0}/text]",
    ),
    (section(fields=[mrkdwn("x")] * 11), "no more than 10 items allowed [{0}/fields]"),
    (
        section(fields=[mrkdwn("x" * 2001)]),
        "must be less than 2001 characters [{0}/fields/0/text]",
    ),
    (
        section(text=plain("x"), block_id="x" * 256),
        "must be less than 256 characters [{0}/block_id]",
    ),
    (
        section(text=plain("x"), accessory={"type": "plain_text_input"}),
        "unsupported type: plain_text_input [{0}/accessory/type]",
    ),
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [{0}/text/text]",
    ),
    ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn [{0}/text/type]"),
    (
        {"type": "context", "elements": [mrkdwn("x")] * 11},
        "no more than 10 items allowed [{0}/elements]",
    ),
    ({"type": "context", "elements": []}, "no fewer than 1 items allowed [{0}/elements]"),
    ({"type": "divider", "text": "x"}, "invalid additional property: text [{0}]"),
    (
        {"type": "image", "image_url": "https://x.test/a.png"},
        "missing required field: alt_text [{0}]",
    ),
    ({"type": "image", "alt_text": "x"}, "missing required field: image_url [{0}]"),
    (
        actions(*[button(action_id=f"{n}") for n in range(26)]),
        "no more than 25 items allowed [{0}/elements]",
    ),
    (
        actions(button(text=plain("x" * 76))),
        "must be less than 76 characters [{0}/elements/0/text/text]",
    ),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters [{0}/elements/0/value]"),
    (actions(button(url="x" * 3001)), "must be less than 3001 characters [{0}/elements/0/url]"),
    (actions(button(style="loud")), "must be a valid enum value [{0}/elements/0/style]"),
    (actions(button(disabled=True)), "invalid additional property: disabled [{0}/elements/0]"),
    (actions(button(), button()), "`action_id` must be unique [{0}/elements/1/action_id]"),
    (actions(select(101)), "no more than 100 items allowed [{0}/elements/0/options]"),
    (actions(select(6, "overflow")), "no more than 5 items allowed [{0}/elements/0/options]"),
    (actions(select(11, "checkboxes")), "no more than 10 items allowed [{0}/elements/0/options]"),
    (
        actions(select(2, "multi_static_select")),
        "unsupported type: multi_static_select [{0}/elements/0/type]",
    ),
    (
        actions(select(1, options=options(1, description=plain("x" * 76)))),
        "must be less than 76 characters [{0}/elements/0/options/0/description/text]",
    ),
    (
        actions(select(2, initial_option={"text": plain("9"), "value": "9"})),
        "must be one of the provided options [{0}/elements/0/initial_option]",
    ),
    (
        actions(
            button(
                confirm={
                    "title": plain("x" * 101),
                    "text": plain("x"),
                    "confirm": plain("y"),
                    "deny": plain("n"),
                }
            )
        ),
        "must be less than 101 characters [{0}/elements/0/confirm/title/text]",
    ),
    ({"type": "made_up"}, "unsupported type: made_up [{0}/type]"),
    ({"type": "alert", "text": mrkdwn("x")}, "unsupported type: alert [{0}/type]"),
    (table(1), "no fewer than 2 items allowed [{0}/rows]"),
    (table(202), "no more than 201 items allowed [{0}/rows]"),
    (table(2, 21), "no more than 20 items allowed [{0}/rows/0]"),
    (table(2, caption=None), "missing required field: caption [{0}]"),
    (
        chart(type="pie", segments=[{"label": "x", "value": 0}]),
        "must be greater than 0 [{0}/chart/segments/0/value]",
    ),
    (
        chart(type="pie", segments=[{"label": "x" * 21, "value": 1}]),
        "must be less than 21 characters [{0}/chart/segments/0/label]",
    ),
    (chart(type="bar", series=bars(13)), "no more than 12 items allowed [{0}/chart/series]"),
    (
        chart(type="line", series=bars(1, 21)),
        "no more than 20 items allowed [{0}/chart/series/0/data]",
    ),
    (chart(type="radar"), "unsupported type: radar [{0}/chart/type]"),
    (
        {"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}] * 11},
        "no more than 10 items allowed [{0}/child_blocks]",
    ),
    (
        {"type": "container", "child_blocks": [{"type": "divider"}]},
        "missing required field: title [{0}]",
    ),
    (
        {"type": "container", "title": plain("x"), "child_blocks": [section(text=mrkdwn(""))]},
        "must be more than 0 characters [{0}/child_blocks/0/text/text]",
    ),
    (
        {"type": "container", "title": plain("x"), "child_blocks": [table(2)]},
        "unsupported type: data_table [{0}/child_blocks/0/type]",
    ),
    (
        {"type": "card", "body": mrkdwn("x" * 201)},
        "must be less than 201 characters [{0}/body/text]",
    ),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters [{0}/text]"),
    (
        {"type": "task_card", "task_id": "1", "title": "x", "status": "done"},
        "must be a valid enum value [{0}/status]",
    ),
    ({"type": "plan", "tasks": []}, "missing required field: title [{0}]"),
]


@pytest.mark.parametrize(("block", "said"), SAID, ids=[said for _, said in SAID])
def test_what_the_validator_says_of_a_block(block: dict[str, Any], said: str) -> None:
    wanted = said.format("json-pointer:/blocks/0")
    assert wanted in problems([block], most=50, where="message")


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        (
            [{"type": "divider", "block_id": "a"}] * 2,
            "`block_id` must be unique [json-pointer:/blocks/1/block_id]",
        ),
        (
            [chart(type="pie", segments=[{"label": "x", "value": 1}])] * 3,
            "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]",
        ),
        ([{"type": "markdown", "text": "x" * 6001}] * 2, "must be less than 12001 characters"),
    ],
)
def test_what_the_validator_says_of_them_together(blocks: list[Any], said: str) -> None:
    assert any(line.startswith(said) for line in problems(blocks, most=50, where="message"))


GOOD = [
    section(text=mrkdwn("x" * 3000), accessory=select(100), expand=True),
    section(fields=[mrkdwn("x")] * 10),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x"), plain("y")]},
    actions(button(style="danger"), select(2, initial_option=options(2)[1])),
    table(201, 20),
    chart(type="bar", series=bars(12, 20), axis_config={"categories": [str(n) for n in range(20)]}),
    {
        "type": "container",
        "title": plain("Details"),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [section(text=mrkdwn("x")), {"type": "divider"}],
    },
    {"type": "plan", "title": "To do", "tasks": []},
    {"type": "markdown", "text": "# x"},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
]


def test_what_slack_takes_has_no_problem() -> None:
    assert problems(GOOD, most=50, where="message") == []
