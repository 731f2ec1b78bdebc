"""Small builders for tests: the packaged policy and roster, facts, and a case that lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from escbot.core import commands as c
from escbot.core.case import Case
from escbot.core.clocks import deadlines
from escbot.core.decide import Context, decide
from escbot.core.events import Event, Recorded
from escbot.core.evolve import evolve
from escbot.core.facts import Facts, Impact, Kind
from escbot.core.notices import notices
from escbot.core.policy import Policy
from escbot.core.roster import Floor, Roster
from escbot.core.thread import views
from escbot.core.views import Message, Notice
from escbot.services.policyfile import default_policy
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.services.templates import compose

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday
_POLICY = default_policy(NOW)
_ROSTER = compile_roster(default_roster_text(), name="roster.yaml", policy=_POLICY)


def a_policy() -> Policy:
    """Return the packaged policy."""
    return _POLICY


def a_mild_policy() -> Policy:
    """Return the packaged policy whose P2 is lowered after two hours, without confirmation."""
    mild = replace(_POLICY.severity("P2"), confirm_by=None, grace=timedelta(hours=2))
    severities = tuple(mild if s.id == "P2" else s for s in _POLICY.severities)
    return replace(_POLICY, severities=severities)


def a_roster() -> Roster:
    """Return the demo's roster: Dana U01 opens, Mo U04 and Priya U05 are specialists, ..."""
    return _ROSTER


def facts(kind: str = "outage", impact: str = "one_user", **others: object) -> Facts:
    """Return facts; everything but kind and impact is unknown unless given."""
    return Facts(kind=Kind(kind), impact=Impact(impact), **others)  # type: ignore[arg-type]


def an_escalation(by: str = "U01", customer: str = "Globex", **others: object) -> c.Escalate:
    """Return the command that opens a case; other arguments are facts."""
    return c.Escalate(by=by, customer=customer, summary="Nobody can pay", facts=facts(**others))  # type: ignore[arg-type]


@dataclass
class Life:
    """One case and its clock, driven through the core as the desk drives it."""

    policy: Policy = field(default_factory=a_policy)
    roster: Roster = field(default_factory=a_roster)
    floor: Floor = field(default_factory=Floor)
    now: datetime = NOW
    case_: Case | None = None
    records: list[Recorded] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)  # every notice with its place

    @property
    def case(self) -> Case:
        assert self.case_ is not None
        return self.case_

    def do(self, command: c.Command) -> tuple[Event, ...]:
        """Decide, evolve, and collect the notices."""
        context = Context(self.policy, self.roster, self.floor, self.now, "T1", 1, compose)
        events = decide(self.case_, command, context)
        for event in events:
            number = len(self.records) + 1
            record = Recorded(number, self.now, getattr(command, "by", None), event)
            before = self.case_
            self.case_ = evolve(before, record, self.policy, team="T1", number=1)
            self.records.append(record)
            messages = notices(before, record, self.case_, self.policy, self.roster, self.floor)
            self.messages += messages
            self.told += [m.value for m in messages if isinstance(m.value, Notice)]
        return events

    def wait(self, **time: float) -> Sequence[Event]:
        """Let time pass, doing what falls due at the moment it falls due."""
        until = self.now + timedelta(**time)
        happened: list[Event] = []
        while True:
            armed = deadlines(self.case, self.policy)
            if not armed or armed[0].due_at > until:
                break
            self.now = max(self.now, armed[0].due_at)
            happened += self.do(c.DeadlinePassed(armed[0].kind))
        self.now = until
        return happened

    def codes(self) -> list[str]:
        """Return the codes of the notices so far."""
        return [notice.code for notice in self.told]

    def shown(self) -> dict[str, Message]:
        """Return the views by slot."""
        return {message.slot: message for message in views(self.case, self.policy, self.roster)}
