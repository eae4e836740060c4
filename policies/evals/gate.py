"""The evaluation gate: pass, block or undecided, by rules that stand here in full.

The rules are tried in this order; `alpha` and `smallest_effect` are the suite's.

1.  An assertion that could not be judged (a pattern that is none or was stopped, a missing price), or a suite without
    a case: **invalid**. Nothing is concluded from numbers that such a suite gave.
2.  **Block** below a floor: the pass rate under `pass_rate_min`, a slice under `slice_pass_rate_min`, a calibration
    error above `calibration_error_max`. Floors are taken as they are observed: the cases are the specification.
3.  Without a base (something new) that is all: **pass**.
4.  The same answers on both sides: **pass**. Nothing changed that anybody could notice.
5.  A drop of `smallest_effect` or more is excluded (one-sided test at level alpha, Tango's score): **pass**. So a real
    drop of that size passes at most with chance alpha, and a significant drop that is too small to matter passes too.
6.  Head is worse by the exact McNemar test, p < alpha: **block**. A drop of `smallest_effect` is then significant and
    plausible, since rule 5 did not exclude it. An unchanged prompt is blocked with a chance of at most alpha / 2.
7.  Otherwise the cases do not tell: **undecided**, with the number of cases that would.
"""

from __future__ import annotations

from catalog.suite import GateSpec
from policies.evals import statistics
from policies.evals.wording import count, measured, percent, points
from policies.verdict import (
    Comparison,
    Evaluation,
    Finding,
    Gate,
    GateVerdict,
    Outcome,
    Severity,
    SideResult,
)

_SHOWN_BROKEN = 10


def judge_evaluation(evaluation: Evaluation, gate: GateSpec) -> GateVerdict:
    """What the evaluation says of its subject. `gate` is the stricter of what base and head ask for."""
    if broken := _broken(evaluation):
        return _verdict(evaluation, Outcome.invalid, f"The suite cannot be judged: {broken[0].message}", broken)
    floors = _floors(evaluation, gate)
    outcome, headline, findings = _change(evaluation, gate)
    if floors:
        return _verdict(evaluation, Outcome.blocked, f"{floors[0].message} {headline}", (*floors, *findings))
    return _verdict(evaluation, outcome, headline, findings)


def _verdict(evaluation: Evaluation, outcome: Outcome, headline: str, findings: tuple[Finding, ...]) -> GateVerdict:
    return GateVerdict(
        gate=Gate.evaluation, subject=evaluation.subject, outcome=outcome, headline=headline, findings=findings
    )


def _finding(evaluation: Evaluation, severity: Severity, rule: str, message: str, fix: str | None = None) -> Finding:
    return Finding(
        severity=severity,
        rule=rule,
        message=message,
        fix=fix,
        path=evaluation.suite,
        subject=str(evaluation.subject),
    )


def _broken(evaluation: Evaluation) -> tuple[Finding, ...]:
    if not evaluation.head.cases:
        return (_finding(evaluation, Severity.block, "suites-have-cases", "there is no case.", "Add cases."),)
    reasons: dict[str, str] = {}
    for side in (evaluation.head, evaluation.base):
        for case in side.cases if side else ():
            for reason in case.broken_assertions:
                reasons.setdefault(reason, case.description)
    return tuple(
        _finding(
            evaluation,
            Severity.block,
            "assertions-can-be-judged",
            f"{reason} (case: {description})",
            "Mend the assertion; one that cannot be judged never passes.",
        )
        for reason, description in list(reasons.items())[:_SHOWN_BROKEN]
    )


def _floors(evaluation: Evaluation, gate: GateSpec) -> tuple[Finding, ...]:
    found: list[tuple[str, str]] = []
    head = evaluation.head
    if head.pass_rate < gate.pass_rate_min:
        text = f"The pass rate is {percent(head.pass_rate)}, below the floor of {percent(gate.pass_rate_min)}."
        found.append(("the-pass-rate-keeps-its-floor", text))
    for slice_ in evaluation.slices:
        if gate.slice_pass_rate_min is not None and slice_.head_pass_rate < gate.slice_pass_rate_min:
            text = (
                f"Slice {slice_.name[:100]} passes {percent(slice_.head_pass_rate)} of {count(slice_.cases, 'case')}, "
                f"below the floor of {percent(gate.slice_pass_rate_min)}."
            )
            found.append(("every-slice-keeps-its-floor", text))
    found.extend(_calibration(head, gate))
    return tuple(_finding(evaluation, Severity.block, rule, text) for rule, text in found)


