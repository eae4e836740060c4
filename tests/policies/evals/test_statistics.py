"""The statistics, against brute force and against scipy, which only the tests import."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policies.evals.statistics import (
    cases_needed,
    mcnemar_p,
    not_worse,
    paired_difference,
    percentile,
    tango_score,
    wilson,
    z_of,
)

COUNTS = st.integers(0, 60)


def mcnemar_by_listing(only_base: int, only_head: int) -> float:
    """Every way in which the flips could have fallen, as likely as each other; those at least as uneven count."""
    pairs = only_base + only_head
    uneven = abs(only_base - only_head)
    ways = [abs(pairs - 2 * sum(signs)) >= uneven for signs in product((0, 1), repeat=pairs)]
    return sum(ways) / len(ways)


@given(st.integers(0, 6), st.integers(0, 6))
def test_mcnemar_agrees_with_listing_every_outcome(only_base: int, only_head: int) -> None:
    assert mcnemar_p(only_base, only_head) == pytest.approx(mcnemar_by_listing(only_base, only_head))


def mcnemar_by_whole_numbers(only_base: int, only_head: int) -> float:
    """The sum of binomial coefficients in whole numbers, each from the one before; divided once."""
    pairs = only_base + only_head
    total = ways = 1
    for k in range(1, min(only_base, only_head) + 1):
        ways = ways * (pairs - k + 1) // k
        total += ways
    return min(1.0, float(Fraction(2 * total, 1 << pairs)))


@given(st.integers(0, 3_000), st.integers(0, 3_000))
@example(10, 1_065)
@settings(max_examples=60, deadline=None)
def test_mcnemar_agrees_with_whole_numbers_and_scipy_also_in_logarithms(only_base: int, only_head: int) -> None:
    from scipy.stats import binomtest

    pairs = only_base + only_head
    ours = mcnemar_p(only_base, only_head)
    assert ours == pytest.approx(mcnemar_by_whole_numbers(only_base, only_head), rel=1e-6, abs=1e-300)
    # scipy says 0 already where the answer is 2.7e-300, as in the example above.
    assert ours == pytest.approx(binomtest(only_base, pairs, 0.5).pvalue if pairs else 1.0, rel=1e-6, abs=1e-299)


def test_mcnemar_without_flips_is_certain_of_nothing() -> None:
    assert mcnemar_p(0, 0) == 1.0


@given(st.integers(0, 500), st.integers(1, 500))
@settings(deadline=None)
def test_wilson_agrees_with_scipy(passed: int, cases: int) -> None:
    from scipy.stats import binomtest

    passed = min(passed, cases)
    expected = binomtest(passed, cases).proportion_ci(method="wilson")
    bounds = wilson(passed, cases)
    assert bounds.low == pytest.approx(expected.low, abs=1e-9)
    assert bounds.high == pytest.approx(expected.high, abs=1e-9)


def test_wilson_of_no_case_is_everything() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def likelihood(flip: float, only_base: int, only_head: int, cases: int, difference: float) -> float:
    """Of the paired table when `flip` is the rate of cases that pass at base alone and head's rate is higher by
    `difference`."""
    rates = (flip, flip + difference, 1 - 2 * flip - difference)
    counts = (only_base, only_head, cases - only_base - only_head)
    if min(rates) < 0 or any(rate == 0 and count for rate, count in zip(rates, counts, strict=True)):
        return -math.inf
    return sum(count * math.log(rate) for rate, count in zip(rates, counts, strict=True) if count)


@given(COUNTS, COUNTS, COUNTS, st.floats(-0.9, 0.9))
@settings(max_examples=100, deadline=None)
def test_tangos_score_uses_the_likeliest_rate_of_flips(broken: int, mended: int, rest: int, difference: float) -> None:
    cases = broken + mended + rest
    if cases == 0 or min(abs(difference), 1) < 0.01:
        return
    score = tango_score(broken, mended, cases, difference)
    low, high = max(0.0, -difference), (1 - difference) / 2
    grid = [low + (high - low) * step / 4_000 for step in range(4_001)]
    best = max(grid, key=lambda flip: likelihood(flip, broken, mended, cases, difference))
    variance = cases * (2 * best + difference * (1 - difference))
    numerator = mended - broken - cases * difference
    if math.isinf(score) or variance < 1e-3:
        return
    assert score == pytest.approx(numerator / math.sqrt(variance), rel=0.02, abs=0.02)


@given(COUNTS, COUNTS, COUNTS)
@settings(deadline=None)
def test_the_interval_holds_the_difference_and_turns_with_the_sides(broken: int, mended: int, rest: int) -> None:
    cases = broken + mended + rest
    bounds = paired_difference(broken, mended, cases)
    turned = paired_difference(mended, broken, cases)
    assert -1 <= bounds.low <= bounds.high <= 1
    if cases:
        assert bounds.low - 1e-9 <= (mended - broken) / cases <= bounds.high + 1e-9
    assert (bounds.low, bounds.high) == pytest.approx((-turned.high, -turned.low), abs=1e-8)


def test_no_flips_still_leave_an_interval_that_shrinks_with_the_cases() -> None:
    z = z_of(0.95)
    assert paired_difference(0, 0, 200).low == pytest.approx(-z * z / (200 + z * z), abs=1e-6)
    assert paired_difference(0, 0, 20).low < paired_difference(0, 0, 200).low


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = random.Random(3)  # noqa: S311 - a simulation
    held = 0
    for _ in range(2_000):
        flips = [rng.random() for _ in range(120)]
        broken, mended = sum(f < 0.12 for f in flips), sum(0.12 <= f < 0.17 for f in flips)
        bounds = paired_difference(broken, mended, 120)
        held += bounds.low <= -0.07 <= bounds.high
    assert 0.935 <= held / 2_000 <= 0.97


@given(COUNTS, COUNTS, COUNTS, st.sampled_from([0.02, 0.05, 0.1]), st.sampled_from([0.01, 0.05, 0.1]))
@settings(deadline=None)
def test_not_worse_is_what_the_interval_says(broken: int, mended: int, rest: int, effect: float, alpha: float) -> None:
    cases = broken + mended + rest
    bounds = paired_difference(broken, mended, cases, confidence=1 - 2 * alpha)
    if abs(bounds.low + effect) > 1e-6:
        assert not_worse(broken, mended, cases, effect, alpha) is (cases > 0 and bounds.low > -effect)


def test_cases_needed_brings_a_decision() -> None:
    more = cases_needed(12, 8, 100, 0.05, 0.05)
    assert more is not None
    grown = (100 + more) / 100
    assert not_worse(12 * grown, 8 * grown, 100 + more, 0.05, 0.05) or mcnemar_p(int(12 * grown), int(8 * grown)) < 0.05
    assert more > 100


def test_cases_needed_says_when_there_is_nothing_to_go_by() -> None:
    assert cases_needed(0, 0, 0, 0.05, 0.05) is None
    assert cases_needed(0, 0, 10, 0.05, 0.05) == 42
    assert cases_needed(0, 0, 200, 0.05, 0.05) == 0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0, 100))
def test_percentiles_agree_with_numpy(values: list[float], percent: float) -> None:
    import numpy as np

    assert percentile(values, percent) == pytest.approx(float(np.percentile(values, percent)), rel=1e-9, abs=1e-9)


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 50) == 0.0
