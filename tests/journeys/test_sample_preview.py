"""What the judges say of the repository's own local stack, as the real program declares it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.entries import Stack
from catalog.stack import StackSpec
from policies.costs.gate import estimate, judge_cost
from policies.guardrails.gate import judge_policy
from policies.plan.gate import judge_plan, read_plan
from policies.resource_types import PROCESS
from policies.verdict import Outcome, Severity
from tests.kit.sample_preview import declared, real_preview, sample_preview

SPEC = {"target": "local", "endpoints": [{"model": "gemma-3-270m"}], "budget": {"usd_per_month": 50, "owner": "us"}}
LOCAL = Stack("local", Path("stacks/Pulumi.local.yaml"), StackSpec.model_validate(SPEC), "sha256:" + "0" * 64)


def test_the_local_stack_keeps_every_rule() -> None:
    verdict = judge_policy("local", sample_preview())

    assert verdict.outcome is Outcome.passed
    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("model_digest", "models-are-pinned-by-digest"),
        ("license", "models-name-their-licence"),
        ("owner", "every-endpoint-has-an-owner"),
        ("health_path", "processes-have-a-health-check"),
        ("host", "processes-bind-to-loopback"),
        ("replicas_max", "replicas-have-a-ceiling"),
        ("memory_mib", "memory-is-declared-and-bounded"),
        ("budget_usd_per_month", "stacks-have-a-budget"),
    ],
)
def test_the_local_stack_is_blocked_once_a_field_is_gone(field: str, rule: str) -> None:
    preview = sample_preview()
    model = next(
        step["newState"]["inputs"]
        for step in preview["steps"]
        if step["newState"].get("inputs", {}).get("role") == "model"
    )
    del model[field]

    verdict = judge_policy("local", preview)

    assert verdict.outcome is Outcome.blocked
    assert {finding.rule for finding in verdict.findings if finding.severity is Severity.block} == {rule}


def test_the_local_stack_is_priced_whole_and_costs_a_few_dollars_at_most() -> None:
    cost = estimate(LOCAL, sample_preview())

    assert cost.unpriced == ()
    assert cost.share_priced == 1
    assert len(cost.lines) == sum(step["newState"]["type"] == PROCESS for step in sample_preview()["steps"])
    assert 0 < float(cost.low_usd_per_month) < float(cost.expected_usd_per_month) < float(cost.high_usd_per_month) < 5
    assert judge_cost(cost).outcome is Outcome.passed


def test_the_first_update_creates_and_loses_nothing() -> None:
    verdict = judge_plan(read_plan("local", sample_preview(), deployed_before=False))

    assert verdict.outcome is Outcome.passed
    assert verdict.findings == ()
    assert verdict.headline == f"{len(sample_preview()['steps']) - 1} to create"


@pytest.mark.engine
def test_the_sample_is_what_the_program_declares() -> None:
    assert declared(real_preview()) == declared(sample_preview()), "run `python -m tests.kit.sample_preview`"
