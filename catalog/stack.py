"""A stack: one environment, as the `config` of `stacks/Pulumi.NAME.yaml`."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from catalog.spec import Name, Spec


class Target(StrEnum):
    """Where a stack runs."""

    local = "local"


class Replicas(Spec):
    """How many of a model run; always bounded."""

    min: int = Field(default=1, ge=0, le=1_000)
    max: int = Field(default=1, ge=1, le=1_000)

    @model_validator(mode="after")
    def _min_is_not_above_max(self) -> Replicas:
        if self.min > self.max:
            raise ValueError(f"min ({self.min}) is above max ({self.max})")
        return self


class EndpointChoice(Spec):
    """One model served in this stack."""

    model: Name
    replicas: Replicas = Replicas()
    port: int | None = Field(default=None, ge=1024, le=65_535, description="A free one is chosen and kept if unset.")


class GatewayChoice(Spec):
    """What stands in front of the models."""

    port: int | None = Field(default=None, ge=1024, le=65_535, description="A free one is chosen and kept if unset.")
    request_timeout_seconds: float = Field(default=60, gt=0, le=3_600)
    max_request_bytes: int = Field(default=1_048_576, ge=1_024, le=104_857_600)
    max_concurrent_requests: int = Field(default=64, ge=1, le=10_000)
    log_content: bool = Field(
        default=False, description="Keep inputs and answers in the prediction log, not only their hashes."
    )
    log_max_records: int = Field(default=100_000, ge=100, le=100_000_000)
    machine_usd_per_hour: float | None = Field(
        default=None, ge=0, le=100_000, description="What the machine costs; unset, the cost of an answer is unknown."
    )


class Alarms(Spec):
    """When somebody is told."""

    latency_p95_ms: float | None = Field(default=None, gt=0)
    error_rate_max: float = Field(default=0.05, gt=0, le=1)


class BudgetChoice(Spec):
    """What the stack may cost."""

    usd_per_month: Decimal = Field(gt=0)
    owner: str = Field(min_length=1, max_length=200)


class StackSpec(Spec):
    """The keys of a stack file's `config`, without their `gatehouse:` prefix."""

    target: Target
    endpoints: tuple[EndpointChoice, ...] = Field(min_length=1, max_length=150)
    prompts: tuple[Name, ...] = Field(default=(), max_length=1_000)
    gateway: GatewayChoice = GatewayChoice()
    alarms: Alarms = Alarms()
    budget: BudgetChoice
    labels: dict[Name, str] = Field(default_factory=dict, max_length=32)
