"""True payloads in Slack's documented shapes, one of each kind that the bot takes."""

from __future__ import annotations

from typing import Any

from escbot.slack import ids

Raw = dict[str, Any]
WHO: Raw = {"id": "U01", "username": "dana", "team_id": "T01"}
TEAM: Raw = {"id": "T01", "domain": "demo"}

SLASH: Raw = {
    "token": "x", "team_id": "T01", "channel_id": "C01", "user_id": "U01",
    "command": ids.COMMAND, "text": "status ESC-1", "trigger_id": "1.2.x",
    "response_url": "http://127.0.0.1:9/respond", "api_app_id": "A01",
}  # fmt: skip
MESSAGE: Raw = {"type": "message", "user": "U02", "ts": "1.0", "text": "down", "thread_ts": "1.0"}
SHORTCUT: Raw = {
    "type": "message_action", "callback_id": ids.SHORTCUT_MESSAGE, "trigger_id": "1.2.x",
    "team": TEAM, "user": WHO, "channel": {"id": "C01"}, "message": MESSAGE,
    "response_url": "http://127.0.0.1:9/respond",
}  # fmt: skip
GLOBAL: Raw = {
    "type": "shortcut", "callback_id": ids.SHORTCUT_GLOBAL, "trigger_id": "1.2.x",
    "team": TEAM, "user": WHO, "action_ts": "1.5",
}  # fmt: skip
CLICK: Raw = {
    "type": "block_actions", "team": TEAM, "user": WHO, "trigger_id": "1.2.x",
    "channel": {"id": "C01"}, "message": MESSAGE,
    "container": {"type": "message", "channel_id": "C01", "message_ts": "1.0"},
    "response_url": "http://127.0.0.1:9/respond",
    "actions": [{
        "type": "button", "action_id": ids.BUTTON + "acknowledge", "block_id": "b",
        "value": "1|2", "action_ts": "1.5",
    }],
}  # fmt: skip


def _field(block: str, **state: object) -> Raw:
    return {block: {ids.FIELD: state}}


VALUES: Raw = {
    **_field(ids.CUSTOMER, type="external_select", selected_option={"value": "Acme"}),
    **_field(ids.SUMMARY, type="plain_text_input", value="Nobody can pay"),
    **_field(ids.KIND, type="static_select", selected_option={"value": "outage"}),
    **_field(ids.IMPACT, type="static_select", selected_option={"value": "one_user"}),
    **_field(ids.ALSO, type="checkboxes", selected_options=[{"value": "novel"}]),
    **_field(ids.DEADLINE, type="datetimepicker", selected_date_time=1_795_600_000),
    **_field(ids.PERSON, type="users_select", selected_user="U05"),
}
VIEW: Raw = {
    "id": "V01", "type": "modal", "hash": "1.x", "callback_id": ids.FORM_ESCALATE,
    "private_metadata": "", "blocks": [{"type": "input", "block_id": ids.SUMMARY}],
    "state": {"values": VALUES}, "title": {"type": "plain_text", "text": "Escalate"},
}  # fmt: skip
SUBMITTED: Raw = {"type": "view_submission", "team": TEAM, "user": WHO, "view": VIEW}
CHOSEN: Raw = {
    "type": "block_actions", "team": TEAM, "user": WHO, "trigger_id": "1.2.x", "view": VIEW,
    "container": {"type": "view", "view_id": "V01"},
    "actions": [{
        "type": "static_select", "action_id": ids.FIELD, "block_id": ids.KIND,
        "selected_option": {"value": "outage"}, "action_ts": "1.5",
    }],
}  # fmt: skip
SUGGEST: Raw = {
    "type": "block_suggestion", "team": TEAM, "user": WHO, "view": VIEW, "value": "ac",
    "action_id": ids.FIELD, "block_id": ids.CUSTOMER,
}  # fmt: skip


def _event(event: Raw) -> Raw:
    return {
        "type": "event_callback", "team_id": "T01", "api_app_id": "A01", "event_id": "Ev1",
        "event_time": 1_795_500_000, "event": event,
        "authorizations": [{"team_id": "T01", "user_id": "U00", "is_bot": True}],
    }  # fmt: skip


EVENTS: tuple[Raw, ...] = (
    _event({**MESSAGE, "channel": "C01", "channel_type": "channel", "event_ts": "1.1"}),
    _event({
        "type": "message", "subtype": "message_deleted", "channel": "C01", "deleted_ts": "1.0",
        "previous_message": MESSAGE, "ts": "1.2",
    }),
    _event({
        "type": "reaction_added", "user": "U05", "reaction": "eyes", "event_ts": "1.3",
        "item": {"type": "message", "channel": "C01", "ts": "1.0"},
    }),
    _event({"type": "app_home_opened", "user": "U01", "tab": "home", "channel": "D01"}),
    _event({"type": "user_change", "user": {"id": "U05", "deleted": True}}),
    _event({
        "type": "app_mention", "user": "U01", "text": "<@U00> status 1", "ts": "1.4",
        "channel": "C01",
    }),
)  # fmt: skip
INTERACTIONS: tuple[Raw, ...] = (SHORTCUT, GLOBAL, CLICK, SUBMITTED, CHOSEN, SUGGEST)
ALL: tuple[Raw, ...] = (SLASH, *INTERACTIONS, *EVENTS)
