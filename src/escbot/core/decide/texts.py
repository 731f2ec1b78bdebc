"""The customers' words: from the policy's templates or by hand, for each in their own language.

Words that somebody writes are kept by language: they go to every customer of the case who speaks
it, unless they name another one, since nobody reads another customer's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from escbot.core.case import Case, Copy, Words
from escbot.core.durations import format_duration
from escbot.core.policy import Policy
from escbot.core.reasons import Value
from escbot.core.roster import Roster

# (policy, template, severity, language, values) -> the text for the customer
Compose = Callable[[Policy, str, str, str, Mapping[str, Value]], str]
LONGEST = 3000  # characters of what a customer reads
Made = Callable[..., str]  # called with the customer's name


def words_for(
    case: Case,
    customer: str,
    template: str,
    *,
    policy: Policy,
    roster: Roster,
    compose: Compose,
    values: Mapping[str, Value] | None = None,
    longest: int | None = LONGEST,
) -> str:
    """Return a template's text for one customer, in their language and with their name.

    What is longer than `longest` is cut with an ellipsis.
    """
    owner = roster.person(case.owner) if case.owner else None
    severity = policy.severity(case.severity)
    text = compose(
        policy,
        template,
        case.severity,
        roster.language_of(customer),
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
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"


def languages(case: Case, roster: Roster) -> dict[str, tuple[str, ...]]:
    """Return the customers of a case by their language, the case's own language first."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (case.customer, *(link.customer for link in case.linked)):
        language = roster.language_of(name)
        found[language] = (*found.get(language, ()), name)
    return found


def by_hand(words: Words | None, roster: Roster) -> dict[str, str]:
    """Return what somebody wrote for linked customers, by language."""
    written = [copy for copy in words.copies if copy.by_hand] if words else []
    return {roster.language_of(copy.customer): copy.text for copy in written}


def other_texts(case: Case, roster: Roster, made: Made) -> dict[str, str]:
    """Return what linked customers of another language can be told now, by language.

    `made(customer=…)` fills the template for one.
    """
    last = case.words[-1] if case.words else None
    if last is not None and last.sent_at is not None and not case.phase.is_over:
        last = None  # told already; something new is to be said
    ready = {copy.customer: copy.text for copy in last.copies} if last else {}
    written = by_hand(last, roster)
    _, *others = languages(case, roster).items()
    return {
        language: written.get(language) or ready.get(names[0]) or made(customer=names[0])
        for language, names in others
    }


def copies(case: Case, roster: Roster, made: Made, edited: Mapping[str, str]) -> Iterator[Copy]:
    """Yield the words for every linked customer; `made(customer=…)` fills the template for one.

    `edited` is what a person wrote, by language.
    """
    for link in case.linked:
        text = edited.get(roster.language_of(link.customer))
        fits = text is not None and not _names_another(case, link.customer, text, roster)
        text = text if fits and text is not None else made(customer=link.customer)
        yield Copy(link.customer, link.requester, text, by_hand=fits)


def _names_another(case: Case, customer: str, text: str, roster: Roster) -> bool:
    first = roster.customer(case.customer)
    names = (case.customer, *(first.aliases if first else ()))
    names += tuple(link.customer for link in case.linked if link.customer != customer)
    return any(name.casefold() in text.casefold() for name in names)
