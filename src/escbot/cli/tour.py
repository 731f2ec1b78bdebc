"""The guided tour of the demo: what the page proposes to try next (docs/workspace.md)."""

from __future__ import annotations

from typing import Any

TOUR: list[dict[str, Any]] = [
    {
        "text": "Something is broken. Type /escalate here and press Enter.",
        "point": ["composer", "place:general"],
        "done": "slash",
    },
    {
        "text": "Fill in the form; it answers each choice: where it goes, and why. Then send it.",
        "point": ["submit", "composer"],
        "done": "submit",
    },
    {
        "text": "The case is a card in #escalations. Open the channel.",
        "point": ["place:escalations"],
        "done": "open:escalations",
    },
    {
        "text": "The five steps of the handoff are in its thread. Open the newest one.",
        "point": ["replies", "place:escalations"],
        "done": "thread",
    },
    {
        "text": "Somebody was asked to take it; the card says who. Become that person.",
        "point": ["act-as"],
        "done": "as",
    },
    {
        "text": "Take the case: press Acknowledge on the card.",
        "point": ["button:Acknowledge", "place:escalations"],
        "done": "click:Acknowledge",
    },
    {
        "text": "Nobody has to watch the clock. Jump to the next deadline and see what happens.",
        "point": ["jump"],
        "done": "jump",
    },
    {
        "text": "Your own list is in the App Home.",
        "point": ["tab:Home", "app"],
        "done": "home",
    },
    {
        "text": "Everything that passes between Slack and the app can be read. Open the traffic.",
        "point": ["traffic"],
        "done": "traffic",
    },
    {
        "text": "Break something: lose Slack's next answer, then press a button.",
        "point": ["fault", "faults", "traffic"],
        "done": "fault",
    },
    {
        "text": "That was the tour; the workspace is yours. It looks good in the dark, too.",
        "point": ["theme"],
        "done": "theme",
    },
]
