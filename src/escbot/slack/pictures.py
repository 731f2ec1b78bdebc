"""Charts as pictures, for where Slack draws none itself. Needs the extra `charts`."""

from __future__ import annotations

import importlib
import importlib.util
import io
import math
from typing import Any

from escbot.core.views import Chart

INCHES = (8.0, 4.2)
DOTS = 150
INK = ("#4a154b", "#2eb886", "#daa038", "#1d9bd1", "#a30200", "#8d8d8d")


def can_draw() -> bool:
    """Tell whether the extra is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def png(chart: Chart) -> bytes:
    """Return a chart as PNG. It takes about a second: call it in a thread.

    matplotlib is loaded here, because it would slow the start of every command.
    """
    backend: Any = importlib.import_module("matplotlib.backends.backend_agg")
    drawing: Any = importlib.import_module("matplotlib.figure")
    figure = drawing.Figure(figsize=INCHES, dpi=DOTS, layout="constrained")
    backend.FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    width = 0.8 / max(len(chart.series), 1)
    for turn, (name, values) in enumerate(chart.series):
        places = [place - 0.4 + width * (turn + 0.5) for place in range(len(chart.categories))]
        heights = [math.nan if value is None else value for value in values]
        axes.bar(places, heights, width * 0.92, label=name, color=INK[turn % len(INK)])
    axes.set_xticks(
        range(len(chart.categories)),
        [text if len(text) <= 16 else text[:15] + "…" for text in chart.categories],
        rotation=0 if len(chart.categories) <= 6 else 30,
        ha="center" if len(chart.categories) <= 6 else "right",
        parse_math=False,
    )
    axes.set_title(chart.title, loc="left", parse_math=False)
    axes.set_ylabel(chart.unit, parse_math=False)
    known = [value for _, values in chart.series for value in values if value is not None]
    whole = all(float(value).is_integer() for value in known)
    axes.yaxis.get_major_locator().set_params(integer=whole)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    if len(chart.series) > 1:
        axes.legend(frameon=False)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
