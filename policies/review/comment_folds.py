"""The folded parts of the comment: cases, prompts, stacks, remarks, time."""

from __future__ import annotations

from collections.abc import Iterable

from policies.review import figures
from policies.review.escape import code, fence, prose
from policies.review.fit import Part, Section
from policies.review.flips import Fate, Pair, of_fate, pairs, selection
from policies.review.markdown import finding_text, row, subject_name, table
from policies.review.prompt_diff import line_diff
from policies.review.subjects import Place, asides
from policies.review.words import check_command, plan_counts
from policies.verdict import (
    CostEstimate,
    Evaluation,
    Finding,
    GateVerdict,
    Plan,
    PlanStep,
    RenderedCase,
    Subject,
    Timing,
    Verdict,
)

_MOST_CASES = 60
_MOST_PROMPTS = 1
_MOST_STEPS = 200
_MOST_TIMINGS = 12
_TELLING = {Fate.broken: "broken", Fate.fixed: "fixed", Fate.new_failing: "new and failing"}


def cases_fold(evaluations: Iterable[Evaluation]) -> Section:
    """The cases that head breaks and fixes, and those of something new that fail."""
    shown = [(each.subject, of_fate(pairs(each), *_TELLING)) for each in evaluations]
    parts = tuple(_cases_part(subject, found) for subject, found in shown if found)
    every = [pair for _, found in shown for pair in found]
    numbers = [(len(of_fate(every, fate)), word) for fate, word in _TELLING.items()]
    told = ", ".join(f"{figures.count(number)} {word}" for number, word in numbers if number)
    return Section("cases", parts, f"Cases: {told}")


def _cases_part(subject: Subject, found: tuple[Pair, ...]) -> Part:
    head = table(f"{subject_name(subject)}|Case|Slice|Base says|Head says|What failed")
    rows = tuple(row(_case_cells(pair)) for pair in selection(found, _MOST_CASES))
    return Part(head, rows, "cases", total=len(found))


def _case_cells(pair: Pair) -> tuple[str, ...]:
    failing = pair.base if pair.base and pair.fate == Fate.fixed else pair.head
    return (
        pair.fate.value,
        prose(pair.head.description or pair.head.case, 80),
        prose(pair.head.slice or "", 30),
        code(pair.base.output, 80) if pair.base else figures.NONE,
        code(pair.head.output, 80),
        prose("; ".join(failing.failed_assertions[:3]), 120),
    )


def prompts_fold(evaluations: Iterable[Evaluation]) -> Section:
    """What changes in the text that the model reads."""
    found = [_differing(each) for each in evaluations]
    parts = tuple(Part("", cases, "rendered cases", total=total) for cases, total in found if cases)
    return Section("rendered prompts", parts, "The prompt as the model reads it")


def _differing(evaluation: Evaluation) -> tuple[tuple[str, ...], int]:
    differing = [case for case in evaluation.rendered if case.base != case.head]
    return tuple(_rendered(evaluation.subject, case) for case in differing[:_MOST_PROMPTS]), len(differing)


def _rendered(subject: Subject, case: RenderedCase) -> str:
    tokens = figures.plural(case.head_tokens, "token")
    if case.base_tokens is not None:
        step = figures.signed(case.head_tokens - case.base_tokens)
        tokens = f"{figures.change(figures.count(case.base_tokens), tokens)} ({step})"
    name = f"{subject_name(subject)}, {prose(case.description or case.case, 80)}"
    return f"{name}: {tokens}\n{fence(line_diff(case), 'diff')}"


def stacks_fold(stacks: Iterable[Place]) -> Section:
    """The steps of each plan and the lines of each cost."""
    parts = tuple(part for place in stacks for part in (*_plan_part(place.plan), *_cost_parts(place.cost)))
    return Section("plan and cost", parts, "Plan and cost")


def _plan_part(plan: Plan | None) -> tuple[Part, ...]:
    if plan is None:
        return ()
    moving = [step for step in plan.steps if step.op != "same"]
    state = "" if plan.deployed_before else ", not deployed before"
    lines = tuple(_step_line(step) for step in moving[:_MOST_STEPS])
    return (Part(f"Plan of {code(plan.stack, 60)}: {plan_counts(plan)}{state}", lines, "steps", total=len(moving)),)


def _step_line(step: PlanStep) -> str:
    changed = f": {', '.join(code(name, 60) for name in step.changed[:8])}" if step.changed else ""
    more = f" and {figures.count(len(step.changed) - 8)} more" if len(step.changed) > 8 else ""
    return f"- {prose(step.op, 30)} {code(step.name, 80)} ({code(step.type, 80)}){changed}{more}"


def _cost_parts(cost: CostEstimate | None) -> tuple[Part, ...]:
    if cost is None:
        return ()
    budget = f", budget {figures.usd(cost.budget_usd_per_month)}" if cost.budget_usd_per_month is not None else ""
    priced = f"{figures.percent(cost.share_priced)} of what costs money has a price"
    opening = (
        f"Cost of {code(cost.stack, 60)}, USD a month{budget}; book of {prose(cost.price_book_date, 20)}; {priced}"
    )
    unpriced = tuple(f"- no price: {code(name, 80)}" for name in cost.unpriced)
    lines = tuple(
        f"- {code(line.resource, 80)}: {figures.usd(line.low_usd_per_month)} / "
        f"{figures.usd(line.expected_usd_per_month)} / {figures.usd(line.high_usd_per_month)}, "
        f"{prose(line.description, 120)} ({prose(line.source, 80)}, {prose(line.priced_on, 20)})"
        for line in cost.lines
    )
    return (Part(opening, (*unpriced, *lines), "cost lines"),)


def remarks_fold(verdict: Verdict) -> Section:
    """Findings that stop nothing."""
    lines = tuple(_remark(gate, finding) for gate, finding in asides(verdict))
    parts = (Part("", lines, "remarks"),) if lines else ()
    return Section("remarks", parts, f"Remarks: {figures.count(len(lines))}")


def _remark(gate: GateVerdict, finding: Finding) -> str:
    about = ", ".join(filter(None, [finding.severity.value, gate.gate.value, subject_name(gate.subject)]))
    return f"- {about}: {finding_text(finding, gate.subject)}"


def time_fold(verdict: Verdict) -> Section:
    """Where the time went, and how to have the same verdict on one's own machine."""
    spent = [_timing(timing) for timing in verdict.timings[:_MOST_TIMINGS]]
    more = len(verdict.timings) - len(spent)
    told = " \u00b7 ".join([*spent, f"{figures.count(more)} more"] if more else spent) or "nothing took long"
    here = f"The same on your machine: `{check_command(verdict)}` (Gatehouse {prose(verdict.gatehouse_version, 30)})"
    parts = (Part("", (told, here), "lines"),)
    return Section("time and how to repeat it", parts, f"Time: {figures.seconds(verdict.seconds)}; how to repeat it")


def _timing(timing: Timing) -> str:
    waiting = f" (models {figures.seconds(timing.model_seconds)})" if timing.model_seconds else ""
    return f"{prose(timing.name, 60)} {figures.seconds(timing.seconds)}{waiting}"
