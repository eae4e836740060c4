from __future__ import annotations

from policies.review.comment_tables import measured_section, stacks_section
from policies.review.subjects import measured, places
from policies.verdict import Verdict
from tests.kit.evaluations import an_evaluation
from tests.kit.verdicts import a_cost, a_pass, a_verdict, an_outside


def _priced(base_usd: float, head_usd: float) -> str:
    evaluation = an_evaluation()
    assert evaluation.base is not None
    sides = {
        "base": evaluation.base.model_copy(update={"usd": base_usd}),
        "head": evaluation.head.model_copy(update={"usd": head_usd}),
    }
    return _table(a_pass(evaluation.model_copy(update=sides)))


def _table(verdict: Verdict) -> str:
    return measured_section(measured(verdict)).fit(5_000) or ""


def test_a_price_is_shown_where_a_model_has_one() -> None:
    assert "USD per 1,000 cases" in _priced(0.212, 0.424)
    assert "| 1.00 \u2192 2.00 |" in _priced(0.212, 0.424)


def test_no_column_is_spent_on_prices_that_nothing_has() -> None:
    assert "USD" not in _priced(0, 0)


def test_something_new_has_no_difference() -> None:
    new = an_evaluation().model_copy(update={"base": None, "comparison": None})
    assert "| **80.7\u00a0%** | new | \u2013 | 59\u00a0ms |" in _table(a_verdict(evaluations=(new,)))


def test_what_was_not_evaluated_has_no_figures() -> None:
    assert "| prompt `ticket-routing` | \u2013 | \u2013 | \u2013 | \u2013 |" in _table(an_outside())


def test_an_unknown_cost_is_unknown_and_its_change_too() -> None:
    text = stacks_section(places(a_verdict(costs=(a_cost(expected="unknown"),)))).fit(5_000)
    assert text is not None
    assert "| 9.10 / **unknown** / 22.75 | \u2013 |" in text
