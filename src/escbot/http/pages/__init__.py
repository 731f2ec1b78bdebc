"""HTML pages that stand alone: no script, nothing from outside, everything escaped."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from escbot.words.voice import counted


def page(name: str, **values: object) -> str:
    """Return a page; every value is escaped."""
    return _environment().get_template(name).render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("escbot.http", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["hours"] = hours
    made.filters["counted"] = counted
    made.filters["count"] = lambda number: f"{number:,}"
    made.filters["percent"] = lambda share: f"{share:.0%}"
    made.filters["arrow"] = lambda text: str(text).replace(" -> ", "->").replace("->", " → ")
    return made


def hours(value: float | None) -> str:
    """Return elapsed hours as people say them."""
    if value is None:
        return "–"
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:,.1f} days"
