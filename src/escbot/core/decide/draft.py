"""The events of one command as they come about, each checked against the table of states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from escbot.core.availability import is_away
from escbot.core.case import Case, Past
from escbot.core.decide.texts import LONGEST, Compose, Made, copies, languages, words_for
from escbot.core.drill.stage import cast, floor_of, paced
from escbot.core.events import Event, Recorded, WordsPrepared
from escbot.core.evolve import evolve
from escbot.core.lifecycle import outcomes
from escbot.core.permissions import allowed, may
from escbot.core.policy import Policy, Severity
from escbot.core.reasons import Because, Value
from escbot.core.roster import Floor, Person, Roster

NAMES_OWNER = ("timeline", "progress")  # templates that may say who works on it


class Refused(Exception):
    """A command that may not be done now; `because` says why, and `words` makes the sentence."""

    def __init__(self, code: str, **values: Value) -> None:
        self.because = Because(code, values)
        super().__init__(code)


def demand(
    policy: Policy, roster: Roster, case: Case | None, person: str | None, action: str
) -> None:
    """Raise Refused where somebody may not do this, with who may."""
    if not may(policy, roster, case, person, action):
        raise Refused("not_allowed", action=action, who=", ".join(allowed(policy, action)))


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision reads besides the case: `now` is aware UTC; `policy` is the stamped one.

    Without `compose` nothing is prepared for the customer: a replay has no reader.
    """

    policy: Policy
    roster: Roster
    floor: Floor
    now: datetime
    team: str
    number: int
    compose: Compose | None
    past: Past | None = None  # what the customer had before


class Draft:
    """The case as it becomes, event by event. `case` raises LookupError before it is opened."""

    def __init__(self, case: Case | None, by: str | None, context: Context) -> None:
        self._case = case
        self.by = by
        self.context = context
        self.events: list[Event] = []

    @property
    def case(self) -> Case:
        """The case after the events added so far."""
        if self._case is None:
            raise LookupError("the case is not open yet")
        return self._case

    @property
    def policy(self) -> Policy:
        """The policy stamped on the case, at the case's pace."""
        return paced(self.context.policy, self._case)

    @property
    def roster(self) -> Roster:
        """The people and customers; in a drill only those who joined."""
        return cast(self.context.roster, self.context.policy, self._case)

    @property
    def floor(self) -> Floor:
        """Who is away and who carries what."""
        return floor_of(self.context.floor, self._case)

    @property
    def now(self) -> datetime:
        """The moment of the command, aware UTC."""
        return self.context.now

    @property
    def severity(self) -> Severity:
        """The limits under which the case is now."""
        return self.policy.severity(self.case.severity)

    def add(self, event: Event) -> None:
        """Add one event. Raises Refused where the table of states has no place for it."""
        case = self._case
        number = case.version + 1 if case else 1
        recorded = Recorded(number, self.now, self.by, event)
        after = evolve(
            case,
            recorded,
            self.context.policy,
            team=self.context.team,
            number=self.context.number,
        )
        if case is not None and after.phase not in outcomes(case.phase, type(event).__name__):
            raise Refused("over" if case.phase.is_over else "not_now", phase=case.phase.value)
        self._case = after
        self.events.append(event)

    def need(self, action: str) -> None:
        """Raise Refused where the person who asks may not do this."""
        demand(self.policy, self.roster, self._case, self.by, action)

    def is_there(self, person: str | None) -> bool:
        """Tell whether somebody is in the roster and neither away nor gone; asleep is there."""
        if person is None or self.roster.person(person) is None:
            return False
        return not is_away(self.floor, person, self.now)

    def need_there(self, id_: str) -> Person:
        """Return somebody of the roster. Raises Refused where they can be given nothing to do."""
        person = self.roster.person(id_)
        if person is None:
            raise Refused("not_in_roster", person=id_)
        if not self.is_there(id_):
            raise Refused("person_away", person=id_)
        return person

    def open_only(self) -> None:
        """Raise Refused where nothing is left to do."""
        if self.case.phase.is_over:
            raise Refused("over", phase=self.case.phase.value)

    def prepare(self, template: str, **values: Value) -> None:
        """Prepare a text for the customer, and the same for the others who are linked."""
        made = self._made(self.case, template, values)
        if made is not None:
            others = tuple(copies(self.case, self.roster, made, {}))
            self.add(WordsPrepared(template, made(customer=self.case.customer), others))

    def overlong(self, template: str, **values: Value) -> int:
        """Return by how many characters a text would be too long for its customers; 0: it fits."""
        made = self._made(self.case, template, values)
        if made is None:
            return 0
        names = [name for group in languages(self.case, self.roster).values() for name in group]
        return max(0, *(len(made(customer=name, longest=None)) - LONGEST for name in names))

    def prepare_anew(self, before: Case) -> None:
        """Replace words that wait to be sent and name who had the case before.

        What a person wrote or edited stays.
        """
        case, last = self.case, before.words[-1] if before.words else None
        if before.owner in (None, case.owner) or case.words != before.words or case.phase.is_over:
            return
        if last is None or last.sent_at is not None or last.template not in NAMES_OWNER:
            return
        unheard = all(words.sent_at is None for words in case.words)
        template = "timeline" if case.owner else "acknowledgement" if unheard else "progress"
        old, new = self._made(before, last.template, {}), self._made(case, template, {})
        if old is None or new is None or old(customer=case.customer) != last.text:
            return
        if new(customer=case.customer) != last.text:
            self.prepare(template)

    def _made(self, case: Case, template: str, values: Mapping[str, Value]) -> Made | None:
        """Return what writes a text for a customer; None where there are no texts."""
        compose = self.context.compose
        if compose is None:
            return None
        return partial(
            words_for,
            case,
            template=template,
            policy=self.policy,
            roster=self.roster,
            compose=compose,
            values=values,
        )
