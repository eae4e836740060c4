"""The gate's rules, one by one, and how often they err."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from catalog.suite import GateSpec
from policies.evals.gate import judge_evaluation
from policies.evals.summary import compare, side_result, slice_results
from policies.verdict import CaseResult, Evaluation, GateVerdict, Outcome, Severity, SideResult, Subject, SubjectKind

SUBJECT = Subject(kind=SubjectKind.prompt, name="routing")


def a_case(number: int, *, passed: bool = True, output: str | None = None, **changes: Any) -> CaseResult:
    facts = {
        "case": f"c{number}",
        "description": f"ticket {number}",
        "passed": passed,
        "score": float(passed),
        "output": output if output is not None else f"answer {passed}",
        "latency_ms": 10.0,
    }
    return CaseResult(**{**facts, **changes})


def a_side(results: list[CaseResult], **changes: Any) -> SideResult:
    return side_result("v1", "small", "sha256:" + "0" * 64, results).model_copy(update=changes)


def an_evaluation(base: SideResult | None, head: SideResult, gate: GateSpec) -> Evaluation:
    return Evaluation(
        subject=SUBJECT,
        suite="prompts/routing/evals.yaml",
        suite_digest="sha256:" + "1" * 64,
        base=base,
        head=head,
        comparison=compare(base, head, gate) if base else None,
        slices=slice_results(base, head),
        model_calls=0,
        stored_answers=0,
    )


def judged(base: SideResult | None, head: SideResult, **settings: Any) -> GateVerdict:
    gate = GateSpec(**settings)
    return judge_evaluation(an_evaluation(base, head, gate), gate)


def pairs(broken: int, mended: int, cases: int) -> tuple[SideResult, SideResult]:
    """Two sides with so many flips; the other cases pass on both, with other words."""
    before = [a_case(n, passed=not broken <= n < broken + mended, output="old") for n in range(cases)]
    after = [a_case(n, passed=n >= broken, output="new") for n in range(cases)]
    return a_side(before), a_side(after)


def test_a_significant_drop_blocks_and_names_its_numbers() -> None:
    verdict = judged(*pairs(broken=30, mended=5, cases=200))
    assert verdict.outcome is Outcome.blocked
    assert verdict.headline.startswith("Worse: 97.5 % to 85.0 % (-12.5 points, 95 % interval ")
    assert [finding.rule for finding in verdict.findings] == ["changes-do-not-break-answers"]
    assert "30 cases broke and 5 mended" in verdict.findings[0].message


def test_a_significant_gain_passes() -> None:
    verdict = judged(*pairs(broken=5, mended=30, cases=200))
    assert verdict.outcome is Outcome.passed
    assert verdict.headline.startswith("Better: 85.0 % to 97.5 %")


def test_the_same_answers_pass_however_few() -> None:
    side = a_side([a_case(1), a_case(2, passed=False)])
    verdict = judged(side, side)
    assert (verdict.outcome, verdict.findings) == (Outcome.passed, ())
    assert verdict.headline == "Same answers as before; the pass rate stays 50.0 %."


def test_few_cases_with_other_words_are_undecided_and_say_how_many_more() -> None:
    verdict = judged(*pairs(broken=0, mended=0, cases=20))
    assert verdict.outcome is Outcome.undecided
    assert verdict.findings[0].fix == "Add about 32 cases; with flips as so far, they would decide."


def test_many_cases_without_flips_pass() -> None:
    verdict = judged(*pairs(broken=0, mended=0, cases=60))
    assert verdict.outcome is Outcome.passed
    assert verdict.headline.startswith("Not worse by 5 points or more: 100.0 % to 100.0 %")


def test_flips_that_could_be_chance_are_undecided() -> None:
    verdict = judged(*pairs(broken=14, mended=8, cases=100))
    assert verdict.outcome is Outcome.undecided
    assert verdict.findings[0].severity is Severity.warn


def test_a_significant_drop_too_small_to_matter_passes_and_says_so() -> None:
    verdict = judged(*pairs(broken=30, mended=5, cases=2_000))
    assert verdict.outcome is Outcome.passed
    assert verdict.headline.startswith("Slightly worse, by less than the 5 points that matter")


def test_a_drop_at_the_smallest_effect_is_undecidable_and_says_so() -> None:
    verdict = judged(*pairs(broken=10, mended=0, cases=10), smallest_effect=1.0)
    assert verdict.outcome is Outcome.blocked
    verdict = judged(*pairs(broken=3, mended=3, cases=6), smallest_effect=0.0001)
    assert verdict.outcome is Outcome.undecided
    assert "no number of cases decides" in (verdict.findings[0].fix or "")


def test_below_the_floor_blocks_also_without_a_change() -> None:
    side = a_side([a_case(n, passed=n > 2) for n in range(10)])
    verdict = judged(side, side, pass_rate_min=0.8)
    assert verdict.outcome is Outcome.blocked
    assert verdict.headline.startswith("The pass rate is 70.0 %, below the floor of 80.0 %.")


def test_a_slice_below_its_floor_blocks() -> None:
    side = a_side([a_case(n, passed=n > 0, slice="long" if n < 2 else "short") for n in range(10)])
    verdict = judged(side, side, slice_pass_rate_min=0.6)
    assert verdict.outcome is Outcome.blocked
    assert "Slice long passes 50.0 % of 2 cases" in verdict.headline


def test_a_calibration_worse_than_allowed_blocks() -> None:
    cases = [a_case(n) for n in range(10)]
    assert judged(None, a_side(cases, calibration_error=0.2), calibration_error_max=0.1).outcome is Outcome.blocked
    assert judged(None, a_side(cases, calibration_error=0.1), calibration_error_max=0.1).outcome is Outcome.passed


def test_a_calibration_that_cannot_be_measured_blocks() -> None:
    verdict = judged(None, a_side([a_case(1)]), calibration_error_max=0.1)
    assert verdict.outcome is Outcome.blocked
    assert "no probabilities" in verdict.headline


def test_something_new_needs_only_its_floors() -> None:
    head = a_side([a_case(n, passed=n > 0) for n in range(10)])
    verdict = judged(None, head, pass_rate_min=0.9)
    assert (verdict.outcome, verdict.findings) == (Outcome.passed, ())
    assert verdict.headline == "New: 90.0 % of 10 cases pass."
    assert [finding.rule for finding in judged(None, head).findings] == ["new-things-have-a-floor"]


def test_a_suite_without_cases_is_invalid() -> None:
    assert judged(None, a_side([])).outcome is Outcome.invalid


@pytest.mark.parametrize("side", ["base", "head"])
def test_an_assertion_that_could_not_be_judged_is_invalid_on_either_side(side: str) -> None:
    good = [a_case(n) for n in range(100)]
    bad = [*good[1:], a_case(0, passed=False, broken_assertions=("regex: pattern '(a+)+$': was stopped",))]
    verdict = judged(a_side(bad if side == "base" else good), a_side(bad if side == "head" else good))
    assert verdict.outcome is Outcome.invalid
    assert "was stopped (case: ticket 0)" in verdict.findings[0].message


def test_many_broken_assertions_make_few_findings() -> None:
    results = [a_case(n, passed=False, broken_assertions=(f"regex: {n}",)) for n in range(100)]
    assert len(judged(None, a_side(results)).findings) == 10


def test_repeats_of_one_case_are_no_more_evidence_than_the_case() -> None:
    """Ten repeats of each of six broken cases must not look like sixty cases."""
    before = [
        a_case(0, case=f"c{n}{r}", output="old") for n in range(60) for r in ("", *(f"#{i}" for i in range(2, 11)))
    ]
    after = [case.model_copy(update={"passed": not case.case.startswith("c1"), "output": "new"}) for case in before]
    comparison = compare(a_side(before), a_side(after), GateSpec())
    assert comparison.only_base_passes == 11
    assert comparison.both_pass == 49


def simulate(seed: int, gates: int, cases: int, breaks: float, mends: float) -> Counter[Outcome]:
    """Verdicts over many gates, each with cases that flip by chance at the given rates."""
    rng = random.Random(seed)  # noqa: S311 - a simulation
    outcomes: Counter[Outcome] = Counter()
    gate = GateSpec()
    template = judge_template(cases, gate)
    for _ in range(gates):
        drawn = [rng.random() for _ in range(cases)]
        broken = sum(value < breaks for value in drawn)
        mended = sum(breaks <= value < breaks + mends for value in drawn)
        outcomes[judge_counts(template, broken, mended, cases, gate)] += 1
    return outcomes


def judge_template(cases: int, gate: GateSpec) -> Evaluation:
    return an_evaluation(*pairs(0, 0, cases), gate)


def judge_counts(template: Evaluation, broken: int, mended: int, cases: int, gate: GateSpec) -> Outcome:
    """The verdict on a table of pairs, without building every case anew."""
    from policies.evals.statistics import mcnemar_p

    assert template.comparison is not None
    rest = cases - broken - mended
    counts = {"only_base_passes": broken, "only_head_passes": mended, "both_pass": rest, "neither_passes": 0}
    facts = {**counts, "p_value": mcnemar_p(broken, mended), "difference": (mended - broken) / cases}
    comparison = template.comparison.model_copy(update=facts)
    return judge_evaluation(template.model_copy(update={"comparison": comparison}), gate).outcome


@pytest.mark.parametrize("flips", [0.05, 0.1, 0.2, 0.4])
def test_an_unchanged_prompt_is_hardly_ever_blocked(flips: float) -> None:
    outcomes = simulate(seed=1, gates=2_000, cases=200, breaks=flips / 2, mends=flips / 2)
    assert outcomes[Outcome.blocked] / 2_000 <= 0.05


def test_a_drop_of_ten_points_is_found_with_two_hundred_cases() -> None:
    outcomes = simulate(seed=2, gates=2_000, cases=200, breaks=0.125, mends=0.025)
    assert outcomes[Outcome.blocked] / 2_000 >= 0.9
    assert outcomes[Outcome.passed] / 2_000 <= 0.01


def test_a_drop_of_the_smallest_effect_hardly_ever_passes() -> None:
    outcomes = simulate(seed=3, gates=2_000, cases=200, breaks=0.075, mends=0.025)
    assert outcomes[Outcome.passed] / 2_000 <= 0.06
