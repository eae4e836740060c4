from __future__ import annotations

import pytest

from policies.guardrails.families.accountability import (
    endpoints_have_alarms,
    labels_carry_the_cost_centre,
    stacks_have_a_budget,
)
from tests.kit.resources import a_process


@pytest.mark.parametrize("budget", [None, 0, -5, "50"])
def test_a_stack_without_a_budget_is_refused(budget: object) -> None:
    assert list(stacks_have_a_budget.check(a_process(budget_usd_per_month=budget))) == [
        "support-model runs in local, which has no budget."
    ]


@pytest.mark.parametrize("labels", [None, {}, {"team": "support"}, {"cost-centre": " "}, "cost-centre"])
def test_labels_that_do_not_say_who_pays_are_warned_of(labels: object) -> None:
    assert labels_carry_the_cost_centre.severity == "warn"
    assert list(labels_carry_the_cost_centre.check(a_process(labels=labels))) == [
        "support-model has no label `cost-centre`."
    ]


@pytest.mark.parametrize("label", ["cost-centre", "cost-center"])
def test_both_spellings_say_who_pays(label: str) -> None:
    assert not list(labels_carry_the_cost_centre.check(a_process(labels={label: "support"})))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("latency_p95_alarm_ms", None, "support-model has no alarm for its latency."),
        ("error_rate_alarm", 0, "support-model has no alarm for its errors."),
        ("error_rate_alarm", 5, "support-model has no alarm for its errors."),
    ],
)
def test_an_endpoint_without_an_alarm_is_warned_of(field: str, value: object, said: str) -> None:
    assert endpoints_have_alarms.severity == "warn"
    assert list(endpoints_have_alarms.check(a_process(**{field: value}))) == [said]
