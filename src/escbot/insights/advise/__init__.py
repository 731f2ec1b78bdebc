"""Small changes of thresholds that history says would have helped. It proposes, people decide."""

from __future__ import annotations

from escbot.insights.advise.looked import Advice, Advised, Looked
from escbot.insights.advise.search import FEWEST_CASES, advise

__all__ = ["FEWEST_CASES", "Advice", "Advised", "Looked", "advise"]
