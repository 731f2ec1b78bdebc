"""aiohttp routes: health, Slack over HTTP, pages."""
