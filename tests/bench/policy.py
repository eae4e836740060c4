"""The policy gate over 1,000 resources, from the preview's bytes to the verdict."""

from __future__ import annotations

import json
import time

from policies.guardrails.gate import judge_policy
from policies.resource_types import PROCESS, SERVED_CONFIG
from policies.verdict import Outcome
from tests.bench.row import Row
from tests.kit.resources import a_preview, a_step, process_inputs, served_inputs

RESOURCES = 1_000
BAR_SECONDS = 0.3


def rows() -> list[Row]:
    """Once with every rule kept, once with rules broken by every resource. The best of three."""
    good = _preview()
    bad = _preview(owner=None, labels={}, host="0.0.0.0")  # noqa: S104 - what a rule has to refuse
    note = "no peer reads a Pulumi preview; of Terraform's plans checkov and conftest do"
    return [
        Row(
            f"policy, {RESOURCES:,} good resources",
            "s",
            _seconds(good, Outcome.passed),
            None,
            "",
            BAR_SECONDS,
            note=note,
        ),
        Row(
            f"policy, {RESOURCES:,} bad resources",
            "s",
            _seconds(bad, Outcome.blocked),
            None,
            "",
            BAR_SECONDS,
            note=note,
        ),
    ]


def _preview(**changes: object) -> bytes:
    steps = [a_step(PROCESS, f"model-{number}", process_inputs(**changes)) for number in range(RESOURCES - 100)]
    steps += [a_step(SERVED_CONFIG, f"served-{number}", served_inputs()) for number in range(100)]
    return json.dumps(a_preview(*steps)).encode()


def _seconds(preview: bytes, expected: Outcome) -> float:
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        verdict = judge_policy("local", json.loads(preview))
        taken.append(time.perf_counter() - started)
        if verdict.outcome is not expected:
            raise AssertionError(verdict.headline)
    return min(taken)
