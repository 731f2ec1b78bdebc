"""A local Slack: one program, one port. It knows nothing of the bot that talks to it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from escbot.workspace import server, shapes
from escbot.workspace.clock import Clock
from escbot.workspace.delivery import Delivery
from escbot.workspace.events import Events
from escbot.workspace.faults import Faults
from escbot.workspace.httpdelivery import HttpDelivery
from escbot.workspace.interactions import Interactions
from escbot.workspace.limits import Limits
from escbot.workspace.manifest import Manifest
from escbot.workspace.model import App, Channel, Message, Raw, User, UserGroup, View
from escbot.workspace.people import Person
from escbot.workspace.sockets import Sockets
from escbot.workspace.state import Record, State
from escbot.workspace.triggers import Triggers
from escbot.workspace.webapi import WebApi


class Workspace:
    """A workspace with people, channels and one app.

    `start` is the simulated moment at which it begins (aware UTC); `pace` makes machine-time
    limits that much shorter; `rate_limits` False switches Slack's limits off; `patience` makes
    the three seconds of acknowledgements and triggers, and `until`, that much longer, for tests
    on a machine that has other things to do.
    """

    def __init__(
        self,
        start: datetime | None = None,
        pace: float = 1.0,
        *,
        rate_limits: bool = True,
        patience: float = 1.0,
    ) -> None:
        self.clock = Clock(start)
        self.pace = pace
        self.patience = patience
        self.state = State(self.clock)
        self.faults = Faults()
        self.limits = Limits(pace, enabled=rate_limits)
        self.triggers = Triggers(pace, patience)
        self.events = Events(self)
        self.sockets = Sockets(self)
        self.http = HttpDelivery(self)
        self.delivery = Delivery(self)
        self.api = WebApi(self)
        self.interactions = Interactions(self)
        self.people: dict[str, Person] = {}
        self.next_deadline: Callable[[], Awaitable[datetime | None]] | None = None
        self.tour: list[Raw] = []  # what the page proposes to try, see docs/workspace.md
        self.host = "127.0.0.1"
        # Block types that this workspace plays to be too old for: they are `invalid_blocks`.
        self.refuse_blocks: set[str] = set()
        self.revoked: set[str] = set()  # tokens of an app that was uninstalled
        self._runner: web.AppRunner | None = None
        self.url = "http://127.0.0.1:0"

    # Setting up

    def add_user(
        self,
        id_: str,
        name: str,
        *,
        title: str = "",
        tz: str = "UTC",
        email: str = "",
        guest: str = "",
        admin: bool = False,
        deleted: bool = False,
        team: str = "",
    ) -> Person:
        """Add a person.

        `guest` is "multi" (in several channels) or "single"; `team` is another workspace's id and
        makes somebody from outside, who is only in channels shared with that workspace.
        """
        if guest not in ("", "multi", "single"):
            raise ValueError(f"a guest is multi or single, not {guest!r}")
        self.state.users[id_] = User(
            id_, name, title, tz, deleted=deleted, email=email, guest=guest, admin=admin, team=team
        )
        self.people[id_] = Person(self, id_)
        return self.people[id_]

    def add_channel(
        self,
        name: str,
        members: list[str] | None = None,
        *,
        private: bool = False,
        shared_with: tuple[str, ...] = (),
    ) -> str:
        """Add a channel and return its id.

        `shared_with` are the ids of other workspaces (Slack Connect). Without `members` everybody
        is in it: those of this workspace who aren't guests, and those of the other ones.
        """
        everybody = {
            user.id
            for user in self.state.users.values()
            if not user.guest and not user.is_bot and (not user.team or user.team in shared_with)
        }
        inside = everybody if members is None else set(members)
        channel = Channel(self.state.id("C"), name.removeprefix("#"), inside, private)
        channel.teams = list(shared_with)
        channel.created = int(self.clock.now().timestamp())
        self.state.channels[channel.id] = channel
        self.state.messages[channel.id] = []
        return channel.id

    def add_group(self, name: str, handle: str, users: list[str]) -> str:
        """Add a user group and return its id."""
        group = UserGroup(self.state.id("S"), name, handle, users=list(users))
        self.state.groups[group.id] = group
        return group.id

    def install(self, manifest: Raw) -> App:
        """Install an app by its manifest. Nothing exists that it doesn't declare."""
        bot = self.state.users.setdefault("UBOT", User("UBOT", "app", is_bot=True))
        bot.name = Manifest(manifest).bot_name
        self.state.app = App(
            app_id="A01",
            team_id=self.state.team_id,
            bot_user_id=bot.id,
            bot_token=f"xoxb-{secrets.token_hex(8)}",
            app_token=f"xapp-{secrets.token_hex(8)}",
            signing_secret=secrets.token_hex(16),
            manifest=manifest,
            verification_token=secrets.token_urlsafe(18),
        )
        return self.state.app

    def uninstall(self) -> None:
        """Uninstall the app: it hears of it once, and its tokens are worth nothing."""
        app = self.state.app
        if app is None:
            return
        tokens = {"oauth": [], "bot": [self.bot]}
        self.events.send("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})
        self.events.send("app_uninstalled", {"type": "app_uninstalled"})
        self.revoked |= {app.bot_token, app.app_token}

    def invite_app(self, *channels: str) -> None:
        """Invite the app's bot to channels."""
        for name in channels:
            self.join(self.bot, name)

    def join(self, user: str, channel: str, inviter: str = "") -> None:
        """Put somebody into a channel, and tell the app."""
        place = self.state.channel(channel)
        if user not in place.members:
            place.members.add(user)
            self.events.member("member_joined_channel", place, user, inviter)
            self.state.changed()

    def leave(self, user: str, channel: str) -> None:
        """Take somebody out of a channel, and tell the app."""
        place = self.state.channel(channel)
        if user in place.members:
            self.events.member("member_left_channel", place, user)
            place.members.discard(user)
            self.state.changed()

    def delete(self, message: Message) -> None:
        """Delete a message, and tell the app.

        A root with replies leaves a tombstone, of which Slack says that the message changed; the
        tombstone goes with the last of the replies.
        """
        state = self.state
        if len(state.thread(message.channel, message.ts)) > 1:
            before = self.message_raw(message)
            self.events.changed(state.bury(message), before)
            return
        self.events.deleted(message)
        state.remove(message)
        root = state.find(message.channel, message.thread_ts or "")
        if root is not None and root.buried:
            self.delete(root)

    def archive(self, channel: str, by: str, *, back: bool = False) -> None:
        """Archive a channel, or bring it back, and tell the app."""
        place = self.state.channel(channel)
        place.archived = not back
        self.events.about_channel("unarchive" if back else "archive", place, by)
        self.state.changed()

    def deactivate(self, user: str) -> None:
        """Deactivate somebody: they leave all channels, and the app hears of it."""
        self.state.users[user].deleted = True
        self.events.about_user("user_change", user)
        self.state.changed()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen, on this machine only unless `host` says more. Raises OSError where the port
        is taken."""
        self.host = host
        runner = web.AppRunner(server.build(self), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.url = f"http://{_name_of(host)}:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        await self.delivery.stop()
        await self.sockets.close_all()
        await self.http.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    # Reading

    @property
    def listening(self) -> bool:
        """Whether it has started; what is set up before is no event to the app."""
        return self._runner is not None

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"{self.url}/api/"

    def environment(self) -> dict[str, str]:
        """Return what the installed app needs to know, by its usual names."""
        app = self.state.app
        if app is None:
            return {}
        tokens = {"SLACK_BOT_TOKEN": app.bot_token}
        if self.manifest.socket_mode:
            tokens["SLACK_APP_TOKEN"] = app.app_token
        return {
            **tokens,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "SLACK_API_URL": self.api_url,
        }

    @property
    def bot(self) -> str:
        """The user id of the app's bot."""
        return self.state.app.bot_user_id if self.state.app else ""

    @property
    def manifest(self) -> Manifest:
        """What the installed app declares."""
        return Manifest(self.state.app.manifest if self.state.app else {})

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes of the app's bot token."""
        return self.manifest.scopes

    @property
    def traffic(self) -> list[Record]:
        """What passed between app and workspace."""
        return self.state.traffic

    @property
    def refusals(self) -> list[str]:
        """Calls and answers of the app that Slack would refuse."""
        return self.state.refusals

    def person(self, id_: str) -> Person:
        """Return somebody to act as."""
        return self.people[id_]

    def messages(self, channel: str) -> list[Message]:
        """Return the messages of a channel that are neither replies nor tombstones."""
        id_ = self.state.channel(channel).id
        said = self.state.messages[id_]
        return [m for m in said if m.thread_ts in (None, m.ts) and not m.buried]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return a root and its replies."""
        return self.state.thread(self.state.channel(channel).id, ts)

    def permalink(self, channel: str, ts: str) -> str:
        """Return the link to a message."""
        return f"{self.url}/archives/{channel}/p{ts.replace('.', '')}"

    async def until(self, condition: Callable[[], object], timeout: float = 8.0) -> None:  # noqa: ASYNC109 - the name people expect
        """Wait until something is true. Raises AssertionError with the recent traffic."""
        end = time.monotonic() + timeout * self.patience
        while not condition():
            if time.monotonic() > end:
                recent = "\n".join(f"  {r.direction} {r.what}" for r in self.traffic[-15:])
                raise AssertionError(f"it did not become true; recent traffic:\n{recent}")
            await asyncio.sleep(0.02)

    async def settle(self, quiet: float = 0.1) -> None:
        """Wait until nothing has passed for a moment (machine seconds)."""
        seen = -1
        while seen != len(self.traffic) or self.delivery.outstanding:
            seen = len(self.traffic)
            await asyncio.sleep(quiet)

    # Shapes that several rooms need

    def user_raw(self, user: User) -> Raw:
        """Return a user as the Web API shows one."""
        return shapes.user_raw(self, user)

    def channel_raw(self, channel: Channel) -> Raw:
        """Return a channel as the Web API shows one."""
        return shapes.channel_raw(self, channel)

    def message_raw(self, message: Message, *, metadata: bool = False) -> Raw:
        """Return a message as the Web API shows one."""
        return shapes.message_raw(self, message, metadata=metadata)

    def view_raw(self, view: View) -> Raw:
        """Return a view as the Web API shows one."""
        return shapes.view_raw(self, view)

    def replace_view(self, view: View, body: Raw) -> None:
        """Show another body in the same view; what was filled in stays by its ids."""
        view.body = body
        view.hash = self.state.hash()
        kept = {
            (block.get("block_id"), block.get("element", {}).get("action_id"))
            for block in body.get("blocks", [])
        }
        # An update that comes just after an answer with errors leaves them at their fields.
        still = {block for block, _ in kept}
        view.errors = {block: text for block, text in view.errors.items() if block in still}
        view.values = {
            block: {action: value for action, value in inputs.items() if (block, action) in kept}
            for block, inputs in view.values.items()
        }
        self.state.changed()


def _name_of(host: str) -> str:
    """Return the name by which this machine reaches what listens on a host."""
    name = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{name}]" if ":" in name else name
