"""Probabilities that mean what they say, and others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.evals.calibration import Prediction, brier_score, expected_calibration_error

LABELS = st.sampled_from(["a", "b", "c"])


def prediction(share: float, *, right: bool) -> Prediction:
    return Prediction("a", {"a": share, "b": 1 - share}, "a" if right else "b")


def test_a_classifier_that_is_right_as_often_as_it_says_is_calibrated() -> None:
    honest = [prediction(0.75, right=n < 3) for n in range(4)]
    boastful = [prediction(1.0, right=n < 3) for n in range(4)]
    assert expected_calibration_error(honest) == pytest.approx(0.0)
    assert expected_calibration_error(boastful) == pytest.approx(0.25)


def test_bins_are_weighted_by_what_falls_into_them() -> None:
    mixed = [prediction(0.95, right=True)] * 3 + [prediction(0.55, right=False)]
    assert expected_calibration_error(mixed) == pytest.approx((3 * 0.05 + 0.55) / 4)


def test_the_brier_score_counts_every_label() -> None:
    assert brier_score([Prediction("a", {"a": 0.7, "b": 0.2, "c": 0.1}, "b")]) == pytest.approx(0.49 + 0.64 + 0.01)
    assert brier_score([Prediction("a", {"a": 1.0}, "b")]) == 2.0


def test_nothing_predicted_has_no_score() -> None:
    assert expected_calibration_error([]) is None
    assert brier_score([]) is None


@given(st.lists(st.tuples(st.floats(0, 1), LABELS, LABELS), min_size=1, max_size=50))
def test_scores_stay_in_their_range(drawn: list[tuple[float, str, str]]) -> None:
    predictions = [Prediction(label, {label: share}, truth) for share, label, truth in drawn]
    assert 0 <= (expected_calibration_error(predictions) or 0) <= 1
    assert 0 <= (brier_score(predictions) or 0) <= 2
