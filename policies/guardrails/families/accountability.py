"""Money and attention: who pays, how much at most, and when somebody is told."""

from __future__ import annotations

from collections.abc import Iterator

from policies.guardrails.rule import Resource, rule
from policies.resource_types import PROCESS

COST_LABELS = ("cost-centre", "cost-center")


@rule(
    "stacks-have-a-budget",
    on=(PROCESS,),
    why="Without a limit that was agreed on beforehand, every bill is a surprise.",
    fix="Set `gatehouse:budget` with `usd_per_month` and `owner` in the stack file.",
    reference="https://www.finops.org/framework/capabilities/budgeting/",
)
def stacks_have_a_budget(resource: Resource) -> Iterator[str]:
    """The stack's budget reaches every process as a number above 0."""
    if (resource.number("budget_usd_per_month") or 0) <= 0:
        yield f"{resource.name} runs in {resource.stack}, which has no budget."


@rule(
    "labels-carry-the-cost-centre",
    on=(PROCESS,),
    severity="warn",
    why="A bill that cannot be split by whoever caused it is paid by nobody in particular.",
    fix="Add `cost-centre: NAME` to `gatehouse:labels` in the stack file.",
    reference="https://www.finops.org/framework/capabilities/allocation/",
)
def labels_carry_the_cost_centre(resource: Resource) -> Iterator[str]:
    """One of the labels says who pays."""
    if not any(resource.text("labels", label) for label in COST_LABELS):
        yield f"{resource.name} has no label `cost-centre`."


@rule(
    "endpoints-have-alarms",
    on=(PROCESS,),
    severity="warn",
    why="Callers should not be the monitoring.",
    fix="Set `latency_p95_ms` and `error_rate_max` of `gatehouse:alarms` in the stack file.",
    reference="https://sre.google/sre-book/monitoring-distributed-systems/",
)
def endpoints_have_alarms(resource: Resource) -> Iterator[str]:
    """Latency and error rate each have a limit above which somebody is told."""
    if (resource.number("latency_p95_alarm_ms") or 0) <= 0:
        yield f"{resource.name} has no alarm for its latency."
    if not 0 < (resource.number("error_rate_alarm") or 0) <= 1:
        yield f"{resource.name} has no alarm for its errors."
