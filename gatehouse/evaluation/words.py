"""What `gatehouse eval` prints. Answers are hostile text: control characters never reach the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from gatehouse.evaluation.run import Evaluated
from policies.evals.wording import count, percent, signed
from policies.verdict import CaseResult, Evaluation, GateVerdict, Outcome, SideResult

_SHOWN_FLIPS = 8
_MARKS = {
    Outcome.passed: "pass",
    Outcome.blocked: "BLOCK",
    Outcome.undecided: "undecided",
    Outcome.failed: "failed",
    Outcome.invalid: "invalid",
}
_NEXT = {
    Outcome.passed: "Next: gatehouse check",
    Outcome.blocked: "Next: mend the cases that broke, then run the same command; only what changes is asked again.",
    Outcome.undecided: "Next: add the cases that are missing, or make the change clearer.",
    Outcome.failed: "Next: make the model answer, then run the same command; it goes on where this one stopped.",
    Outcome.invalid: "Next: mend the suite, then run the same command.",
}


def as_json_text(outcome: Outcome, results: Sequence[Evaluated]) -> str:
    """The outcome, and per subject the verdict with its evaluation, as verdict.json has them."""
    found = [
        {
            "verdict": verdict.model_dump(mode="json"),
            "evaluation": evaluation.model_dump(mode="json") if evaluation else None,
        }
        for evaluation, verdict in results
    ]
    return json.dumps({"outcome": outcome.value, "results": found}, indent=2)


def as_text(outcome: Outcome, results: Sequence[Evaluated], base: str | None) -> str:
    """A table a subject, then what follows from all of them."""
    if not results:
        return f"Nothing to evaluate: {f'nothing differs from {shown(base)}' if base else 'no prompt and no model'}."
    parts = ["\n".join(_subject(evaluation, verdict)) for evaluation, verdict in results]
    return "\n\n".join([*parts, f"{_MARKS[outcome]}. {_NEXT[outcome]}"])


def _subject(evaluation: Evaluation | None, verdict: GateVerdict) -> Iterator[str]:
    yield f"{verdict.subject}: {_MARKS[verdict.outcome]}. {shown(verdict.headline, 600)}"
    if evaluation is not None:
        yield from _table(evaluation)
        yield from _flips(evaluation)
        asked, stored = evaluation.model_calls, evaluation.stored_answers
        yield f"  asked {asked:,}, stored {stored:,}; waited {verdict.model_seconds:.1f} s for models"
    for finding in verdict.findings:
        where = f"{finding.path}:{finding.line}: " if finding.path and finding.line else ""
        if finding.message != verdict.headline or where:
            yield f"  {finding.severity.value}: {where}{shown(finding.message, 600)}"
        if finding.fix:
            yield f"    {shown(finding.fix, 300)}"


def _table(evaluation: Evaluation) -> Iterator[str]:
    yield f"  {'':6}{'variant':16}{'model':20}{'pass rate':>10}  {'95 % interval':18}{'p50':>9}{'p95':>9}"
    if evaluation.base:
        yield _row("base", evaluation.base)
    yield _row("head", evaluation.head)
    comparison = evaluation.comparison
    if comparison is not None:
        interval = comparison.difference_interval
        yield (
            f"  difference {signed(comparison.difference)} points, "
            f"95 % interval {signed(interval.low)} to {signed(interval.high)}, "
            f"exact McNemar p = {comparison.p_value:.2g}; "
            f"{comparison.only_base_passes} broke, {comparison.only_head_passes} mended, "
            f"{comparison.both_pass} pass and {comparison.neither_passes} fail on both sides"
        )


def _row(name: str, side: SideResult) -> str:
    interval = f"{percent(side.pass_rate_interval.low)} to {percent(side.pass_rate_interval.high)}"
    calibration = "" if side.calibration_error is None else f"  calibration error {side.calibration_error:.3f}"
    return (
        f"  {name:6}{side.variant[:15]:16}{side.model[:19]:20}{percent(side.pass_rate):>10}  {interval:18}"
        f"{side.latency_p50_ms:>6.0f} ms{side.latency_p95_ms:>6.0f} ms{calibration}"
    )


def _flips(evaluation: Evaluation) -> Iterator[str]:
    before = {case.case: case for case in evaluation.base.cases} if evaluation.base else {}
    pairs = [(before[case.case], case) for case in evaluation.head.cases if case.case in before]
    broken = [(old, new) for old, new in pairs if old.passed and not new.passed]
    mended = [(old, new) for old, new in pairs if new.passed and not old.passed]
    yield from _flipped("broke", broken)
    yield from _flipped("mended", mended)


def _flipped(word: str, pairs: Sequence[tuple[CaseResult, CaseResult]]) -> Iterable[str]:
    for old, new in pairs[:_SHOWN_FLIPS]:
        yield f"    {word:7}{shown(new.description, 70)}: {shown(old.output, 30)!r} -> {shown(new.output, 30)!r}"
    if len(pairs) > _SHOWN_FLIPS:
        yield f"    {word:7}and {count(len(pairs) - _SHOWN_FLIPS, 'case')} more; --json has all"


def shown(text: str, width: int = 200) -> str:
    """One line without control characters, cut to a width."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return plain if len(plain) <= width else plain[: width - 1] + "…"
