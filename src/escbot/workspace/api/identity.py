"""auth, api, apps, team, bots, users and usergroups."""

from __future__ import annotations

from escbot.workspace.api.errors import ApiError
from escbot.workspace.api.group import Group, listed, page, required, true
from escbot.workspace.model import Raw, UserGroup
from escbot.workspace.shapes import group_raw, user_raw


class Identity(Group):
    """Who is who."""

    async def test(self, a: Raw) -> Raw:
        """api.test: says that Slack is there."""
        if a.get("error"):
            raise ApiError(str(a["error"]), args=a)
        return {"args": {key: value for key, value in a.items() if key != "token"}}

    async def auth(self, a: Raw) -> Raw:
        """auth.test: whose token this is."""
        return {
            "url": f"{self._w.url}/",
            "team": self._s.team_name,
            "user": self._s.users[self.bot].handle(),
            "team_id": self._s.team_id,
            "user_id": self.bot,
            "bot_id": "B01",
            "is_enterprise_install": False,
        }

    async def connections(self, a: Raw) -> Raw:
        """apps.connections.open: an address for one socket."""
        return {"url": self._w.sockets.new_address()}

    async def team(self, a: Raw) -> Raw:
        """team.info."""
        id_ = str(a.get("team") or self._s.team_id)
        if id_ != self._s.team_id:
            raise ApiError("team_not_found")
        icon = {"image_default": True}
        name = self._s.team_name
        return {
            "team": {
                "id": id_,
                "name": name,
                "url": f"{self._w.url}/",
                "domain": self._s.domain,
                "email_domain": "",
                "icon": icon,
            }
        }

    async def bot_info(self, a: Raw) -> Raw:
        """bots.info."""
        if a.get("bot") not in (None, "", "B01"):
            raise ApiError("bot_not_found")
        return {
            "bot": {
                "id": "B01",
                "deleted": False,
                "name": self._s.users[self.bot].name,
                "updated": 0,
                "app_id": "A01",
                "user_id": self.bot,
                "icons": {},
            }
        }

    async def info(self, a: Raw) -> Raw:
        """users.info."""
        return {"user": user_raw(self._w, self.user(a.get("user")))}

    async def users(self, a: Raw) -> Raw:
        """users.list: everybody of this workspace, and those from outside who share a channel."""
        known = [user for user in self._s.users.values() if not user.team or self._s.meets(user)]
        found, cursor = page(known, a, usual=len(known) or 1)
        return {
            "members": [user_raw(self._w, user) for user in found],
            "cache_ts": int(self._w.clock.now().timestamp()),
            "response_metadata": {"next_cursor": cursor},
        }

    async def by_email(self, a: Raw) -> Raw:
        """users.lookupByEmail."""
        required(a, "email")
        wanted = str(a["email"]).lower()
        for user in self._s.users.values():
            if user.email.lower() == wanted and not user.deleted and not user.team:
                return {"user": user_raw(self._w, user)}
        raise ApiError("users_not_found")

    async def conversations(self, a: Raw) -> Raw:
        """users.conversations: the channels that somebody, usually the bot, is in."""
        who = str(a.get("user") or self.bot)
        kinds = listed(a.get("types") or "public_channel")
        found = [
            self._w.channel_raw(channel)
            for channel in self._s.channels.values()
            if who in channel.members and channel.listed_as in kinds
            if not (true(a.get("exclude_archived")) and channel.archived)
        ]
        shown, cursor = page(found, a)
        return {"channels": shown, "response_metadata": {"next_cursor": cursor}}

    async def presence(self, a: Raw) -> Raw:
        """users.getPresence."""
        user = self.user(a.get("user") or self.bot)
        return {"presence": "away" if user.deleted else "active"}

    async def groups(self, a: Raw) -> Raw:
        """usergroups.list."""
        with_users = true(a.get("include_users"))
        disabled = true(a.get("include_disabled"))
        groups = [g for g in self._s.groups.values() if disabled or not g.disabled]
        return {"usergroups": [group_raw(self._w, group, users=with_users) for group in groups]}

    def _group(self, a: Raw) -> UserGroup:
        group = self._s.groups.get(str(a.get("usergroup") or ""))
        if group is None:
            raise ApiError("no_such_subteam")
        return group

    async def group_users(self, a: Raw) -> Raw:
        """usergroups.users.list."""
        return {"users": list(self._group(a).users)}

    async def change_group(self, a: Raw) -> Raw:
        """usergroups.users.update: replaces the members."""
        group = self._group(a)
        users = listed(a.get("users"))
        if not users:
            raise ApiError("no_users_provided")
        if any(user not in self._s.users for user in users):
            raise ApiError("invalid_users")
        group.users = users
        self._s.changed()
        return {"usergroup": group_raw(self._w, group, users=True)}

    async def create_group(self, a: Raw) -> Raw:
        """usergroups.create."""
        required(a, "name")
        handle = str(a.get("handle") or str(a["name"]).lower().replace(" ", "-"))
        if any(handle == group.handle for group in self._s.groups.values()):
            raise ApiError("handle_already_exists")
        group = UserGroup(self._s.id("S"), str(a["name"]), handle, str(a.get("description") or ""))
        self._s.groups[group.id] = group
        self._s.changed()
        return {"usergroup": group_raw(self._w, group, users=True)}
