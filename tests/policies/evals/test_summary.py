"""Rates, pairs and slices."""

from __future__ import annotations

import pytest

from catalog.suite import GateSpec
from policies.evals.calibration import Prediction
from policies.evals.summary import case_of, compare, passed_cases, side_result, slice_results
from policies.verdict import CaseResult, SideResult


def result(case: str, *, passed: bool, slice_: str | None = None, latency_ms: float = 10.0) -> CaseResult:
    return CaseResult(
        case=case,
        description="a case",
        slice=slice_,
        passed=passed,
        score=float(passed),
        output="x",
        latency_ms=latency_ms,
        input_tokens=4,
        output_tokens=2,
        usd=0.5,
    )


def side(*results: CaseResult) -> SideResult:
    return side_result("v1", "small", "sha256:0", results)


def test_a_case_passes_when_more_than_half_of_its_repeats_do() -> None:
    two_of_three = [result("a", passed=True), result("a#2", passed=False), result("a#3", passed=True)]
    one_of_two = [result("b", passed=True), result("b#2", passed=False)]
    assert passed_cases([*two_of_three, *one_of_two]) == {"a": True, "b": False}
    assert case_of(two_of_three[2]) == "a"


def test_a_side_sums_up_its_answers() -> None:
    summed = side(*(result(f"c{n}", passed=n < 8, latency_ms=float(n)) for n in range(11)))
    assert summed.pass_rate == pytest.approx(8 / 11)
    assert summed.pass_rate_interval.low < 8 / 11 < summed.pass_rate_interval.high
    assert (summed.latency_p50_ms, summed.latency_p95_ms) == (5.0, 9.5)
    assert (summed.input_tokens_mean, summed.output_tokens_mean, summed.usd) == (4.0, 2.0, 5.5)
    assert (summed.calibration_error, summed.brier_score) == (None, None)


def test_predictions_make_a_calibration() -> None:
    predictions = [Prediction("a", {"a": 1.0}, "a"), Prediction("a", {"a": 1.0}, "b")]
    summed = side_result("m", "m", "sha256:0", [result("a", passed=True)], predictions)
    assert (summed.calibration_error, summed.brier_score) == (0.5, 1.0)


def test_pairs_are_the_cases_of_both_sides() -> None:
    base = side(result("a", passed=True), result("b", passed=True), result("c", passed=False), result("x", passed=True))
    head = side(result("a", passed=True), result("b", passed=False), result("c", passed=True), result("y", passed=True))
    found = compare(base, head, GateSpec(smallest_effect=0.1))
    table = (found.both_pass, found.only_base_passes, found.only_head_passes, found.neither_passes)
    assert table == (1, 1, 1, 0)
    assert (found.p_value, found.difference, found.smallest_effect) == (1.0, 0.0, 0.1)


def test_slices_compare_base_and_head_by_name() -> None:
    base = side(result("a", passed=True, slice_="short"), result("b", passed=True, slice_="long"))
    head = side(
        result("a", passed=False, slice_="short"),
        result("b", passed=True, slice_="long"),
        result("n", passed=True, slice_="new"),
        result("z", passed=True),
    )
    found = {s.name: (s.cases, s.base_pass_rate, s.head_pass_rate) for s in slice_results(base, head)}
    assert found == {"long": (1, 1.0, 1.0), "new": (1, None, 1.0), "short": (1, 1.0, 0.0)}
    assert [s.base_pass_rate for s in slice_results(None, head)] == [None, None, None]
