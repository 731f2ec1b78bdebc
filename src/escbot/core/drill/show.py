"""State → what only a drill shows: the lobby and the score."""

from __future__ import annotations

from escbot.core.case import Case, Phase
from escbot.core.drill.customer import ends_at
from escbot.core.drill.script import Practice, total
from escbot.core.policy import Policy
from escbot.core.views import LobbyView, ScoreView


def _practice(case: Case) -> Practice:
    if case.practice is None:
        raise LookupError(f"{case.id} is not a drill")
    return case.practice


def lobby(case: Case, policy: Policy) -> LobbyView:
    """Return the invitation. LookupError where the case is not a drill."""
    practice = _practice(case)
    waits = case.phase is Phase.NEW
    return LobbyView(
        number=case.number,
        version=case.turn,
        title=practice.title,
        teaches=practice.teaches,
        customer=practice.customer,
        call=practice.call,
        starter=case.requester,
        joined=case.joined,
        pace=case.pace,
        ends_at=ends_at(case, policy) if waits else None,
        over=not waits,
        buttons=("drill_escalate", "join_drill", "drill_end") if waits else (),
    )


def score(case: Case) -> ScoreView:
    """Return the marks. LookupError where the case is not a drill."""
    practice = _practice(case)
    return ScoreView(case.number, practice.title, total(case.marks), case.marks, case.joined)
