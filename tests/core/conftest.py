"""Property tests are judged by their answers, not by how busy the machine is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("core", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("core")
