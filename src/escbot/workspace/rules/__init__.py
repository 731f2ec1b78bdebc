"""Slack's limits on blocks and views, in the words of Slack's own validator."""

from escbot.workspace.rules.blocks import message_problems, problems
from escbot.workspace.rules.views import view_problems

__all__ = ["message_problems", "problems", "view_problems"]
