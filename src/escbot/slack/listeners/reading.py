"""Fields that several forms share → values of the core."""

from __future__ import annotations

from escbot.core.decide import Refused
from escbot.core.facts import Diagnosis, Facts, Impact, Kind, Relationship
from escbot.slack import ids
from escbot.slack.escape import clean
from escbot.slack.payloads import Form


def facts_of(form: Form) -> Facts:
    """Read the facts of a form. Raises Refused where a required choice is missing."""
    kind, impact = form.text(ids.KIND), form.text(ids.IMPACT)
    if kind not in set(Kind):
        raise Refused("missing_field", field=ids.KIND)
    if impact not in set(Impact):
        raise Refused("missing_field", field=ids.IMPACT)
    also = set(form.many(ids.ALSO))
    diagnosis = form.text(ids.DIAGNOSIS)
    return Facts(
        kind=Kind(kind),
        impact=Impact(impact),
        workaround="workaround" in also,
        revenue_impact="revenue_impact" in also,
        revenue_at_risk="revenue_at_risk" in also,
        diagnosis=Diagnosis(diagnosis) if diagnosis in set(Diagnosis) else None,
        asks_for_manager="asks_for_manager" in also,
        escalated_again="escalated_again" in also,
        executive_contact="executive_contact" in also,
        brand_risk="brand_risk" in also,
        relationship=Relationship.AT_RISK if "relationship_at_risk" in also else None,
        novel="novel" in also,
        customer_deadline=form.moment(ids.DEADLINE),
        discretion=clean(form.text(ids.REASON), 40_000) or None,
        area=form.text(ids.AREA) or None,
    )
