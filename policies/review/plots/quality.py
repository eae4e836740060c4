"""Plots of one evaluation: rates, difference, slices, latency, tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policies.review import figures
from policies.review.escape import one_line
from policies.review.plots.shapes import (
    LEFT,
    ROW,
    TOP,
    Bar,
    BarPlot,
    BarRow,
    Curve,
    CurvePlot,
    DotPlot,
    DotRow,
    Mark,
    Plot,
    Rule,
    Scale,
    Side,
    Tick,
    dot_height,
    finite,
)
from policies.verdict import Comparison, Evaluation, SideResult, SliceResult

_MOST_SLICES = 12
_MOST_POINTS = 120
_SHARES = Scale(0, 1)
_SHARE_TICKS = tuple(Tick(_SHARES.at(share), f"{share:.0%}".replace("%", "\u00a0%")) for share in (0.0, 0.5, 1.0))

Sides = Sequence[tuple[Side, SideResult]]


def plots_of(evaluation: Evaluation) -> tuple[Plot, ...]:
    """Every plot for which there is something to draw."""
    sides: list[tuple[Side, SideResult]] = [("base", evaluation.base)] if evaluation.base else []
    sides.append(("head", evaluation.head))
    found = [
        rates(sides),
        difference(evaluation.comparison) if evaluation.comparison else None,
        slices(evaluation.slices) if evaluation.slices else None,
        latency(sides) if any(side.cases for _, side in sides) else None,
        tokens(sides),
    ]
    return tuple(plot for plot in found if plot)


def _row(number: int) -> float:
    return TOP + number * ROW


def rates(sides: Sides) -> DotPlot:
    """Pass rate of each side with its 95 % interval."""
    rows = tuple(
        DotRow(
            f"{one_line(side.variant, 24)} ({name})",
            figures.percent(side.pass_rate),
            (
                Mark(
                    name,
                    _SHARES.at(side.pass_rate),
                    _SHARES.at(side.pass_rate_interval.low),
                    _SHARES.at(side.pass_rate_interval.high),
                ),
            ),
            _row(number),
        )
        for number, (name, side) in enumerate(sides)
    )
    told = "; ".join(
        f"{name} {figures.percent(side.pass_rate)}, interval {figures.percent(side.pass_rate_interval.low)} "
        f"to {figures.percent(side.pass_rate_interval.high)}"
        for name, side in sides
    )
    return DotPlot("Pass rate, with 95\u00a0% interval", told, rows, _SHARE_TICKS, (), dot_height(len(rows)))


def difference(found: Comparison) -> DotPlot:
    """Head minus base, with its interval, zero and the smallest effect that matters."""
    ends = [found.difference, found.difference_interval.low, found.difference_interval.high, found.smallest_effect]
    reach = min(max(abs(finite(end)) for end in ends) * 1.2 or 0.05, 1.0)
    scale = Scale(-reach, reach)
    mark = Mark(
        "head",
        scale.at(found.difference),
        scale.at(found.difference_interval.low),
        scale.at(found.difference_interval.high),
    )
    low, high = figures.points(found.difference_interval.low), figures.points(found.difference_interval.high)
    smallest = figures.decimals(found.smallest_effect * 100, 1)
    row = DotRow("Head minus base, points", figures.points(found.difference), (mark,), _row(0))
    rules = (
        Rule(scale.at(-found.smallest_effect), f"a loss that matters: {smallest}", "limit"),
        Rule(scale.at(0), "0", "zero"),
    )
    told = f"{figures.points(found.difference)} points, interval {low} to {high}; a loss of {smallest} matters"
    ticks = tuple(Tick(scale.at(value), figures.points(value)) for value in scale.ticks())
    return DotPlot("Difference, with 95\u00a0% interval", told, (row,), ticks, rules, dot_height(1) + 16)


def slices(found: Sequence[SliceResult]) -> DotPlot:
    """Pass rate of each slice, the largest change first."""
    order = sorted(found, key=lambda each: -abs(finite(each.head_pass_rate - (each.base_pass_rate or 0))))[
        :_MOST_SLICES
    ]
    rows = tuple(DotRow(*_slice_words(each), _slice_marks(each), _row(number)) for number, each in enumerate(order))
    more = f" ({_MOST_SLICES} of {figures.count(len(found))})" if len(found) > len(rows) else ""
    told = "; ".join(f"{row.label}: {row.value}" for row in rows)
    return DotPlot(f"Pass rate by slice{more}", told, rows, _SHARE_TICKS, (), dot_height(len(rows)))


def _slice_words(each: SliceResult) -> tuple[str, str]:
    name = f"{one_line(each.name, 24)}, {figures.plural(each.cases, 'case')}"
    head = figures.percent(each.head_pass_rate)
    return name, head if each.base_pass_rate is None else figures.change(figures.percent(each.base_pass_rate), head)


def _slice_marks(each: SliceResult) -> tuple[Mark, ...]:
    head = Mark("head", _SHARES.at(each.head_pass_rate))
    return (head,) if each.base_pass_rate is None else (Mark("base", _SHARES.at(each.base_pass_rate)), head)


def latency(sides: Sides) -> CurvePlot:
    """Share of the answers that came within a time, up to the slower side's 99th percentile."""
    height, top = 196.0, 28.0
    times: list[tuple[Side, list[float]]] = [
        (name, sorted(finite(case.latency_ms) for case in side.cases)) for name, side in sides
    ]
    longest = max(_quantile(sorted_ms, 0.99) for _, sorted_ms in times) or 1.0
    across, up = Scale(0, longest, LEFT + 24), Scale(0, 1, height - 20, top)
    curves = tuple(
        Curve(
            name, _points(sorted_ms, across, up), f"{name}, half in {figures.milliseconds(_quantile(sorted_ms, 0.5))}"
        )
        for name, sorted_ms in times
    )
    told = "; ".join(
        f"{name}: half within {figures.milliseconds(_quantile(sorted_ms, 0.5))}, "
        f"95\u00a0% within {figures.milliseconds(_quantile(sorted_ms, 0.95))}"
        for name, sorted_ms in times
    )
    return CurvePlot(
        "Latency: share answered within",
        told,
        curves,
        tuple(Tick(across.at(value), figures.milliseconds(value) if value else "0") for value in across.ticks(3)),
        tuple(Tick(up.at(share), figures.percent(share).replace(".0", "")) for share in (0.5, 0.95)),
        height,
    )


