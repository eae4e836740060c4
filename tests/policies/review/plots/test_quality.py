from __future__ import annotations

from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from policies.review.plots.quality import difference, latency, plots_of, rates, slices, tokens
from policies.verdict import Evaluation, SliceResult
from tests.kit.arbitrary import arbitrary
from tests.kit.evaluations import a_comparison, an_evaluation

EVALUATION = an_evaluation()
BASE, HEAD = EVALUATION.base, EVALUATION.head
assert BASE is not None


def test_a_rate_is_drawn_at_its_share_with_its_interval_around() -> None:
    plot = rates([("base", BASE), ("head", HEAD)])
    mark = plot.rows[1].marks[0]
    assert mark.x == round(10 + 340 * HEAD.pass_rate, 1)
    assert mark.low is not None
    assert mark.high is not None
    assert mark.low < mark.x < mark.high
    assert "head 80.7\u00a0%" in plot.summary


def test_the_loss_that_matters_stands_left_of_zero() -> None:
    plot = difference(a_comparison(100, 10, 30, 20, needed=None))
    limit, zero = plot.rules
    assert limit.x < zero.x < plot.rows[0].marks[0].x
    assert limit.label == "a loss that matters: 2.0"


def test_the_slice_that_changed_most_comes_first_and_few_are_drawn() -> None:
    found = [
        SliceResult(name=f"s{number}", cases=10, base_pass_rate=0.5, head_pass_rate=0.5 + number / 100)
        for number in range(20)
    ]
    plot = slices(found)
    assert plot.rows[0].label == "s19, 10 cases"
    assert len(plot.rows) == 12
    assert plot.title == "Pass rate by slice (12 of 20)"


def test_the_slower_side_lies_to_the_right() -> None:
    plot = latency([("base", BASE), ("head", HEAD)])
    base, head = ([tuple(map(float, p.split(","))) for p in curve.points.split()] for curve in plot.curves)
    assert base[len(base) // 2][0] < head[len(head) // 2][0]
    assert all(y_one >= y_two for (_, y_one), (_, y_two) in pairwise(head))


def test_token_bars_are_as_long_as_their_means() -> None:
    plot = tokens([("base", BASE), ("head", HEAD)])
    widths = [row.bars[0].width for row in plot.rows]
    assert widths[1] == 340
    assert round(widths[0] / widths[1], 2) == round(BASE.input_tokens_mean / HEAD.input_tokens_mean, 2)


def test_something_new_has_plots_without_a_base() -> None:
    plots = plots_of(EVALUATION.model_copy(update={"base": None, "comparison": None}))
    assert [plot.shape for plot in plots] == ["dots", "dots", "curves", "bars"]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(arbitrary(Evaluation))
def test_whatever_was_measured_can_be_drawn(evaluation: Evaluation) -> None:
    assert all(len(plot.summary) < 5_000 for plot in plots_of(evaluation))
