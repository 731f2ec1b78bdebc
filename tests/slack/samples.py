"""Values of messages that no case of the golden files shows, one of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from escbot.core.reasons import Value
from escbot.core.views import (
    Chart,
    FollowupView,
    Notice,
    Part,
    PointerView,
    Proposed,
    RatingView,
    ReportView,
    ReviewView,
    Sheet,
    Shown,
)
from escbot.words.notices import _TEXTS
from tests.make import NOW

AT = int(NOW.timestamp())
# Every value that a notice may hold; each takes what it knows.
_VALUES: Mapping[str, Value] = {
    "customer": "Globex", "person": "U05", "by": "U07", "to": "U06", "owner": "U05",
    "teller": "U01", "text": "We have found it.", "reason": "The <b>fix</b> failed",
    "note": "Look at the gateway", "summary": "A new key", "linked": "Initech", "into": 3,
    "clock": "tier", "share": 80, "ends": AT, "ended": AT, "due": AT, "at": AT, "since": AT,
    "missed": 2, "silent": 2, "hours": 2.0, "tier": "Tier 3", "why": "respond_breached",
    "was": "P2", "name": "System down", "rule": "workaround", "criteria": "vip_customer",
    "channel": "escalations", "area": "payments", "times": 3, "what": "card", "how": "reply",
    "offered": "U05", "sentence": "policy.yaml: line 3, column 1: unknown key", "cases": "3, 5",
    "cause": "Outage", "ping": 1,
}  # fmt: skip

_PARTS = (Part("What happened", ("8 cases, 1 resolved", "*Few* cases: read them")),)
_CHARTS = (Chart("Cases by severity", "cases", ("P1", "P2"), (("in time", (1.0, 2.0)),)),)

SAMPLES: Mapping[str, Shown] = {
    "pointer_source": PointerView(
        1, "P1", ":red_circle:", "Globex", "Nobody can pay", "working", "U05", "source"
    ),
    "followup": FollowupView(
        12, "training", "How integrations are traced", 7, None, 2, "Payments",
        "https://wiki.example/trace", date(2026, 12, 1), "U05", "open", None, newest=True,
    ),
    "followup_done": FollowupView(
        12, "knowledge", "Which gateway", 7, "missing", None, None, None,
        date(2026, 12, 1), "U05", "done", "U07", newest=True,
    ),
    "rating": RatingView("T01", 1, None),
    "rating_german": RatingView("T01", 1, 5, "de"),
    "report": ReportView(
        "Escalations of the last 30 days", _PARTS, _CHARTS,
        Sheet("By area", (("Area", "Cases", "Hours"), ("Payments", 7, 0.5))),
    ),
    "review": ReviewView(
        "support", "Support", "2026-10", "Payments took longer", _PARTS,
        (Proposed("a1", "Teach tier 2"), Proposed("b2", "Longer limit", "accepted", "U08")),
        _CHARTS,
    ),
}  # fmt: skip
NOTICES = {code: Notice(code, 1, 1, ("U05",), _VALUES) for code in _TEXTS}
