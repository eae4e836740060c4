"""Builders: one good specification of each kind. Change a field and see."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.model import ModelSpec
from catalog.stack import GatewayChoice
from components.endpoint.spec import EndpointSpec
from components.gateway.spec import GatewaySpec, ServedPrompt, ServedVariant
from components.process.machine import Machine

DIGEST = "sha256:" + "a" * 64
GOVERNED: dict[str, Any] = {
    "stack": "local",
    "owner": "team-a",
    "labels": {"cost-centre": "team-a"},
    "latency_p95_alarm_ms": 900,
    "error_rate_alarm": 0.05,
    "budget_usd_per_month": Decimal(50),
}


def a_machine(**changes: Any) -> Machine:
    """A machine that is not this one."""
    good: dict[str, Any] = {"root": Path("/srv/checkout"), "python": "/srv/checkout/.venv/bin/python"}
    return Machine(**good | changes)


def a_model_spec(**changes: Any) -> ModelSpec:
    """A language model from a package."""
    good: dict[str, Any] = {
        "description": "A model for tests.",
        "task": "text-generation",
        "owner": "team-a",
        "artifact": {"source": "pypi:tiny@1.0", "file": "tiny.gguf", "digest": DIGEST, "format": "gguf"},
        "license": {"id": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        "engine": {"name": "llama.cpp", "interface": "completions"},
        "needs": {"memory_mib": 64},
        "objectives": {"latency_p95_ms": 1000},
    }
    return ModelSpec.model_validate(good | changes)


def an_endpoint_spec(**changes: Any) -> EndpointSpec:
    """An endpoint of that model."""
    good = {
        "model": "tiny",
        "model_spec": a_model_spec(),
        "model_folder": Path("/srv/release/models/tiny"),
        "spec_digest": "sha256:" + "b" * 64,
    }
    return EndpointSpec(**GOVERNED | good | changes)


def a_gateway_spec(**changes: Any) -> GatewaySpec:
    """A gateway with one model and one prompt on trial."""
    variants = {name: ServedVariant(digest=DIGEST, source=f"text of {name}") for name in ("v1", "v2")}
    good = {
        "choice": GatewayChoice(),
        "models": {"tiny": a_model_spec()},
        "prompts": {"greet": ServedPrompt(live="v1", shares={"v1": 0.75, "v2": 0.25}, variants=variants)},
    }
    return GatewaySpec(**GOVERNED | good | changes)
