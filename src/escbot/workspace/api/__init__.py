"""Slack's Web API methods, one module for each of Slack's own groups."""
