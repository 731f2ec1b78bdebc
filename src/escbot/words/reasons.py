"""A reason → the one phrase that thread, `why`, the command line and the API show alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from escbot.core.reasons import Because, Value
from escbot.words.voice import Voice, counted, listed

# What a fact says when a rule read it. The form's labels say the same.
FACTS: Mapping[tuple[str, Value], str] = {
    ("kind", "outage"): "the system is down",
    ("kind", "major_function"): "a major function is broken",
    ("kind", "minor_issue"): "it is a minor issue",
    ("kind", "enhancement"): "it is an enhancement request",
    ("impact", "one_user"): "one user is affected",
    ("impact", "multiple_users"): "multiple users are affected",
    ("impact", "system_wide"): "the whole system is affected",
    ("diagnosis", "known"): "the cause is known",
    ("diagnosis", "cannot_diagnose"): "it can't be diagnosed at this tier",
    ("diagnosis", "needs_development"): "it needs development",
    ("workaround", True): "there is a workaround",
    ("workaround", False): "there is no workaround",
    ("revenue_impact", True): "money is being lost now",
    ("revenue_at_risk", True): "revenue is at risk",
    ("asks_for_manager", True): "the customer asks for a manager",
    ("escalated_again", True): "the customer escalates this same issue again",
    ("executive_contact", True): "an executive is in contact",
    ("brand_risk", True): "the brand is exposed in public",
    ("vip", True): "the customer is a VIP",
    ("relationship", "good"): "the relationship is good",
    ("relationship", "strained"): "the relationship is strained",
    ("relationship", "at_risk"): "the relationship is at risk",
    ("novel", True): "it was never seen before",
}

CRITERIA: Mapping[str, str] = {
    "time_limit": "Time limit",
    "cannot_diagnose": "Can't diagnose",
    "asks_for_manager": "Customer asks for a manager",
    "multiple_users": "Multiple users",
    "needs_development": "Needs development",
    "escalated_again": "Escalated again",
    "system_wide": "System-wide",
    "discretion": "Agent's discretion",
    "vip_customer": "VIP customer",
    "revenue_at_risk": "Revenue at risk",
    "executive_contact": "Executive contact",
    "brand_reputation": "Brand reputation",
    "relationship_at_risk": "Relationship at risk",
    "nobody_available": "Nobody is available",
    "respond_breached": "Nobody took it in time",
    "tier_breached": "The top tier's time is used up",
    "escalated_at_top": "Escalated at the top tier",
}


def criterion_name(id_: str) -> str:
    """Return the name of a criterion; a company's own one reads as its id."""
    return CRITERIA.get(id_, id_.replace("_", " ").capitalize())


def facts_phrase(values: Mapping[str, Value]) -> str:
    """Return what the facts say: "the system is down and multiple users are affected"."""
    known = [FACTS[item] for item in values.items() if item in FACTS]
    return listed(known) or "the policy says so"


def phrase(because: Because, voice: Voice) -> str:
    """Return the reason as a phrase without capital and full stop."""
    write = _PHRASES.get(because.code)
    if write is not None:
        return write(because.values, voice)
    return facts_phrase(because.values)


def _text(text: str) -> Callable[[Mapping[str, Value], Voice], str]:
    return lambda values, voice: text


def _overflow(step: str) -> Callable[[Mapping[str, Value], Voice], str]:
    def write(values: Mapping[str, Value], voice: Voice) -> str:
        person = values.get("person")
        return f"{step}: {voice.person(str(person))}" if person else f"{step}: nobody"

    return write


def _points(values: Mapping[str, Value]) -> str:
    return counted(int(values["capacity"] or 0), "point")


def _area(values: Mapping[str, Value], voice: Voice) -> str:
    return voice.safe(str(values.get("area") or "this area"))


_PHRASES: Mapping[str, Callable[[Mapping[str, Value], Voice], str]] = {
    "severity_fallback": _text("no rule of the policy fits, so it is the mildest"),
    "time_limit": lambda v, _: f"the {v['hours']:g} h of tier {v['tier']} are used up",
    "discretion": lambda v, voice: f"the reason given is “{voice.safe(str(v['reason']))}”",
    "already_asked": _text("was asked already"),
    "gone": _text("is no longer in Slack"),
    "away": _text("is away"),
    "off_shift": _text("is off shift"),
    "no_skill": lambda v, voice: f"has no {_area(v, voice)} skill",
    "full": lambda v, _: f"carries {v['load']} of {_points(v)} already",
    "reserve": lambda v, _: f"keeps the last of {_points(v)} for urgent cases",
    "novel": _text("has the most skill, and it was never seen before"),
    "skill": lambda v, voice: f"{_area(v, voice)} skill {v['level']} of 3",
    "free": lambda v, _: f"{v['load']} of {_points(v)} in use",
    "knows_customer": _text("knows this customer"),
    "solved_before": lambda v, voice: f"has solved {v['cases']} in {_area(v, voice)}",
    "declined_area": lambda v, voice: (
        f"has declined {_area(v, voice)} {counted(int(v['times'] or 0), 'time')}"
    ),
    "last_resort": _text("nobody else is available"),
    "asked_for": lambda v, voice: f"{voice.person(str(v['by']))} asked for them by name",
    "nobody": lambda v, _: f"nobody of tier {v['tier']} is available",
    "overflow_other_skills": _overflow("other skills of the tier"),
    "overflow_next_tier": _overflow("the next tier"),
    "overflow_on_call_lead": _overflow("the lead on call"),
    "overflow_duty_manager": _overflow("the duty manager"),
}
