"""The cost gate over 1,000 resources, from the preview's bytes to the verdict, the price book read anew."""

from __future__ import annotations

import json
import time
from pathlib import Path

from catalog.entries import Stack
from catalog.stack import StackSpec
from policies.costs.book import load_book
from policies.costs.gate import estimate, judge_cost
from policies.resource_types import EC2_INSTANCE, PROCESS, SAGEMAKER_ENDPOINT_CONFIGURATION
from tests.bench.row import Row
from tests.kit.resources import a_preview, a_step, process_inputs

RESOURCES = 1_000
BAR_SECONDS = 0.5
_MACHINE = {"instanceType": "g5.xlarge", "rootBlockDevice": {"volumeType": "gp3", "volumeSize": 100}}
_VARIANT = {"variantName": "blue", "instanceType": "ml.g5.xlarge", "initialInstanceCount": 2.0}


def rows() -> list[Row]:
    """Processes, machines and endpoints in equal parts. The best of three."""
    note = "no peer prices a Pulumi preview offline"
    return [Row(f"cost, {RESOURCES:,} resources", "s", _seconds(_preview()), None, "", BAR_SECONDS, note=note)]


def _preview() -> bytes:
    kinds = (
        (PROCESS, process_inputs()),
        (EC2_INSTANCE, _MACHINE),
        (SAGEMAKER_ENDPOINT_CONFIGURATION, {"productionVariants": [_VARIANT]}),
    )
    steps = [a_step(kinds[number % 3][0], f"r{number}", kinds[number % 3][1]) for number in range(RESOURCES)]
    return json.dumps(a_preview(*steps, config={"aws:region": "us-east-1"})).encode()


def _seconds(preview: bytes) -> float:
    spec = StackSpec.model_validate(
        {"target": "local", "endpoints": [{"model": "m"}], "budget": {"usd_per_month": "1e9", "owner": "bench"}}
    )
    stack = Stack(name="local", path=Path("stacks/Pulumi.local.yaml"), spec=spec, digest="")
    taken = []
    for _ in range(3):
        load_book.cache_clear()
        started = time.perf_counter()
        cost = estimate(stack, json.loads(preview))
        judge_cost(cost)
        taken.append(time.perf_counter() - started)
        if cost.share_priced < 1:
            raise AssertionError(cost.unpriced[:3])
    return min(taken)
