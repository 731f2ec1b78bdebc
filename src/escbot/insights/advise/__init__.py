"""Small changes of thresholds that history says would have helped. It proposes, people decide."""

from __future__ import annotations

from escbot.insights.advise.search import Advice, Advised, advise

__all__ = ["Advice", "Advised", "advise"]
