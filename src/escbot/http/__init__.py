"""aiohttp routes and HTML pages."""
