"""The figures of an evaluation as a table: the plots' equal for those who cannot see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policies.review import figures
from policies.verdict import Evaluation, Interval, SideResult


@dataclass(frozen=True)
class Number:
    """One figure on both sides."""

    name: str
    base: str
    head: str


def numbers_of(evaluation: Evaluation) -> tuple[Number, ...]:
    """Every figure that at least one side has."""
    columns: tuple[tuple[str, Callable[[SideResult], str]], ...] = (
        ("Pass rate", lambda side: figures.percent(side.pass_rate)),
        ("its 95\u00a0% interval", lambda side: _interval(side.pass_rate_interval)),
        ("Latency p50", lambda side: figures.milliseconds(side.latency_p50_ms)),
        ("Latency p95", lambda side: figures.milliseconds(side.latency_p95_ms)),
        ("Tokens sent, mean", lambda side: figures.decimals(side.input_tokens_mean, 1)),
        ("Tokens received, mean", lambda side: figures.decimals(side.output_tokens_mean, 1)),
        ("USD per 1,000 cases", lambda side: figures.usd_per_thousand(side.usd, len(side.cases))),
        ("Calibration error", lambda side: _optional(side.calibration_error)),
        ("Brier score", lambda side: _optional(side.brier_score)),
    )
    rows = (
        Number(name, told(evaluation.base) if evaluation.base else figures.NONE, told(evaluation.head))
        for name, told in columns
    )
    return tuple(row for row in rows if {row.base, row.head} != {figures.NONE})


def _interval(found: Interval) -> str:
    return f"{figures.percent(found.low)} to {figures.percent(found.high)}"


def _optional(number: float | None) -> str:
    return figures.NONE if number is None else figures.decimals(number, 3)
