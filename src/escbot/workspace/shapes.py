"""Slack's shapes: users, channels, messages, files, groups and views as the Web API shows them."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from escbot.workspace.model import Channel, File, Message, Raw, User, UserGroup, View

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

PICTURES = (24, 32, 48, 72, 192, 512)
# What Slack makes of a file's kind: (filetype, its name for people).
FILETYPES = {
    "image/png": ("png", "PNG"),
    "image/jpeg": ("jpg", "JPEG"),
    "image/gif": ("gif", "GIF"),
    "text/plain": ("text", "Plain Text"),
    "text/csv": ("csv", "CSV"),
    "application/pdf": ("pdf", "PDF"),
    "application/json": ("json", "JSON"),
    "application/zip": ("zip", "Zip"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "docx",
        "Word Document",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        "xlsx",
        "Excel Spreadsheet",
    ),
}

# What people pick rather than type: a person, a channel, a link.
_PICKED = re.compile(r"(<(?:@[UW]\w+|#[CG]\w+|(?:https?|mailto):[^<>|\s]+)(?:\|[^<>|]*)?>)")


def encode(text: str) -> str:
    """Return what Slack sends for what somebody wrote: its three entities, what is picked kept."""
    pieces = _PICKED.split(text)
    return "".join(
        f"<{_entities(piece[1:-1])}>" if place % 2 else _entities(piece)
        for place, piece in enumerate(pieces)
    )


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_ids(blocks: list[Raw]) -> list[Raw]:
    """Return blocks and elements with the ids that Slack gives those that have none."""
    made = []
    for block in blocks:
        one = {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(3)}
        for key in ("elements", "child_blocks"):
            if block.get("type") in ("actions", "context_actions") and key == "elements":
                one[key] = [_named(item) for item in block[key]]
            elif key == "child_blocks" and key in block:
                one[key] = with_ids(block[key])
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict):
                one[key] = _named(block[key])
        made.append(one)
    return made


def _named(element: Raw) -> Raw:
    if element.get("type") == "image":
        return element
    return {**element, "action_id": element.get("action_id") or secrets.token_urlsafe(3)}


def user_raw(workspace: Workspace, user: User) -> Raw:
    """Return a user; the address only with the scope for it, little of somebody who left."""
    email = "users:read.email" in workspace.scopes and not user.is_bot and not user.team
    first, _, last = user.name.partition(" ")
    profile: Raw = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.name,
        "real_name_normalized": user.name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "g0",
        **{f"image_{size}": f"{workspace.url}/avatar/{user.id}" for size in PICTURES},
        "first_name": first,
        "last_name": last,
        "team": user.team or workspace.state.team_id,
    }
    if email and user.email:
        profile["email"] = user.email
    raw: Raw = {
        "id": user.id,
        "team_id": user.team or workspace.state.team_id,
        "name": user.handle(),
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if user.deleted:
        return raw
    zone = ZoneInfo(user.tz)
    offset = workspace.clock.now().astimezone(zone).utcoffset()
    raw |= {
        "color": "4bbe2e",
        "real_name": user.name,
        "tz": user.tz,
        "tz_label": _zone_name(workspace.clock.now(), zone),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": bool(user.guest),
        "is_ultra_restricted": user.guest == "single",
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
    if user.team:
        raw["is_stranger"] = not workspace.state.meets(user)
    return raw


def _zone_name(now: datetime, zone: ZoneInfo) -> str:
    return now.astimezone(zone).tzname() or "UTC"


def channel_raw(workspace: Workspace, channel: Channel) -> Raw:
    """Return a channel as the app's bot sees it."""
    team = workspace.state.team_id
    if channel.user is not None:
        deleted = workspace.state.users[channel.user].deleted
        return {
            "id": channel.id,
            "created": channel.created,
            "is_archived": False,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": team,
            "updated": channel.created * 1000,
            "user": channel.user,
            "is_user_deleted": deleted,
            "priority": 0,
            "is_open": True,
        }
    about = {"creator": channel.creator, "last_set": 0}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "unlinked": 0,
        "name_normalized": channel.name,
        "is_shared": channel.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": team,
        "updated": channel.created * 1000,
        "parent_conversation": None,
        "creator": channel.creator,
        "is_ext_shared": channel.shared,
        "shared_team_ids": [team, *channel.teams],
        "pending_connected_team_ids": [],
        **({"conversation_host_id": team} if channel.shared else {}),
        "is_member": workspace.bot in channel.members,
        "topic": {"value": channel.topic, **about},
        "purpose": {"value": channel.purpose, **about},
        "previous_names": [],
        "num_members": len(channel.members),
    }


