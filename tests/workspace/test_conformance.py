"""Every method's answer holds the fields that Slack documents and slack-sdk and Bolt rely on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.limits import OTHERS, PER_MINUTE, TIERS
from escbot.workspace.manifest import Manifest, problems
from escbot.workspace.scopes import EVENTS, SCOPES
from escbot.workspace.webapi import WebApi
from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import a_client, a_manifest, a_workspace

EVERY = sorted({scope for scopes in SCOPES.values() for scope in scopes})
USER = (
    "id team_id name deleted color real_name tz tz_label tz_offset is_admin is_owner is_bot "
    "is_primary_owner is_restricted is_ultra_restricted is_app_user updated profile.real_name "
    "profile.display_name profile.title profile.email profile.image_48 profile.team"
)
CHANNEL = (
    "id name is_channel is_group is_im is_mpim is_private created is_archived is_general "
    "name_normalized is_shared is_ext_shared is_org_shared is_member creator topic.value "
    "purpose.value previous_names num_members context_team_id shared_team_ids"
)
MESSAGE = "type user text ts bot_id app_id team bot_profile.id bot_profile.name"
FILE = "id name title mimetype filetype size user url_private url_private_download permalink"
GROUP = "id team_id name handle description is_usergroup user_count users prefs.channels"
BOOKMARK = "id channel_id title link type date_created rank last_updated_by_user_id"
VIEW = (
    "id team_id type title blocks private_metadata callback_id state.values hash clear_on_close "
    "notify_on_close root_view_id previous_view_id app_id external_id bot_id"
)
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Ask"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Well?"}}],
}
HOME = {"type": "home", "blocks": MODAL["blocks"]}


class Scene:
    """A workspace in which every method has something to be called on."""

    def __init__(self, workspace: Workspace, client: AsyncWebClient) -> None:
        self.w = workspace
        self.c = client
        self.place = workspace.state.channel("general").id
        self.ts = ""
        self.reply = ""

    async def prepare(self) -> Scene:
        """Post a message with a reply, a reaction, a pin, a bookmark and a file."""
        first = await self.c.chat_postMessage(channel=self.place, text="root")
        self.ts = str(first["ts"])
        answer = await self.c.chat_postMessage(channel=self.place, text="r", thread_ts=self.ts)
        self.reply = str(answer["ts"])
        await self.c.files_upload_v2(content="numbers", filename="a.csv", channel=self.place)
        self.file = next(iter(self.w.state.files))
        self.group = self.w.add_group("On call", "on-call", ["U01"])
        mark = await self.c.bookmarks_add(
            channel_id=self.place, title="Case", type="link", link="https://example.com"
        )
        self.mark = str(mark["bookmark"]["id"])
        return self

    def trigger(self, user: str = "U01") -> str:
        return self.w.triggers.new(user)

    async def opened(self) -> str:
        """Open a modal and return its id."""
        return str((await self.c.views_open(trigger_id=self.trigger(), view=MODAL))["view"]["id"])

    async def pushed(self) -> Any:
        await self.opened()
        return await self.c.views_push(trigger_id=self.trigger(), view=MODAL)

    async def reacted(self) -> None:
        await self.c.reactions_add(channel=self.place, timestamp=self.ts, name="eyes")

    async def pinned(self) -> None:
        await self.c.pins_add(channel=self.place, timestamp=self.ts)

    async def another(self) -> str:
        """Create a channel and return its id."""
        return str((await self.c.conversations_create(name="case-1"))["channel"]["id"])

    async def uploaded(self) -> Any:
        return await self.c.files_upload_v2(content="numbers", filename="b.csv")


Call = Callable[[Scene], Awaitable[Any]]


def after(first: str, then: Call) -> Call:
    """Return a call that needs another one before it."""

    async def both(s: Scene) -> Any:
        await getattr(s, first)()
        return await then(s)

    return both


def on_new(then: Callable[[Scene, str], Awaitable[Any]]) -> Call:
    """Return a call on a new channel."""

    async def both(s: Scene) -> Any:
        return await then(s, await s.another())

    return both


async def _update_view(s: Scene) -> Any:
    return await s.c.views_update(view_id=await s.opened(), view=MODAL)


async def _connections(s: Scene) -> Any:
    app = s.w.state.app
    assert app is not None
    return await s.c.apps_connections_open(app_token=app.app_token)


# method -> how it is called, and the fields its answer must hold ("a[].b" is b of a's first item)
METHODS: dict[str, tuple[Call, str]] = {
    "api.test": (lambda s: s.c.api_test(foo="bar"), "args.foo"),
    "apps.connections.open": (_connections, "url"),
    "auth.test": (
        lambda s: s.c.auth_test(),
        "url team user team_id user_id bot_id is_enterprise_install",
    ),
    "bookmarks.add": (
        lambda s: s.c.bookmarks_add(
            channel_id=s.place, title="t", type="link", link="https://example.com"
        ),
        f"bookmark:{BOOKMARK}",
    ),
    "bookmarks.edit": (
        lambda s: s.c.bookmarks_edit(bookmark_id=s.mark, channel_id=s.place, title="u"),
        f"bookmark:{BOOKMARK}",
    ),
    "bookmarks.list": (lambda s: s.c.bookmarks_list(channel_id=s.place), f"bookmarks[]:{BOOKMARK}"),
    "bookmarks.remove": (
        lambda s: s.c.bookmarks_remove(bookmark_id=s.mark, channel_id=s.place),
        "",
    ),
    "bots.info": (
        lambda s: s.c.bots_info(bot="B01"),
        "bot:id deleted name updated app_id user_id icons",
    ),
    "chat.delete": (lambda s: s.c.chat_delete(channel=s.place, ts=s.reply), "channel ts"),
    "chat.getPermalink": (
        lambda s: s.c.chat_getPermalink(channel=s.place, message_ts=s.ts),
        "channel permalink",
    ),
    "chat.postEphemeral": (
        lambda s: s.c.chat_postEphemeral(channel=s.place, user="U01", text="psst"),
        "message_ts",
    ),
    "chat.postMessage": (
        lambda s: s.c.chat_postMessage(channel=s.place, text="hello"),
        f"channel ts message:{MESSAGE}",
    ),
    "chat.update": (
        lambda s: s.c.chat_update(channel=s.place, ts=s.ts, text="changed"),
        f"channel ts text message:{MESSAGE}",
    ),
    "conversations.archive": (on_new(lambda s, id_: s.c.conversations_archive(channel=id_)), ""),
    "conversations.create": (
        lambda s: s.c.conversations_create(name="case-1"),
        f"channel:{CHANNEL}",
    ),
    "conversations.history": (
        lambda s: s.c.conversations_history(channel=s.place),
        "messages[]:type user text ts has_more pin_count response_metadata.next_cursor",
    ),
    "conversations.info": (
        lambda s: s.c.conversations_info(channel=s.place),
        f"channel:{CHANNEL}",
    ),
    "conversations.invite": (
        on_new(lambda s, id_: s.c.conversations_invite(channel=id_, users="U01,U02")),
        f"channel:{CHANNEL}",
    ),
    "conversations.join": (
        lambda s: s.c.conversations_join(channel=s.w.state.channel("open").id),
        f"channel:{CHANNEL}",
    ),
    "conversations.kick": (
        lambda s: s.c.conversations_kick(channel=s.place, user="U02"),
        "errors",
    ),
    "conversations.leave": (on_new(lambda s, id_: s.c.conversations_leave(channel=id_)), ""),
    "conversations.list": (
        lambda s: s.c.conversations_list(types="public_channel,private_channel"),
        f"channels[]:{CHANNEL} response_metadata.next_cursor",
    ),
    "conversations.members": (
        lambda s: s.c.conversations_members(channel=s.place),
        "members response_metadata.next_cursor",
    ),
    "conversations.open": (lambda s: s.c.conversations_open(users="U01"), "channel.id"),
    "conversations.rename": (
        on_new(lambda s, id_: s.c.conversations_rename(channel=id_, name="case-2")),
        f"channel:{CHANNEL}",
    ),
    "conversations.replies": (
        lambda s: s.c.conversations_replies(channel=s.place, ts=s.ts),
        "messages[]:type user text ts thread_ts reply_count reply_users latest_reply "
        "has_more response_metadata.next_cursor",
    ),
    "conversations.setPurpose": (
        lambda s: s.c.conversations_setPurpose(channel=s.place, purpose="to help"),
        "channel.purpose.value",
    ),
    "conversations.setTopic": (
        lambda s: s.c.conversations_setTopic(channel=s.place, topic="now"),
        "channel.topic.value",
    ),
    "files.completeUploadExternal": (lambda s: s.uploaded(), f"files[]:{FILE}"),
    "files.delete": (lambda s: s.c.files_delete(file=s.file), ""),
    "files.getUploadURLExternal": (
        lambda s: s.c.files_getUploadURLExternal(filename="a.txt", length=4),
        "upload_url file_id",
    ),
    "files.info": (lambda s: s.c.files_info(file=s.file), f"file:{FILE}"),
    "files.list": (lambda s: s.c.files_list(), f"files[]:{FILE} paging.total"),
    "pins.add": (lambda s: s.c.pins_add(channel=s.place, timestamp=s.ts), ""),
    "pins.list": (
        after("pinned", lambda s: s.c.pins_list(channel=s.place)),
        "items[]:type created created_by channel message.ts",
    ),
    "pins.remove": (
        after("pinned", lambda s: s.c.pins_remove(channel=s.place, timestamp=s.ts)),
        "",
    ),
    "reactions.add": (
        lambda s: s.c.reactions_add(channel=s.place, timestamp=s.ts, name="eyes"),
        "",
    ),
    "reactions.get": (
        after("reacted", lambda s: s.c.reactions_get(channel=s.place, timestamp=s.ts)),
        "type channel message.reactions",
    ),
    "reactions.remove": (
        after(
            "reacted",
            lambda s: s.c.reactions_remove(channel=s.place, timestamp=s.ts, name="eyes"),
        ),
        "",
    ),
    "team.info": (lambda s: s.c.team_info(), "team:id name domain email_domain icon"),
    "usergroups.create": (
        lambda s: s.c.usergroups_create(name="Night", handle="night"),
        f"usergroup:{GROUP}",
    ),
    "usergroups.list": (
        lambda s: s.c.usergroups_list(include_users=True),
        f"usergroups[]:{GROUP}",
    ),
    "usergroups.users.list": (lambda s: s.c.usergroups_users_list(usergroup=s.group), "users"),
    "usergroups.users.update": (
        lambda s: s.c.usergroups_users_update(usergroup=s.group, users=["U02"]),
        f"usergroup:{GROUP}",
    ),
    "users.conversations": (
        lambda s: s.c.users_conversations(),
        f"channels[]:{CHANNEL} response_metadata.next_cursor",
    ),
    "users.getPresence": (lambda s: s.c.users_getPresence(user="U01"), "presence"),
    "users.info": (lambda s: s.c.users_info(user="U01"), f"user:{USER}"),
    "users.list": (
        lambda s: s.c.users_list(),
        f"members[]:{USER} cache_ts response_metadata.next_cursor",
    ),
    "users.lookupByEmail": (
        lambda s: s.c.users_lookupByEmail(email="ann@example.com"),
        f"user:{USER}",
    ),
    "views.open": (
        lambda s: s.c.views_open(trigger_id=s.trigger(), view=MODAL),
        f"view:{VIEW}",
    ),
    "views.publish": (lambda s: s.c.views_publish(user_id="U01", view=HOME), f"view:{VIEW}"),
    "views.push": (lambda s: s.pushed(), f"view:{VIEW}"),
    "views.update": (_update_view, f"view:{VIEW}"),
}
NULL = ("previous_view_id",)  # may be null at Slack too
TOP = ("has_more", "pin_count", "response_metadata.next_cursor", "cache_ts", "paging.total")


def missing(answer: dict[str, Any], wanted: str) -> list[str]:
    """Return the fields that an answer lacks."""
    base, found = "", []
    for word in wanted.split():
        path = word
        if ":" in word:
            base, path = word.split(":")
        elif word in TOP:
            base = ""
        if not _holds(answer, [*filter(None, [base]), path]):
            found.append(".".join(filter(None, [base, path])))
    return found


def _holds(node: Any, path: list[str]) -> bool:
    for part in ".".join(path).split("."):
        name = part.removesuffix("[]")
        if not isinstance(node, dict) or name not in node:
            return False
        if node[name] is None and name not in NULL:
            return False
        node = node[name]
        if part.endswith("[]"):
            node = node[0]
    return True


def a_full_workspace(**changes: Any) -> Workspace:
    """Return a workspace whose app has every scope."""
    workspace = a_workspace(a_manifest(scopes=[*EVERY, "commands"], **changes), pace=20)
    workspace.state.users["U01"].email = "ann@example.com"
    workspace.add_channel("open")
    return workspace


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_the_answer_holds_what_is_documented(method: str) -> None:
    workspace = a_full_workspace()
    await workspace.start()
    scene = await Scene(workspace, a_client(workspace)).prepare()
    call, wanted = METHODS[method]
    answer = await call(scene)
    assert answer["ok"] is True
    assert missing(answer.data, wanted) == []
    assert workspace.refusals == []
    await workspace.stop()


def test_every_method_is_checked_and_has_a_tier() -> None:
    methods = set(WebApi(a_workspace()).methods)
    assert methods == set(METHODS)
    assert set(SCOPES) <= methods
    assert set(TIERS) <= methods
    assert all(PER_MINUTE[TIERS.get(method, OTHERS)] for method in methods)


@pytest.mark.parametrize("method", sorted(SCOPES))
async def test_a_method_without_its_scope_says_what_it_needs(method: str) -> None:
    workspace = a_full_workspace()
    await workspace.start()
    scene = await Scene(workspace, a_client(workspace)).prepare()
    app = workspace.state.app
    assert app is not None
    kept = sorted(set(EVERY) - set(SCOPES[method]))
    app.manifest["oauth_config"]["scopes"]["bot"] = kept
    with pytest.raises(SlackApiError, match="missing_scope") as caught:
        await scene.c.api_call(method, json={"channel": scene.place, "users": "U01"})
    answer = caught.value.response
    assert set(answer["needed"].split(",")) <= set(SCOPES[method])
    assert answer["provided"] == ",".join(kept)
    assert answer.headers["X-OAuth-Scopes"] == ",".join(kept)
    await workspace.stop()


async def test_the_kind_of_channel_decides_which_scope_is_needed() -> None:
    workspace = a_workspace(a_manifest(scopes=["channels:history", "channels:read"]), pace=20)
    workspace.add_channel("secret", private=True)
    workspace.invite_app("secret")
    await workspace.start()
    client = a_client(workspace)
    assert (await client.conversations_history(channel=workspace.state.channel("general").id))["ok"]
    secret = workspace.state.channel("secret").id
    for call, needed in (
        (client.conversations_history(channel=secret), "groups:history"),
        (client.conversations_info(channel=secret), "groups:read"),
        (client.conversations_list(types="public_channel,private_channel"), "groups:read"),
    ):
        with pytest.raises(SlackApiError, match="missing_scope") as caught:
            await call
        assert caught.value.response["needed"] == needed
    await workspace.stop()


async def test_tokens(workspace: Workspace) -> None:
    app = workspace.state.app
    assert app is not None

    async def error(token: str, method: str = "auth.test") -> str:
        client = AsyncWebClient(token, workspace.api_url, retry_handlers=[])
        with pytest.raises(SlackApiError) as caught:
            await client.api_call(method)
        return str(caught.value.response["error"])

    assert await error("") == "not_authed"
    assert await error("xoxb-made-up") == "invalid_auth"
    assert await error(app.app_token) == "not_allowed_token_type"
    assert await error(app.bot_token, "apps.connections.open") == "not_allowed_token_type"
    assert await error(app.bot_token, "chat.shout") == "unknown_method"
    workspace.uninstall()
    assert await error(app.bot_token) == "account_inactive"


async def test_lists_come_in_pages(workspace: Workspace, client: AsyncWebClient) -> None:
    for number in range(7):
        workspace.add_channel(f"channel-{number}")
        workspace.add_user(f"U1{number}", f"Person {number}")
        await client.chat_postMessage(channel="general", text=f"message {number}")
    place = workspace.state.channel("general").id
    for pages, key, total in (
        (client.conversations_list(limit=3), "channels", 8),
        (client.users_list(limit=3), "members", 10),
        (client.conversations_history(channel=place, limit=3), "messages", 7),
    ):
        found = [item async for page in await pages for item in page[key]]
        assert len(found) == total, key
        assert len({item.get("id") or item["ts"] for item in found}) == total
    with pytest.raises(SlackApiError, match="invalid_cursor"):
        await client.conversations_list(cursor="nonsense")


@pytest.mark.parametrize("name", sorted(name for name, scopes in EVENTS.items() if scopes))
def test_an_event_without_its_scope_is_refused_and_not_sent(name: str) -> None:
    raw = a_manifest(scopes=["commands"], events=[name])
    assert problems(raw) == [f"the event {name} needs the scope {' or '.join(EVENTS[name])}"]
    assert Manifest(raw).events == frozenset()
    granted = a_manifest(scopes=["commands", EVENTS[name][0]], events=[name])
    assert problems(granted) == []
    assert Manifest(granted).events == {name}
