"""A workspace with people, the real bot connected to it by a real socket, and a clock to move."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escbot.bootstrap import Program
from escbot.core.case import Case
from escbot.services.files import Files
from escbot.services.policyfile import default_text
from escbot.settings import Settings
from escbot.slack.manifest import manifest
from escbot.workspace.model import Message
from escbot.workspace.workspace import Workspace
from tests.conftest import new_database
from tests.make import NOW, a_policy, a_roster

PACE = 20.0
PATIENCE = 3.0  # so that a busy machine is not taken for a slow bot
CHANNELS = ("general", "escalations", "esc-managers", "planning", "nordwind-shared")


@dataclass
class World:
    """The workspace and the bot in it."""

    workspace: Workspace
    program: Program
    settings: Settings

    async def escalate(
        self,
        by: str = "U01",
        customer: str = "Globex",
        summary: str = "Nobody can pay",
        kind: str = "System down",
        impact: str = "One user",
        area: str | None = "Payments",
        also: tuple[str, ...] = (),
        **texts: str,
    ) -> Message:
        """Open a case by the form, and return its card."""
        person = self.workspace.person(by)
        before = len(self.workspace.messages("escalations"))
        assert await person.slash("/escalate", channel="general")
        form = person.form().fill("Customer", customer).fill("What is happening?", summary)
        form.choose("Kind of problem", kind).choose("Impact", impact)
        if area:
            form.choose("Area", area)
        if also:
            form.choose("Also true", *also)
        for label, text in texts.items():
            form.fill(label, text)
        outcome = await form.submit()
        assert outcome.closed, outcome.errors
        await self.workspace.until(lambda: len(self.workspace.messages("escalations")) > before)
        return self.workspace.messages("escalations")[-1]

    async def case(self, number: int = 1) -> Case:
        """Return a case as the database has it."""
        assert self.program.desk is not None
        case = await self.program.desk.case("T01", number)
        assert case is not None
        return case

    def change_policy(self, **fields: Any) -> None:
        """Change the policy for new cases, as an edited file would."""
        library = self.program.library
        assert library is not None
        version = f"{library.current.version}-changed"
        library.use(replace(library.current, version=version, **fields))

    def change_customer(self, name: str, **fields: Any) -> None:
        """Change a customer in the roster, as an edited file would."""
        library = self.program.library
        assert library is not None
        customers = tuple(
            replace(one, **fields) if one.name == name else one for one in library.roster.customers
        )
        library.roster = replace(library.roster, customers=customers)

    def change_person(self, id_: str, **fields: Any) -> None:
        """Change somebody in the roster, as an edited file would."""
        library = self.program.library
        assert library is not None
        people = tuple(
            replace(person, **fields) if person.id == id_ else person
            for person in library.roster.people
        )
        library.roster = replace(library.roster, people=people)

    def now(self) -> datetime:
        """Return the moment on the workspace's clock."""
        return self.workspace.clock.now()

    def thread(self, card: Message) -> list[Message]:
        """Return the replies under a card."""
        return self.workspace.thread("escalations", card.ts)[1:]

    def said(self, card: Message) -> str:
        """Return everything that can be read in a thread."""
        return "\n".join(message.words() for message in self.thread(card))

    async def sees(self, card: Message, text: str) -> None:
        """Wait until the thread says something."""
        await self.workspace.until(lambda: text in self.said(card))

    async def shows(self, message: Message, text: str) -> None:
        """Wait until a message says something."""
        await self.workspace.until(lambda: text in message.words())

    def looks_again_soon(self) -> None:
        """Let delivery look for a channel that is missing again at once."""
        assert self.program.delivery is not None
        sender = self.program.delivery._sender
        sender._pace = replace(sender._pace, missing=0.1)

    async def later(self, **time: float) -> None:
        """Move the clock."""
        await self.workspace.clock.advance(timedelta(**time))

    async def directs(self, person: str, count: int = 1) -> list[Message]:
        """Wait for direct messages to somebody, and return them."""
        who = self.workspace.person(person)
        await self.workspace.until(lambda: len(who.direct()) >= count)
        return who.direct()

    async def asks(self, person: str, number: int = 1) -> None:
        """Wait until somebody is asked to take a case."""
        for _ in range(400):
            if (await self.case(number)).offered == person:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{person} was not asked")

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database."""
        await self.program.stop()
        self.program = a_program(self.workspace, self.settings)
        await self.program.start()


def a_program(workspace: Workspace, settings: Settings) -> Program:
    files = Files(a_policy(), default_text(), "policy.yaml", a_roster())
    clock = workspace.clock.now
    return Program(settings, clock=clock, beat=0.05, files=files)


def a_workspace(
    start: datetime | None = NOW, http: str | None = None, patience: float = PATIENCE
) -> Workspace:
    """Return a workspace whose clock stands still at `start`, or runs with the machine's.

    `http` is the address of an app in HTTP mode.
    """
    workspace = Workspace(start=start, pace=PACE, patience=patience)
    if start is not None:
        workspace.clock.pause()
    for person in a_roster().people:
        workspace.add_user(person.id, person.name, tz=person.timezone)
    workspace.add_user("U99", "Guest")
    for name in CHANNELS:
        workspace.add_channel(name)
    workspace.install(manifest(http))
    workspace.invite_app(*CHANNELS)
    return workspace


@asynccontextmanager
async def a_world(
    folder: Path, *, http: bool = False, strict: bool = True, database: str | None = None
) -> AsyncIterator[World]:
    """Run workspace and bot; where it's strict, nothing that Slack refuses may have happened."""
    port = free_port() if http else 0
    workspace = a_workspace(http=f"http://127.0.0.1:{port}" if http else None)
    await workspace.start()
    app = workspace.state.app
    assert app is not None
    settings = Settings(
        _env_file=None,
        slack_bot_token=app.bot_token,
        slack_app_token=None if http else app.app_token,
        slack_signing_secret=app.signing_secret,
        slack_api_url=workspace.api_url,
        escbot_http=http,
        escbot_http_address=f"127.0.0.1:{port}",
        escbot_health_address="127.0.0.1:0",
        escbot_pace=PACE,
        escbot_database_url=database or f"sqlite:///{folder / 'escbot.db'}",
    )
    program = a_program(workspace, settings)
    await program.start()
    made = World(workspace, program, settings)
    try:
        yield made
    finally:
        await made.program.stop()
        await workspace.stop()
    assert workspace.refusals == [] or not strict


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# The main stories run on both databases; each of the others on SQLite, to keep the tests short.
both = pytest.mark.parametrize(
    "world", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    url = new_database(request, getattr(request, "param", "sqlite"), tmp_path)
    async with a_world(tmp_path, database=url) as made:
        yield made
