from __future__ import annotations

from policies.review.report_numbers import Number, numbers_of
from tests.kit.evaluations import an_evaluation


def test_figures_that_no_side_has_are_left_out() -> None:
    names = [number.name for number in numbers_of(an_evaluation())]
    assert names[:2] == ["Pass rate", "its 95\u00a0% interval"]
    assert "USD per 1,000 cases" not in names
    assert "Brier score" not in names


def test_a_tabular_model_shows_its_calibration() -> None:
    evaluation = an_evaluation()
    head = evaluation.head.model_copy(update={"calibration_error": 0.0312, "brier_score": 0.05})
    found = numbers_of(evaluation.model_copy(update={"head": head}))
    assert Number("Calibration error", "\u2013", "0.031") in found
    assert Number("Brier score", "\u2013", "0.050") in found
