"""Block types that Slack has had for a short time: used until a workspace refuses them."""

from __future__ import annotations

from dataclasses import dataclass, field

# What Slack answers where it doesn't know a block: the Web API, and an address to respond to.
REFUSALS = ("invalid_blocks", "invalid_arguments", "invalid_blocks_format")


@dataclass
class NewerBlocks:
    """What was refused so far, for as long as the program runs."""

    refused: set[str] = field(default_factory=set)

    def may(self, kind: str) -> bool:
        """Tell whether a block type is worth trying."""
        return kind not in self.refused

    def refuse(self, kind: str) -> None:
        """Remember that Slack doesn't take it here."""
        self.refused.add(kind)
