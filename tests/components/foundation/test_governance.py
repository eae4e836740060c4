"""Who answers for a thing, and what it may cost."""

from __future__ import annotations

from components.foundation.governance import governance
from tests.kit.specs import an_endpoint_spec


def test_every_resource_says_who_answers_what_it_may_cost_and_when_somebody_is_told() -> None:
    assert governance(an_endpoint_spec()) == {
        "stack": "local",
        "owner": "team-a",
        "labels": {"cost-centre": "team-a", "managed-by": "gatehouse", "owner": "team-a", "stack": "local"},
        "latency_p95_alarm_ms": 900,
        "error_rate_alarm": 0.05,
        "budget_usd_per_month": 50.0,
    }
