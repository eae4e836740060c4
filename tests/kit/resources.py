"""Builders: one good resource of each kind, and previews made of them. Spoil one field and see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policies.guardrails.rule import Resource
from policies.resource_types import PROCESS, SERVED_CONFIG

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
DIGEST = "sha256:" + "a5" * 32


def process_inputs(**changes: Any) -> dict[str, Any]:
    """What a good endpoint declares. A change to None takes the field away, as the engine does."""
    good = {
        "stack": "local",
        "program": "support-model",
        "role": "model",
        "command": ["python", "-m", "gateway.serving", "models/support-model"],
        "environment": {"HF_HOME": "/var/cache/models", "MAX_TOKENS": "256"},
        "health_path": "/health",
        "host": "127.0.0.1",
        "memory_mib": 1024.0,
        "cpu_cores": 2.0,
        "replicas_min": 1.0,
        "replicas_max": 2.0,
        "model": "support-model",
        "model_digest": DIGEST,
        "license": "Apache-2.0",
        "owner": "support",
        "labels": {"cost-centre": "support"},
        "latency_p95_alarm_ms": 500.0,
        "error_rate_alarm": 0.05,
        "budget_usd_per_month": 50.0,
    }
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


def served_inputs(**changes: Any) -> dict[str, Any]:
    """What a good gateway configuration declares; `changes` are to its `config`."""
    good = {
        "stack": "local",
        "endpoints": {"support-model": {"url": UNKNOWN, "digest": DIGEST, "license": "Apache-2.0"}},
        "prompts": {
            "routing": {
                "live": "v1",
                "shares": {"v1": 0.9, "v2": 0.1},
                "variants": {"v1": {"digest": DIGEST, "source": "one"}, "v2": {"digest": DIGEST, "source": "two"}},
            }
        },
        "limits": {"request_timeout_seconds": 60.0, "max_request_bytes": 1048576.0, "max_concurrent_requests": 64.0},
        "log": {"path": "/var/predictions.sqlite", "content": False, "max_records": 100000.0},
    }
    config = {key: value for key, value in {**good, **changes}.items() if value is not None}
    return {"stack": "local", "gateway_url": UNKNOWN, "config": config}


def a_process(*, stack: str = "local", **changes: Any) -> Resource:
    """A good endpoint, but for the changes."""
    return a_resource(PROCESS, "support-model", process_inputs(**changes), stack=stack)


def a_served_config(*, stack: str = "local", **changes: Any) -> Resource:
    """A good gateway configuration, but for the changes to its `config`."""
    return a_resource(SERVED_CONFIG, "served", served_inputs(**changes), stack=stack)


def a_resource(token: str, name: str, inputs: Mapping[str, Any], *, stack: str = "local") -> Resource:
    """Any resource."""
    return Resource(urn(token, name, stack), token, name, inputs, stack)


def urn(token: str, name: str, stack: str = "local") -> str:
    """Pulumi's name of a resource."""
    return f"urn:pulumi:{stack}::gatehouse::{token}::{name}"


def a_step(token: str, name: str, inputs: Mapping[str, Any], *, op: str = "create", **more: Any) -> dict[str, Any]:
    """A step of a preview. `more` are fields of its state."""
    state = {"urn": urn(token, name), "custom": True, "type": token, "inputs": dict(inputs), **more}
    sides = {"oldState": state} if op.startswith("delete") else {"newState": state}
    return {"op": op, "urn": urn(token, name), **sides}


def a_preview(*steps: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A preview with these steps, below a stack."""
    root = {
        "op": "create",
        "urn": urn("pulumi:pulumi:Stack", "gatehouse-local"),
        "newState": {"type": "pulumi:pulumi:Stack"},
    }
    return {"steps": [root, *steps], **more}
