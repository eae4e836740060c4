"""From judged answers to what a gate decides by: rates, pairs, slices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from catalog.suite import GateSpec
from policies.evals import statistics
from policies.evals.calibration import Prediction, brier_score, expected_calibration_error
from policies.verdict import CaseResult, Comparison, Interval, SideResult, SliceResult


def case_of(result: CaseResult) -> str:
    """The case that was asked, without the repeat (`ID#2`)."""
    return result.case.partition("#")[0]


def passed_cases(results: Iterable[CaseResult]) -> dict[str, bool]:
    """Case by case: it passes when more than half of its repeats do.

    Repeats and copies of a case are one case: they are no evidence of their own, and would make chance look certain.
    """
    tries: defaultdict[str, list[bool]] = defaultdict(list)
    for result in results:
        tries[case_of(result)].append(result.passed)
    return {case: 2 * sum(passed) > len(passed) for case, passed in tries.items()}


def side_result(
    variant: str,
    model: str,
    model_digest: str,
    results: Sequence[CaseResult],
    predictions: Sequence[Prediction] = (),
) -> SideResult:
    """All cases of one side. Latencies and tokens are those of the single answers."""
    passed = passed_cases(results)
    interval = statistics.wilson(sum(passed.values()), len(passed))
    latencies = [result.latency_ms for result in results]
    return SideResult(
        variant=variant,
        model=model,
        model_digest=model_digest,
        cases=tuple(results),
        pass_rate=_share(passed.values()),
        pass_rate_interval=Interval(low=interval.low, high=interval.high),
        latency_p50_ms=statistics.percentile(latencies, 50),
        latency_p95_ms=statistics.percentile(latencies, 95),
        input_tokens_mean=fmean(result.input_tokens for result in results) if results else 0.0,
        output_tokens_mean=fmean(result.output_tokens for result in results) if results else 0.0,
        usd=sum(result.usd for result in results),
        calibration_error=expected_calibration_error(predictions),
        brier_score=brier_score(predictions),
    )


def compare(base: SideResult, head: SideResult, gate: GateSpec) -> Comparison:
    """The pairs of the cases that both sides were asked, and what follows from them."""
    before, after = passed_cases(base.cases), passed_cases(head.cases)
    pairs = [(before[case], after[case]) for case in before if case in after]
    broken, mended = pairs.count((True, False)), pairs.count((False, True))
    interval = statistics.paired_difference(broken, mended, len(pairs))
    return Comparison(
        both_pass=pairs.count((True, True)),
        only_base_passes=broken,
        only_head_passes=mended,
        neither_passes=pairs.count((False, False)),
        p_value=statistics.mcnemar_p(broken, mended),
        difference=(mended - broken) / len(pairs) if pairs else 0.0,
        difference_interval=Interval(low=interval.low, high=interval.high),
        smallest_effect=gate.smallest_effect,
        cases_needed=_cases_needed(broken, mended, len(pairs), gate),
    )


def _cases_needed(broken: int, mended: int, pairs: int, gate: GateSpec) -> int | None:
    """None where a decision is there already, or where no number of cases would bring one."""
    needed = statistics.cases_needed(broken, mended, pairs, gate.smallest_effect, gate.alpha)
    return needed or None


def slice_results(base: SideResult | None, head: SideResult) -> tuple[SliceResult, ...]:
    """The cases that share a `slice`, in the order of their names."""
    before = passed_cases(base.cases) if base else None
    after = passed_cases(head.cases)
    members: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for result in head.cases:
        if result.slice is not None:
            members[result.slice][case_of(result)] = None
    return tuple(
        SliceResult(
            name=name,
            cases=len(cases),
            base_pass_rate=_slice_rate(before, cases) if before is not None else None,
            head_pass_rate=_share(after[case] for case in cases),
        )
        for name, cases in sorted(members.items())
    )


def _slice_rate(passed: Mapping[str, bool], cases: Iterable[str]) -> float | None:
    known = [passed[case] for case in cases if case in passed]
    return _share(known) if known else None


def _share(flags: Iterable[bool]) -> float:
    flags = list(flags)
    return sum(flags) / len(flags) if flags else 0.0
