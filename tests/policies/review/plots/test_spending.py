from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.review.plots.spending import cost, time_spent
from policies.verdict import CostEstimate, Timing
from tests.kit.arbitrary import arbitrary
from tests.kit.verdicts import TIMINGS, a_cost


def test_a_cost_is_drawn_from_low_to_high_beside_its_budget() -> None:
    plot = cost(a_cost(expected="52.80", high="91.00"))
    assert plot is not None
    base, head = plot.rows[0].marks
    (budget,) = plot.rules
    assert head.low is not None
    assert head.high is not None
    assert head.low < base.x < budget.x < head.x < head.high
    assert budget.label == "budget 40.00"


def test_an_unknown_cost_is_not_drawn_as_nothing() -> None:
    assert cost(a_cost(expected="unknown")) is None


def test_time_waiting_for_models_is_drawn_apart() -> None:
    plot = time_spent(TIMINGS)
    assert plot is not None
    evaluated = plot.rows[1]
    assert [bar.kind for bar in evaluated.bars] == ["model", "time"]
    assert sum(bar.width for bar in evaluated.bars) == 340
    assert evaluated.value == "31.2\u00a0s, models 28.9\u00a0s"
    assert [bar.kind for bar in plot.rows[0].bars] == ["time"]


def test_only_the_longest_parts_are_drawn_in_their_order() -> None:
    plot = time_spent([Timing(name=str(number), seconds=number) for number in range(40)])
    assert plot is not None
    assert [row.label for row in plot.rows] == [str(number) for number in range(24, 40)]
    assert time_spent([]) is None


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(arbitrary(CostEstimate), st.lists(arbitrary(Timing)))
def test_whatever_was_spent_can_be_drawn(estimate: CostEstimate, timings: list[Timing]) -> None:
    assert cost(estimate) is None or cost(estimate)
    assert time_spent(timings) is None or time_spent(timings)
