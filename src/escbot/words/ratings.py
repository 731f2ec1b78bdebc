"""What a customer is asked after their case, and what is said to their answer.

In the customer's language where it is one of these, else in English.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """The texts of one language; `{id}` is the case. Nothing else of the case is told."""

    ask: str
    good: str
    bad: str
    thanks: str
    sorry: str


TEXTS = {
    "en": Question(
        ask="We have finished {id}. Did that help you?",
        good="Yes, it helped",
        bad="No, not really",
        thanks="{id}: thank you for telling us.",
        sorry="{id}: thank you for telling us. We will look at what we can do better.",
    ),
    "de": Question(
        ask="Wir haben {id} abgeschlossen. Hat Ihnen das geholfen?",
        good="Ja, das hat geholfen",
        bad="Nein, nicht wirklich",
        thanks="{id}: danke für Ihre Antwort.",
        sorry="{id}: danke für Ihre Antwort. Wir sehen nach, was wir besser machen können.",
    ),
}


def question(language: str) -> Question:
    """Return the texts of a language."""
    return TEXTS.get(language.partition("-")[0].casefold(), TEXTS["en"])


def noted(name: str, score: int) -> str:
    """Return what somebody reads who wrote down a score."""
    return f"Noted: {name} was rated {score} of 5. A later score replaces it."
