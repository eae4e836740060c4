"""Plots of money and of time."""

from __future__ import annotations

from collections.abc import Sequence

from policies.review import figures
from policies.review.escape import one_line
from policies.review.plots.shapes import (
    LEFT,
    ROW,
    TOP,
    Bar,
    BarPlot,
    BarRow,
    DotPlot,
    DotRow,
    Mark,
    Rule,
    Scale,
    Tick,
    dot_height,
    finite,
)
from policies.verdict import CostEstimate, Timing

_MOST_TIMINGS = 16


def cost(found: CostEstimate) -> DotPlot | None:
    """Low, expected and high of a stack, base's expected cost and the budget; none without an expected cost."""
    low, expected, high = (
        _amount(text) for text in (found.low_usd_per_month, found.expected_usd_per_month, found.high_usd_per_month)
    )
    if expected is None:
        return None
    before, budget = _amount(found.base_expected_usd_per_month), _amount(found.budget_usd_per_month)
    known = [number for number in (low, expected, high, before, budget) if number is not None]
    scale = Scale(min(0.0, *known), max(*known, 0.0) * 1.1 or 1.0)
    marks = [Mark("base", scale.at(before))] if before is not None else []
    low, high = expected if low is None else low, expected if high is None else high
    marks.append(Mark("head", scale.at(expected), scale.at(low), scale.at(high)))
    rules = (
        (Rule(scale.at(budget), f"budget {figures.usd(found.budget_usd_per_month)}", "limit"),)
        if budget is not None
        else ()
    )
    amounts = (found.low_usd_per_month, found.expected_usd_per_month, found.high_usd_per_month)
    row = DotRow("low, expected, high", " / ".join(figures.usd(text) for text in amounts), tuple(marks), TOP)
    return DotPlot(
        "Cost, USD a month",
        f"{row.label}: {row.value}; budget {figures.usd(found.budget_usd_per_month)}",
        (row,),
        tuple(Tick(scale.at(value), figures.decimals(value, 0)) for value in scale.ticks()),
        rules,
        dot_height(1) + 16,
    )


def _amount(text: str | None) -> float | None:
    amount = figures.money(text)
    return None if amount is None else float(amount)


def time_spent(timings: Sequence[Timing]) -> BarPlot | None:
    """Where the time went; the part that models took is told apart. None when nothing was timed."""
    longest = sorted(timings, key=lambda timing: -finite(timing.seconds))[:_MOST_TIMINGS]
    shown = [timing for timing in timings if timing in longest][:_MOST_TIMINGS]
    if not shown:
        return None
    scale = Scale(0, max(finite(timing.seconds) for timing in shown) or 1.0)
    rows = tuple(
        BarRow(one_line(timing.name, 34), _words(timing), _bars(timing, scale), TOP + number * ROW)
        for number, timing in enumerate(shown)
    )
    told = "; ".join(f"{row.label}: {row.value}" for row in rows)
    return BarPlot("Where the time went", told, rows, TOP + len(rows) * ROW)


def _words(timing: Timing) -> str:
    waiting = f", models {figures.seconds(timing.model_seconds)}" if timing.model_seconds else ""
    return f"{figures.seconds(timing.seconds)}{waiting}"


def _bars(timing: Timing, scale: Scale) -> tuple[Bar, ...]:
    whole = max(scale.at(timing.seconds) - LEFT, 1.0)
    models = min(max(scale.at(timing.model_seconds) - LEFT, 0.0), whole) if timing.model_seconds else 0.0
    waited = (Bar("model", LEFT, round(models, 1)),) if models else ()
    return (*waited, Bar("time", round(LEFT + models, 1), round(whole - models, 1)))
