"""The two tables of the comment that stand open: models and prompts, and stacks."""

from __future__ import annotations

from policies.review import figures
from policies.review.escape import code
from policies.review.fit import Part, Section
from policies.review.markdown import row, subject_name, table
from policies.review.subjects import Measured, Place
from policies.review.words import badge, plan_counts
from policies.verdict import CostEstimate, Evaluation, SideResult


def measured_section(found: tuple[Measured, ...]) -> Section:
    """A row for each model or prompt: quality, speed and price, base against head."""
    priced = any(side.usd for each in found if each.evaluation for side in _sides(each.evaluation))
    price = "|>USD per 1,000 cases" if priced else ""
    head = table(f"Model or prompt|>Pass rate|>Difference in points (95\u00a0%)|>p|>Latency p95{price}|Verdict")
    rows = tuple(row(_measured_cells(each, priced=priced)) for each in found)
    return Section("models and prompts", (Part(head, rows, "models and prompts"),) if rows else ())


def _measured_cells(each: Measured, *, priced: bool) -> tuple[str, ...]:
    name = subject_name(each.subject)
    if each.evaluation is None:
        return name, *[figures.NONE] * (5 if priced else 4), badge(each.outcome)
    latency, price = _use_cells(each.evaluation)
    return name, *_quality_cells(each.evaluation), latency, *((price,) if priced else ()), badge(each.outcome)


def _sides(evaluation: Evaluation) -> tuple[SideResult, SideResult]:
    return evaluation.base or evaluation.head, evaluation.head


def _quality_cells(evaluation: Evaluation) -> tuple[str, str, str]:
    rate = f"**{figures.percent(evaluation.head.pass_rate)}**"
    found = evaluation.comparison
    if evaluation.base is None or found is None:
        return rate, "new", figures.NONE
    low, high = figures.points(found.difference_interval.low), figures.points(found.difference_interval.high)
    return (
        figures.change(figures.percent(evaluation.base.pass_rate), rate),
        f"{figures.points(found.difference)} ({low} to {high})",
        figures.p_value(found.p_value),
    )


def _use_cells(evaluation: Evaluation) -> tuple[str, str]:
    sides = _sides(evaluation)
    latencies = [figures.milliseconds(side.latency_p95_ms) for side in sides]
    prices = [figures.usd_per_thousand(side.usd, len(side.cases)) for side in sides]
    return figures.change(*latencies), figures.change(*prices)


def stacks_section(stacks: tuple[Place, ...]) -> Section:
    """A row for each stack: plan, cost and policy."""
    head = table("Stack|Plan|>USD a month: low / expected / high|>Change|Policy|Verdict")
    rows = tuple(row(_place_cells(each)) for each in stacks)
    return Section("stacks", (Part(head, rows, "stacks"),) if rows else ())


def _place_cells(each: Place) -> tuple[str, ...]:
    policy = badge(each.policy.outcome) if each.policy else figures.NONE
    return code(each.subject.name, 60), plan_counts(each.plan), *_money_cells(each.cost), policy, badge(each.outcome)


def _money_cells(cost: CostEstimate | None) -> tuple[str, str]:
    if cost is None:
        return figures.NONE, figures.NONE
    low, expected, high = (
        figures.usd(text) for text in (cost.low_usd_per_month, cost.expected_usd_per_month, cost.high_usd_per_month)
    )
    step = figures.usd_change(cost.base_expected_usd_per_month, cost.expected_usd_per_month)
    return f"{low} / **{expected}** / {high}", step
