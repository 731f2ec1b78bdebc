"""The Web API: which methods there are, and what a token may call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from escbot.workspace.api.chat import Chat
from escbot.workspace.api.conversations import Conversations
from escbot.workspace.api.errors import ApiError
from escbot.workspace.api.files import Files
from escbot.workspace.api.identity import Identity
from escbot.workspace.api.marks import Marks
from escbot.workspace.api.views import Views
from escbot.workspace.model import Raw
from escbot.workspace.scopes import SCOPES

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

__all__ = ["SCOPES", "ApiError", "WebApi"]

Method = Callable[[Raw], Awaitable[Raw]]


class WebApi:
    """Answers the app's calls."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self.methods: Mapping[str, Method] = _methods(workspace)

    async def call(self, method: str, arguments: Raw) -> Raw:
        """Do one method. Raises ApiError."""
        handle = self.methods.get(method)
        if handle is None:
            raise ApiError("unknown_method", req_method=method)
        needed = SCOPES.get(method)
        granted = self._w.scopes
        if needed and not set(needed) & granted:
            raise ApiError(
                "missing_scope", needed=",".join(needed), provided=",".join(sorted(granted))
            )
        return await handle(arguments)


def _methods(workspace: Workspace) -> Mapping[str, Method]:
    who, places, chat = Identity(workspace), Conversations(workspace), Chat(workspace)
    views, marks, files = Views(workspace), Marks(workspace), Files(workspace)
    return {
        "api.test": who.test,
        "apps.connections.open": who.connections,
        "auth.test": who.auth,
        "bookmarks.add": marks.bookmark,
        "bookmarks.edit": marks.edit_bookmark,
        "bookmarks.list": marks.bookmarks,
        "bookmarks.remove": marks.remove_bookmark,
        "bots.info": who.bot_info,
        "chat.delete": chat.delete,
        "chat.getPermalink": chat.permalink,
        "chat.postEphemeral": chat.ephemeral,
        "chat.postMessage": chat.post,
        "chat.update": chat.update,
        "conversations.archive": places.archive,
        "conversations.create": places.create,
        "conversations.history": places.history,
        "conversations.info": places.info,
        "conversations.invite": places.invite,
        "conversations.join": places.join,
        "conversations.kick": places.kick,
        "conversations.leave": places.leave,
        "conversations.list": places.channels,
        "conversations.members": places.members,
        "conversations.open": places.open,
        "conversations.rename": places.rename,
        "conversations.replies": places.replies,
        "conversations.setPurpose": places.purpose,
        "conversations.setTopic": places.topic,
        "files.completeUploadExternal": files.complete,
        "files.delete": files.delete,
        "files.getUploadURLExternal": files.address,
        "files.info": files.info,
        "files.list": files.files,
        "pins.add": marks.pin,
        "pins.list": marks.pins,
        "pins.remove": marks.unpin,
        "reactions.add": marks.react,
        "reactions.get": marks.reactions,
        "reactions.remove": marks.unreact,
        "team.info": who.team,
        "usergroups.create": who.create_group,
        "usergroups.list": who.groups,
        "usergroups.users.list": who.group_users,
        "usergroups.users.update": who.change_group,
        "users.conversations": who.conversations,
        "users.getPresence": who.presence,
        "users.info": who.info,
        "users.list": who.users,
        "users.lookupByEmail": who.by_email,
        "views.open": views.open,
        "views.publish": views.publish,
        "views.push": views.push,
        "views.update": views.update,
    }