def message_raw(workspace: Workspace, message: Message, *, metadata: bool = False) -> Raw:
    """Return a message; a root tells of its thread, and metadata only where it was asked for."""
    state = workspace.state
    raw = {**message.api(), "team": message.team or state.team_id}
    if message.is_bot:
        raw["bot_profile"] = {
            "id": "B01",
            "app_id": "A01",
            "user_id": message.user,
            "name": state.users[message.user].name if message.user in state.users else "",
            "icons": {},
            "deleted": False,
            "updated": 0,
            "team_id": state.team_id,
        }
    if metadata and message.metadata:
        raw["metadata"] = message.metadata
    if message.ephemeral_for is not None:
        return raw
    thread = [] if message.thread_ts else state.thread(message.channel, message.ts)
    replies = [reply for reply in thread if reply is not message]
    if replies:
        users = list(dict.fromkeys(reply.user for reply in replies))
        raw |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
            "reply_users": users[:5],
            "is_locked": False,
            "subscribed": False,
        }
    elif message.thread_ts and message.thread_ts != message.ts:
        root = state.find(message.channel, message.thread_ts)
        if root is not None:
            raw["parent_user_id"] = root.user
    if message.ts in state.channels[message.channel].pins:
        raw |= {"pinned_to": [message.channel], "pinned_info": {"channel": message.channel}}
    return raw


def view_raw(workspace: Workspace, view: View) -> Raw:
    """Return a view."""
    body = view.body
    blocks = list(body.get("blocks", []))
    raw: Raw = {
        **body,
        "blocks": blocks,
        "id": view.id,
        "team_id": workspace.state.team_id,
        "app_id": "A01",
        "app_installed_team_id": workspace.state.team_id,
        "bot_id": "B01",
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "close": body.get("close"),
        "submit": body.get("submit"),
        "state": {"values": view.values},
    }
    return raw


def file_raw(workspace: Workspace, file: File) -> Raw:
    """Return a file."""
    ext, pretty = FILETYPES.get(file.kind, ("binary", "Binary"))
    place = f"{workspace.url}/files-pri/{workspace.state.team_id}-{file.id}"
    raw: Raw = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.kind,
        "filetype": ext,
        "pretty_type": pretty,
        "user": file.user,
        "user_team": workspace.state.team_id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{place}/{file.name}",
        "url_private_download": f"{place}/download/{file.name}",
        "permalink": f"{workspace.url}/files/{file.user}/{file.id}/{file.name}",
        "has_rich_preview": False,
        "file_access": "visible",
        "channels": list(file.channels),
        "groups": [],
        "ims": [],
    }
    if file.alt:
        raw["alt_txt"] = file.alt
    if file.kind.startswith("image/"):
        raw |= {f"thumb_{size}": f"{place}/{file.name}" for size in (64, 80, 360)}
    return raw


def group_raw(workspace: Workspace, group: UserGroup, *, users: bool) -> Raw:
    """Return a user group."""
    raw: Raw = {
        "id": group.id,
        "team_id": workspace.state.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 1 if group.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": workspace.bot,
        "updated_by": workspace.bot,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.users),
    }
    if users:
        raw["users"] = list(group.users)
    return raw
