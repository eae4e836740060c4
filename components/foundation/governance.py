"""Who answers for a thing, what it may cost and when somebody is told: the same in every specification."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field

from catalog.spec import Name, Spec
from components.foundation.labels import labelled


class Governed(Spec):
    """What every specification of something that runs has."""

    stack: Name
    owner: str = Field(min_length=1, max_length=200)
    labels: dict[Name, str] = Field(default_factory=dict)
    latency_p95_alarm_ms: float = Field(gt=0)
    error_rate_alarm: float = Field(gt=0, le=1)
    budget_usd_per_month: Decimal = Field(gt=0, description="Of the whole stack.")


def governance(spec: Governed) -> Mapping[str, Any]:
    """The inputs by which policies, prices and bills know the owner of a resource."""
    return {
        "stack": spec.stack,
        "owner": spec.owner,
        "labels": labelled(spec.labels, stack=spec.stack, owner=spec.owner),
        "latency_p95_alarm_ms": spec.latency_p95_alarm_ms,
        "error_rate_alarm": spec.error_rate_alarm,
        # The engine knows no decimal numbers.
        "budget_usd_per_month": float(spec.budget_usd_per_month),
    }
