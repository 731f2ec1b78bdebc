"""A local Slack for demonstrations and tests. Imports nothing of escbot."""