def _calibration(head: SideResult, gate: GateSpec) -> list[tuple[str, str]]:
    if gate.calibration_error_max is None:
        return []
    rule = "probabilities-are-calibrated"
    if head.calibration_error is None:
        return [(rule, "The suite limits the calibration error, and the answers carry no probabilities.")]
    if head.calibration_error <= gate.calibration_error_max:
        return []
    return [
        (
            rule,
            f"The calibration error is {head.calibration_error:.3f}, above the {gate.calibration_error_max:g} allowed.",
        )
    ]


def _change(evaluation: Evaluation, gate: GateSpec) -> tuple[Outcome, str, tuple[Finding, ...]]:
    base, head, comparison = evaluation.base, evaluation.head, evaluation.comparison
    if base is None or comparison is None:
        return Outcome.passed, *_something_new(evaluation, gate)
    if _same_answers(base, head):
        return Outcome.passed, f"Same answers as before; the pass rate stays {percent(head.pass_rate)}.", ()
    broken, mended = comparison.only_base_passes, comparison.only_head_passes
    change = measured(base.pass_rate, head.pass_rate, comparison)
    if statistics.not_worse(broken, mended, _pairs(comparison), gate.smallest_effect, gate.alpha):
        return Outcome.passed, f"{_how_it_passes(comparison, gate)}: {change}", ()
    if broken > mended and comparison.p_value < gate.alpha:
        text = f"{count(broken, 'case')} broke and {mended} mended (exact McNemar p = {comparison.p_value:.2g})."
        finding = _finding(evaluation, Severity.block, "changes-do-not-break-answers", text)
        return Outcome.blocked, f"Worse: {change}", (finding,)
    return (
        Outcome.undecided,
        f"Not decided by {count(_pairs(comparison), 'case')}: {change}",
        (_undecided(evaluation, comparison, gate),),
    )


def _something_new(evaluation: Evaluation, gate: GateSpec) -> tuple[str, tuple[Finding, ...]]:
    headline = f"New: {percent(evaluation.head.pass_rate)} of {count(_cases(evaluation.head), 'case')} pass."
    if gate.pass_rate_min > 0:
        return headline, ()
    text = "There is no base to compare with, and gate.pass_rate_min is 0: any answer would pass."
    fix = "Set gate.pass_rate_min to what you expect of it."
    return headline, (_finding(evaluation, Severity.warn, "new-things-have-a-floor", text, fix),)


def _how_it_passes(comparison: Comparison, gate: GateSpec) -> str:
    if comparison.p_value < gate.alpha and comparison.difference > 0:
        return "Better"
    if comparison.p_value < gate.alpha and comparison.difference < 0:
        return f"Slightly worse, by less than the {points(gate.smallest_effect)} that matter"
    return f"Not worse by {points(gate.smallest_effect)} or more"


def _undecided(evaluation: Evaluation, comparison: Comparison, gate: GateSpec) -> Finding:
    text = (
        f"{count(_pairs(comparison), 'case')} neither show a drop (p = {comparison.p_value:.2g}) "
        f"nor exclude one of {points(gate.smallest_effect)}."
    )
    if comparison.cases_needed:
        fix = f"Add about {count(comparison.cases_needed, 'case')}; with flips as so far, they would decide."
    else:
        fix = "So close to the smallest effect that matters, no number of cases decides. Improve the change."
    return _finding(evaluation, Severity.warn, "there-are-enough-cases", text, fix)


def _same_answers(base: SideResult, head: SideResult) -> bool:
    def answers(side: SideResult) -> dict[str, tuple[str, bool, float]]:
        return {case.case: (case.output, case.passed, case.score) for case in side.cases}

    return answers(base) == answers(head)


def _pairs(comparison: Comparison) -> int:
    return comparison.both_pass + comparison.only_base_passes + comparison.only_head_passes + comparison.neither_passes


def _cases(side: SideResult) -> int:
    return len({case.case.partition("#")[0] for case in side.cases})
