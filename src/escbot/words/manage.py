"""What a manager is told and asked when a case needs one."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core.views import ManageView
from escbot.words.voice import capital, listed

# What is asked, by criterion; the first one that has a sentence counts.
ASKS: Mapping[str, str] = {
    "executive_contact": "Please answer their executive yourself",
    "asks_for_manager": "Please call the customer",
    "relationship_at_risk": "Please call the customer and hear how they see it",
    "brand_reputation": "Please agree with communications on what is said in public",
    "vip_customer": "Please tell the customer that you are watching over it",
    "revenue_at_risk": "Please decide what may be promised to keep the business",
    "nobody_available": "Please find somebody who can take it",
    "respond_breached": "Please find somebody who can take it",
    "tier_breached": "Please decide what happens next with its owner",
    "escalated_at_top": "Please decide what happens next with its owner",
}
OTHERWISE = "Please take the management side"
RELATIONSHIPS = {
    "good": "good relationship",
    "strained": "strained relationship",
    "at_risk": "relationship at risk",
}


def asked(criteria: tuple[str, ...]) -> str:
    """Return what is asked of the manager."""
    found = next((ASKS[id_] for id_ in ASKS if id_ in criteria), OTHERWISE)
    return f"{found}. `I have it` takes the management side; the technical one goes on as it is."


def history(view: ManageView) -> str:
    """Return the customer's last 90 days: "3 in 90 days, 1 of them late; ESC-4 is open too"."""
    past = view.past
    parts = []
    if past is None or not past.recent:
        parts.append("no other escalation in 90 days")
    else:
        late = f", {past.late} of them late" if past.late else ", none late"
        parts.append(f"{past.recent} in 90 days{late}")
    if past is not None and past.open:
        names = [f"ESC-{number}" for number in past.open[:3]]
        more = len(past.open) - len(names)
        names += [f"{more} more"] if more else []
        parts.append(f"{listed(names)} open too")
    if view.relationship:
        parts.append(RELATIONSHIPS.get(view.relationship, view.relationship))
    return capital("; ".join(parts))
