"""Becomes the server of one model: llama.cpp's own for language models, ours for tabular ones."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.locations import LLAMA_SERVER
from catalog.model import EngineName, ModelSpec
from catalog.model_folder import read_model
from gateway.serving.artifacts import resolve

# Prompts that were answered before and are kept in memory; llama.cpp's own limit is 8 GiB.
PROMPT_CACHE_MIB = 64


class LaunchError(RuntimeError):
    """The server cannot start. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    host: str
    port: int


def launch(model_folder: Path, address: Address) -> None:
    """Verify the model's file, and become its server. Returns only when a tabular server has ended.

    Raises:
        CatalogError: `model.yaml` is wrong.
        ArtifactError: the model's file is missing, or is not the one that the digest names.
        LaunchError: there is no server for this model on this machine.
    """
    folder = model_folder.resolve()
    spec = read_model(folder)
    match spec.engine.name:
        case EngineName.llama_cpp:
            command = llama_command(_llama_server(), resolve(folder, spec), folder.name, spec, address)
            os.execve(command[0], command, llama_environment(os.environ))  # noqa: S606 no shell, and the process keeps its number
        case EngineName.scikit_learn:
            from gateway.serving.tabular import serve

            serve(folder, spec, host=address.host, port=address.port)
        case EngineName.openai:
            raise LaunchError(f"{folder.name} is hosted at {spec.artifact.source}: there is nothing to start here.")


def llama_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Threads that wait for each other sleep, unless somebody wished otherwise.

    They would spin, and on two busy cores keep each other from working: ten times slower, as measured.
    """
    return {"OMP_WAIT_POLICY": "passive", **environment}


def llama_command(server: Path, model_file: Path, name: str, spec: ModelSpec, address: Address) -> list[str]:
    """The arguments of llama.cpp's server. Pure.

    Every one of `parallel` requests has `context_tokens` of its own. No page, and no look at what others ask.
    """
    engine = spec.engine
    threads = ["--threads", str(engine.threads)] if engine.threads else []
    return [
        str(server),
        "--model",
        str(model_file),
        "--alias",
        name,
        "--host",
        address.host,
        "--port",
        str(address.port),
        "--ctx-size",
        str(engine.context_tokens * engine.parallel),
        "--parallel",
        str(engine.parallel),
        *threads,
        "--cache-prompt",
        # Without it a model with a sliding window reads a shared beginning again for every request: 20 times slower.
        "--swa-full",
        "--cache-ram",
        str(PROMPT_CACHE_MIB),
        "--metrics",
        "--no-webui",
        "--no-slots",
        "--offline",
    ]


def _llama_server() -> Path:
    found = LLAMA_SERVER.find()
    if found is None:
        raise LaunchError(
            f"llama-server is neither in {LLAMA_SERVER.bin_dir} nor on PATH. Run `gatehouse setup`, which builds it."
        )
    return found
