"""Decides how a gateway is built. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.model import ModelSpec
from components.foundation.governance import governance
from components.gateway.spec import GatewaySpec
from components.process.machine import LOOPBACK, Machine
from components.process.wanted import PORT

START_TIMEOUT_SECONDS = 60
# Measured: 60 MiB at rest; the rest is room for 64 requests of 1 MiB and their answers.
MEMORY_MIB = 256


def config_path(spec: GatewaySpec, machine: Machine) -> Path:
    """The file that the gateway reads."""
    return machine.site(spec.stack).run_dir / "gateway.json"


def local_process(spec: GatewaySpec, machine: Machine) -> dict[str, Any]:
    """The inputs of the gateway's process. Prompts and limits are not among them, so their change restarts nothing."""
    path = str(config_path(spec, machine))
    return {
        **governance(spec),
        "root": str(machine.root),
        "program": "gateway",
        "role": "gateway",
        "command": [machine.python, "-m", "gateway", "--config", path, "--host", LOOPBACK, "--port", PORT],
        "environment": machine.python_server(),
        "health_path": "/-/health",
        "host": LOOPBACK,
        "port": spec.choice.port,
        "start_timeout_seconds": START_TIMEOUT_SECONDS,
        "memory_mib": MEMORY_MIB,
        "cpu_cores": 1.0,
        "replicas_min": 1,
        "replicas_max": 1,
        "model": None,
        "model_digest": None,
        "license": None,
        "first_files": {path: json.dumps(_nothing_served(spec, machine), sort_keys=True)},
    }


def served_config(spec: GatewaySpec, machine: Machine, urls: Mapping[str, Any]) -> dict[str, Any]:
    """The gateway's file. `urls` are the models' addresses by name; outputs of their resources."""
    return {
        **_empty(spec),
        "endpoints": {name: _endpoint(model, urls[name]) for name, model in spec.models.items()},
        "prompts": {name: prompt.model_dump(mode="json") for name, prompt in spec.prompts.items()},
        "limits": {
            "request_timeout_seconds": spec.choice.request_timeout_seconds,
            "max_request_bytes": spec.choice.max_request_bytes,
            "max_concurrent_requests": spec.choice.max_concurrent_requests,
        },
        "log": {
            **_log(spec, machine),
            "content": spec.choice.log_content,
            "max_records": spec.choice.log_max_records,
        },
        "machine_usd_per_hour": spec.choice.machine_usd_per_hour,
    }


def _nothing_served(spec: GatewaySpec, machine: Machine) -> dict[str, Any]:
    """With what the gateway starts, until it is told what to serve. The same whatever that will be."""
    return {**_empty(spec), "log": _log(spec, machine)}


def _empty(spec: GatewaySpec) -> dict[str, Any]:
    return {"stack": spec.stack, "endpoints": {}, "prompts": {}}


def _log(spec: GatewaySpec, machine: Machine) -> dict[str, Any]:
    return {"path": str(machine.site(spec.stack).run_dir / "predictions.sqlite")}


def _endpoint(model: ModelSpec, url: Any) -> dict[str, Any]:
    return {
        "url": url,
        "task": model.task.value,
        "interface": model.engine.interface.value,
        "digest": model.artifact.digest,
        "license": model.license.id,
        "price": model.price.model_dump(mode="json") if model.price else None,
    }
