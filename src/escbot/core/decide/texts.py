"""The customer's words from the policy's templates: for each customer in their own language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from escbot.core.case import Case, Copy
from escbot.core.durations import format_duration
from escbot.core.policy import Policy
from escbot.core.reasons import Value
from escbot.core.roster import Roster

# (policy, template, severity, language, values) -> the text for the customer
Compose = Callable[[Policy, str, str, str, Mapping[str, Value]], str]


def words_for(
    case: Case,
    customer: str,
    template: str,
    *,
    policy: Policy,
    roster: Roster,
    compose: Compose,
    values: Mapping[str, Value] | None = None,
) -> str:
    """Return a template's text for one customer, in their language and with their name."""
    known = roster.customer(customer)
    owner = roster.person(case.owner) if case.owner else None
    severity = policy.severity(case.severity)
    return compose(
        policy,
        template,
        case.severity,
        known.language if known else "en",
        {
            "id": case.id,
            "customer": customer,
            "summary": case.summary,
            "severity": severity.name,
            "owner": owner.name if owner else None,
            "update_within": format_duration(severity.update),
            "drill": case.drill,
            "resolution": case.resolution.summary if case.resolution else None,
            **(values or {}),
        },
    )


def copies(
    case: Case, roster: Roster, made: Callable[..., str], edited: str | None = None
) -> Iterator[Copy]:
    """Yield the words for every linked customer; `made(customer=…)` fills the template for one.

    What a person wrote (`edited`) goes to customers of the same language, unless it names another
    customer: nobody reads another one's name.
    """
    for link in case.linked:
        text = edited
        if text is None or not _fits(case, link.customer, text, roster):
            text = made(customer=link.customer)
        yield Copy(link.customer, link.requester, text)


def readers(case: Case, roster: Roster) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the linked customers who read what a person writes, and those of another language."""
    names = [link.customer for link in case.linked]
    alike = tuple(name for name in names if _same_language(case, name, roster))
    return alike, tuple(name for name in names if name not in alike)


def _same_language(case: Case, customer: str, roster: Roster) -> bool:
    first, other = roster.customer(case.customer), roster.customer(customer)
    return (first.language if first else "en") == (other.language if other else "en")


def _fits(case: Case, customer: str, text: str, roster: Roster) -> bool:
    first = roster.customer(case.customer)
    names = (case.customer, *(first.aliases if first else ()))
    names += tuple(link.customer for link in case.linked if link.customer != customer)
    if any(name.casefold() in text.casefold() for name in names):
        return False
    return _same_language(case, customer, roster)
