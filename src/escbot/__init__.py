"""escbot: a Slack bot that runs a support organisation's escalations."""
