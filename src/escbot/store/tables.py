"""The tables. Rows never leave this package. Every row belongs to a workspace (`team`).

Moments are aware UTC (SQLModel's UTCDateTime). JSON columns are replaced, never changed in place:
a change inside them would not be saved.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, MetaData, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Json = JSON().with_variant(JSONB(), "postgresql")
FORMAT = 1  # of a stored event


class Row(SQLModel):
    """The base of all tables, with names for constraints that both databases keep."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


class WorkspaceRow(Row, table=True):
    """One per workspace: the last case number; its lock is the routing lock."""

    __tablename__ = "workspace"
    team: str = Field(primary_key=True)
    last_number: int = 0


class CaseRow(Row, table=True):
    """The saved state of a case, and the columns that are searched."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_open", "team", "over", "phase"),
        Index("ix_case_customer", "team", "customer", "opened_at"),
        # All that the load of everybody needs, so that no case is read for it.
        Index("ix_case_load", "team", "over", "holder", "points", "number"),
    )
    team: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    version: int
    schema_number: int
    state: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    policy: str
    phase: str
    over: bool
    severity: str
    rank: int
    points: int
    tier: str
    holder: str | None = Field(default=None, index=True)
    requester: str
    customer: str
    area: str | None = None
    opened_at: datetime
    ended_at: datetime | None = None
    origin: str = "slack"
    drill: bool = False


class EventRow(Row, table=True):
    """One event of a case, in its place."""

    __tablename__ = "event"
    team: str = Field(primary_key=True)
    case: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime
    by: str | None = None
    type: str
    body: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    format: int = FORMAT


class DeadlineRow(Row, table=True):
    """A moment at which a case must be looked at again."""

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_due", "due_at"),)
    team: str = Field(primary_key=True)
    case: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    due_at: datetime
    claimed_until: datetime | None = None


class MessageRow(Row, table=True):
    """A message that must exist in Slack.

    States: dirty (to be sent), sending, uncertain (the answer was lost), sent, dropped, failed.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("team", "subject", "slot", "episode", name="uq_message_place"),
        Index("ix_message_state", "state", "not_before"),
        Index("ix_message_posted", "team", "channel", "ts"),
    )
    id: int | None = Field(default=None, primary_key=True)
    team: str
    subject: str
    slot: str
    episode: int
    kind: str
    target: str
    type: str
    value: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    digest: str
    holds: str = "always"
    acts: bool = False
    rank: int = 9
    state: str = "dirty"
    key: str = Field(index=True)
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    sent_digest: str | None = None
    attempts: int = 0
    looks: int = 0
    tried_at: datetime | None = None
    not_before: datetime
    reposted: bool = False  # nothing was found, so it is (or was) posted again
    recheck_at: datetime | None = Field(default=None, index=True)  # when to look once more
    after: datetime | None = None  # domain time: when its reader's hours begin
    claimed_until: datetime | None = None
    claimed_by: str | None = None  # one attempt of one worker
    error: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class LaneRow(Row, table=True):
    """The token bucket and the lease of a channel (or of all updates) of a workspace.

    A row named `method:…` holds how long Slack lets nobody call that method.
    """

    __tablename__ = "lane"
    team: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    tokens: float
    counted_at: datetime
    blocked_until: datetime | None = None
    leased_until: datetime | None = None
    leased_by: str | None = None


class RunnerRow(Row, table=True):
    """A process that runs on this database, and how many connections to Slack it holds."""

    __tablename__ = "runner"
    worker: str = Field(primary_key=True)
    sockets: int
    version: str
    started_at: datetime
    seen_at: datetime


class DoorRow(Row, table=True):
    """A request that was taken already, by the key that makes it one."""

    __tablename__ = "door"
    team: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = Field(index=True)
    case: int | None = None


class AbsenceRow(Row, table=True):
    """Somebody is away, until a moment or until they are back."""

    __tablename__ = "absence"
    team: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    until: datetime | None = None
    gone: bool = False


class TallyRow(Row, table=True):
    """What routing counts: assigned, declined, solved, served; `about` is an area or customer."""

    __tablename__ = "tally"
    team: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    count: int = 0
    at: datetime


class LedgerRow(Row, table=True):
    """A fact that belongs to no single case, in its place of a stream."""

    __tablename__ = "ledger"
    team: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime
    by: str | None = None
    type: str
    body: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    format: int = FORMAT


class FollowupRow(Row, table=True):
    """The saved state of a follow-up, and the columns that are searched."""

    __tablename__ = "followup"
    __table_args__ = (Index("ix_followup_remind_on", "remind_on"),)
    team: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    state: str
    owner: str
    case: int | None = None
    remind_on: date | None = None
    body: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))


class PolicyRow(Row, table=True):
    """A policy as it was written, with the version that cases are stamped with."""

    __tablename__ = "policy"
    version: str = Field(primary_key=True)
    name: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    stored_at: datetime
    active: bool = False
    in_file: bool = False  # what the policy's file said when it was last looked at
    feeds: str = Field(default="{}", sa_column=Column(Text, nullable=False))  # JSON: days off
