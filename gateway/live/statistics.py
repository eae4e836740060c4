"""Numbers with their uncertainty: pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion of `count` with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return {"value": self.value, "low": self.low, "high": self.high, "count": self.count}


def share(hits: int, count: int) -> Share | None:
    """The proportion of hits with Wilson's score interval; None without a count.

    Source: Wilson 1927. Stays within 0 and 1 and is wide, not zero, when all or none hit.
    """
    if count <= 0:
        return None
    value, z2 = hits / count, _Z95**2
    centre = (value + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 * math.sqrt(value * (1 - value) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return Share(value, max(0.0, min(value, centre - half)), min(1.0, max(value, centre + half)), count)


def difference(one: Share | None, other: Share | None) -> dict[str, float] | None:
    """`one` less `other` with its 95 % interval; None if either is unknown.

    Source: Newcombe 1998, method 10, for two independent proportions.
    """
    if one is None or other is None:
        return None
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return {"value": value, "low": max(-1.0, value - below), "high": min(1.0, value + above)}


def quantile(ordered: Sequence[float], part: float) -> float | None:
    """The value below which `part` of them lie, between neighbours by weight; None if there are none.

    `ordered` is sorted upwards.
    """
    if not ordered:
        return None
    place = (len(ordered) - 1) * part
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
