"""Numbers as a person reads them."""

from __future__ import annotations

from policies.verdict import Comparison


def percent(share: float) -> str:
    """0.8214 is `82.1 %`."""
    return f"{100 * share:.1f} %"


def points(share: float) -> str:
    """0.05 is `5 points`."""
    return f"{100 * share:g} point{'s' if share != 0.01 else ''}"


def signed(share: float) -> str:
    """-0.107 is `-10.7`."""
    return f"{100 * share:+.1f}"


def count(number: int, noun: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def measured(base_rate: float, head_rate: float, comparison: Comparison) -> str:
    """The change in one line: rates, difference with interval, flips."""
    interval = comparison.difference_interval
    return (
        f"{percent(base_rate)} to {percent(head_rate)} "
        f"({signed(comparison.difference)} points, 95 % interval {signed(interval.low)} to {signed(interval.high)}), "
        f"{comparison.only_base_passes} broke, {comparison.only_head_passes} mended."
    )