def _quantile(in_order: Sequence[float], share: float) -> float:
    return in_order[min(int(len(in_order) * share), len(in_order) - 1)] if in_order else 0.0


def _points(in_order: Sequence[float], across: Scale, up: Scale) -> str:
    shares = [number / _MOST_POINTS for number in range(_MOST_POINTS + 1)]
    places = ((across.at(_quantile(in_order, share)), up.at(share)) for share in shares)
    return " ".join(f"{x},{y}" for x, y in dict.fromkeys([(across.start, up.start), *places]))


def tokens(sides: Sides) -> BarPlot:
    """Tokens that a case sends and receives on average."""
    numbers = [
        (f"{way}, {name}", name, finite(mean))
        for way in ("sent", "received")
        for name, mean in (
            (name, side.input_tokens_mean if way == "sent" else side.output_tokens_mean) for name, side in sides
        )
    ]
    scale = Scale(0, max((mean for _, _, mean in numbers), default=0) or 1)
    rows = tuple(
        BarRow(label, figures.decimals(mean, 1), (Bar(name, LEFT, max(scale.at(mean) - LEFT, 1)),), _row(number))
        for number, (label, name, mean) in enumerate(numbers)
    )
    return BarPlot("Tokens a case, mean", _told(rows), rows, TOP + len(rows) * ROW)


def _told(rows: Iterable[BarRow]) -> str:
    return "; ".join(f"{row.label}: {row.value}" for row in rows)
