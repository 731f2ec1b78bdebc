"""What is said about a policy that was tried on history: assumptions, differences, reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from escbot.words.voice import counted

WHAT: Mapping[str, str] = {
    "severity": "another severity",
    "start": "begins in another tier",
    "highest": "reaches another tier",
    "respond": "breaches of the response time",
    "tier": "breaches of the time in a tier",
    "warnings": "other warnings",
    "pings": "other calls to management",
    "end": "ends differently",
    "sooner": "ends sooner",
    "later": "ends later",
}


def assumptions(*, source: str, crowded: bool, guessed: bool) -> tuple[str, ...]:
    """Return what a replay takes for granted, one sentence each."""
    return tuple(_assumptions(source, crowded=crowded, guessed=guessed))


def _assumptions(source: str, *, crowded: bool, guessed: bool) -> Iterator[str]:
    yield (
        "Every case comes at the moment it came, with the facts it had then; facts that changed "
        "later change at the same point of its work."
    )
    yield (
        "People react and work as fast as recorded, in elapsed time, nights included. A policy "
        "makes nobody faster: it only decides where a case is and who hears of it."
    )
    yield (
        "A case that comes to a tier where it was recorded goes on with what that tier did; the "
        "work of a lower tier that it passes over is not done."
    )
    yield (
        "A case that comes to a higher tier than it ever reached is taken after that tier's "
        "median time, and the work that was left goes on there."
    )
    yield (
        "A case that begins below the tier that solved it is tried there for the median time "
        "that tier gives such cases, and is then handed up."
    )
    yield (
        "Moves by hand happen as recorded. Where a limit moved a case, longer limits find it "
        "handed up at the same moment; what the lower tier could still have done is unknown."
    )
    yield (
        "A wait for the customer or a vendor lasts as long as it did. Where the policy ends it "
        "earlier, the clocks run on and nobody renews it."
    )
    yield (
        "Customers are told in time (how often they were promised it is counted), a pinged "
        "manager answers, and nobody confirms a de-escalation that needs a word."
    )
    if crowded:
        yield (
            "No roster was given: every tier has people enough, at all hours. Capacity, shifts "
            "and offers that pass on are not limits; give --roster to see them."
        )
    else:
        yield (
            "Everybody of the roster is there in their hours and never away. An unassigned case "
            "looks again when somebody becomes free or somebody's hours begin; where everybody let "
            "the offer pass, one of them takes it when it was taken in the record."
        )
    if source == "log":
        yield (
            "A case begins at the line of its first row. Time in a queue before a line works on "
            "it is its reaction; a case without a final status is followed to its last row."
        )
    if guessed:
        yield (
            "No map was given: what the severities and statuses mean is guessed from their "
            "words. Write a map with escbot policy new --log FILE and correct it."
        )


def in_short(
    old: str,
    new: str,
    figures: tuple[Mapping[str, Any], Mapping[str, Any]],
    groups: Sequence[Mapping[str, Any]],
    differing: int,
    moved: Mapping[str, float],
) -> Iterator[str]:
    """Yield what a manager must know of a comparison, in a few sentences."""
    was, now = figures
    if not differing:
        yield f"“{new}” and “{old}” decide the same for every case."
        return
    ends = Counter(dict.fromkeys(("sooner", "later"), 0))
    for group in groups:
        if group["what"] in ends:
            ends[group["what"]] += group["cases"]
    same = f"{counted(now['cases'] - differing, 'case stays', 'cases stay')} the same"
    if ends["sooner"] or ends["later"]:
        sooner = f"{counted(ends['sooner'], 'case ends', 'cases end')} sooner{_by(moved['sooner'])}"
        yield f"Under “{new}” {sooner} and {ends['later']:,} later{_by(moved['later'])}; {same}."
    else:
        yield f"Under “{new}” no case ends sooner or later; {same}."
    for said, (part, figure) in _COUNTED:
        before, after = was[part][figure], now[part][figure]
        if before != after:
            word = "fewer" if after < before else "more"
            yield f"{said}: {before:,} → {after:,} ({abs(after - before):,} {word})."
    lost = now["ends"].get("cut", 0)
    if lost:
        cases = counted(lost, "case went", "cases went")
        were = "was" if lost == 1 else "were"
        yield f"{cases} on without end, sent around or with nobody, and {were} cut off."


def _by(hours: float) -> str:
    return f" (by {hours:,.0f} h together)" if hours >= 1 else ""


_COUNTED: Sequence[tuple[str, tuple[str, str]]] = (
    ("Moves up because a limit passed", ("moves", "by_limit")),
    ("Responses that came too late", ("breaches", "respond")),
    ("Calls to management", ("manager_pings", "total")),
    ("Warnings", ("warnings", "total")),
)
