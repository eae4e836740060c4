"""The verdict in a terminal: short, aligned, with the next step. ASCII only, but for what the verdict quotes."""

from __future__ import annotations

from collections.abc import Sequence

from policies.review import figures
from policies.review.escape import one_line
from policies.review.subjects import Measured, Place, measured, places, reasons, stopping
from policies.review.words import TITLES, next_steps, plan_counts, sentence
from policies.verdict import Finding, GateVerdict, Outcome, Verdict

_MOST_ROWS = 20
_MOST_FINDINGS = 20
_COLOURS = {
    Outcome.passed: "32",
    Outcome.undecided: "33",
    Outcome.failed: "35",
    Outcome.invalid: "31",
    Outcome.blocked: "31",
}


def render_summary(verdict: Verdict, *, colour: bool = False) -> str:
    """A few lines: the verdict, a row for each subject, what stops the change, what to do. No escape code of its own
    but the colour of the verdict's word, and that only when asked; what the verdict quotes can hold none.
    """
    title = _paint(TITLES[verdict.outcome], verdict.outcome) if colour else TITLES[verdict.outcome]
    blocks = (
        [f"{title}: {sentence(verdict)} ({figures.plain(figures.seconds(verdict.seconds))})"],
        _aligned(_rows(verdict)),
        _stops(verdict),
        _next(verdict),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _paint(word: str, outcome: Outcome) -> str:
    return f"\x1b[1;{_COLOURS[outcome]}m{word}\x1b[0m"


def _rows(verdict: Verdict) -> list[Sequence[str]]:
    rows = [*map(_measured_row, measured(verdict)), *map(_place_row, places(verdict))]
    more = len(rows) - _MOST_ROWS
    return [*rows[:_MOST_ROWS], [f"and {more} more"]] if more > 0 else list(rows)


def _measured_row(each: Measured) -> Sequence[str]:
    name = f"{each.subject.kind.value} {one_line(each.subject.name, 60)}"
    evaluation = each.evaluation
    if evaluation is None:
        return name, each.outcome.value, "not evaluated"
    rates = [figures.percent(side.pass_rate) for side in (evaluation.base or evaluation.head, evaluation.head)]
    found = evaluation.comparison
    if found is None:
        return name, each.outcome.value, figures.change(*rates), "new"
    low, high = figures.points(found.difference_interval.low), figures.points(found.difference_interval.high)
    told = f"{figures.points(found.difference)} points ({low} to {high})"
    return name, each.outcome.value, figures.change(*rates), f"{told}, p {figures.p_value(found.p_value)}"


def _place_row(each: Place) -> Sequence[str]:
    name = f"stack {one_line(each.subject.name, 60)}"
    cost = each.cost
    if cost is None:
        return name, each.outcome.value, plan_counts(each.plan)
    low, expected, high = cost.low_usd_per_month, cost.expected_usd_per_month, cost.high_usd_per_month
    money = " / ".join(figures.usd(text) for text in (low, expected, high))
    return name, each.outcome.value, plan_counts(each.plan), f"{money} USD a month"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    plain = [[figures.plain(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in plain if column < len(row)) for column in range(4) if _has(plain, column)]
    return [
        ("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))).rstrip()
        for row in plain
    ]


def _has(rows: Sequence[Sequence[str]], column: int) -> bool:
    return any(column < len(row) for row in rows)


def _stops(verdict: Verdict) -> list[str]:
    lines = [
        line
        for gate in stopping(verdict)
        for line in (_gate_line(gate), *(_finding_line(each, gate) for each in reasons(gate)))
    ]
    more = len(lines) - _MOST_FINDINGS
    return [*lines[:_MOST_FINDINGS], f"  and {more} more lines: see report.html"] if more > 0 else lines


def _gate_line(gate: GateVerdict) -> str:
    about = (
        "" if gate.subject.kind == "repository" else f", {gate.subject.kind.value} {one_line(gate.subject.name, 60)}"
    )
    return f"{gate.gate.value.capitalize()}{about}: {one_line(gate.headline, 200)}"


def _finding_line(finding: Finding, gate: GateVerdict) -> str:
    line = f":{finding.line}" if finding.line is not None else ""
    where = f"{one_line(finding.path, 160)}{line}: " if finding.path else ""
    about = (
        f"{one_line(finding.subject or '', 80)}: "
        if finding.subject not in {None, gate.subject.name, str(gate.subject)}
        else ""
    )
    fix = f" {one_line(finding.fix, 300)}" if finding.fix else ""
    return f"  {where}{about}{one_line(finding.message, 600)}{fix}"


def _next(verdict: Verdict) -> list[str]:
    lines = [f"{step.text} {step.command or ''}".rstrip() for step in next_steps(verdict)]
    return [f"{'' if number else 'Next:':6}{line}" for number, line in enumerate(lines)]
