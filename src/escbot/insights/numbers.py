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


def wilson(part: int, whole: int, z: float = 1.96) -> tuple[float, float] | None:
    """Return the interval of a share (95 % for z 1.96) by Wilson's score; None without cases.

    It stays within 0 and 1 and is fair to small numbers, unlike share ± z standard errors.
    """
    if whole <= 0:
        return None
    share = part / whole
    middle = share + z * z / (2 * whole)
    spread = z * ((share * (1 - share) + z * z / (4 * whole)) / whole) ** 0.5
    scale = 1 + z * z / whole
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)
