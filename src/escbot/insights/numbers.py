"""Small statistics with their definitions: percentiles by linear interpolation."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(sorted_values: Sequence[float], share: float) -> float | None:
    """Return the percentile of ascending values by linear interpolation; None without values.

    The rank is `share * (n - 1)`, as in numpy's default and in spreadsheets' PERCENTILE.INC.
    """
    if not sorted_values:
        return None
    rank = share * (len(sorted_values) - 1)
    low = int(rank)
    high = min(low + 1, len(sorted_values) - 1)
    return sorted_values[low] + (sorted_values[high] - sorted_values[low]) * (rank - low)
