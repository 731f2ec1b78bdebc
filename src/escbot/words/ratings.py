"""What a customer is asked after their case, and what is said to their answer."""

from __future__ import annotations

GOOD = "Yes, it helped"
BAD = "No, not really"


def question(name: str) -> str:
    """Return the question in the customer's channel; nothing of the case is told there."""
    return f"We have finished {name}. Did that help you?"


def thanks(name: str, score: int) -> str:
    """Return the answer to their word."""
    if score >= 4:
        return f"{name}: thank you for telling us."
    return f"{name}: thank you for telling us. We will look at what we can do better."


def noted(name: str, score: int) -> str:
    """Return what somebody reads who wrote down a score."""
    return f"Noted: {name} was rated {score} of 5. A later score replaces it."
