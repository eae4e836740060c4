"""The two tools that set-up provides, and all the ways to get them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from catalog.locations import LLAMA_SERVER, PULUMI
from gatehouse.engine.gomodule import build_engine
from gatehouse.engine.llama import build_server
from gatehouse.engine.release import fetch_release
from gatehouse.engine.toolbox import Recipe, Way

LANGUAGE_HOST = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")


def engine_objection(executable: Path) -> str:
    """Why this `pulumi` is not the pinned one; empty when it is."""
    printed, failure = _first_line([str(executable), "version"])
    if failure:
        return failure
    return "" if printed.removeprefix("v") == PULUMI.version else f"is version {printed}, not {PULUMI.version}"


def server_objection(executable: Path) -> str:
    """Why this `llama-server` does not run here; empty when it does."""
    return _first_line([str(executable), "--version"])[1]


def _first_line(command: list[str]) -> tuple[str, str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"does not run: {error}"
    if done.returncode:
        return "", f"does not run: exit code {done.returncode} {done.stderr.strip()[-200:]}".strip()
    return (done.stdout.strip().splitlines() or [""])[0], ""


ENGINE = Recipe(
    tool=PULUMI,
    title="The Pulumi engine",
    companions=LANGUAGE_HOST,
    objection=engine_objection,
    path_remedy=f"Pulumi {PULUMI.version} on PATH (https://www.pulumi.com/docs/install)",
    ways=(
        Way(
            "the official release",
            "a way out to https://get.pulumi.com",
            lambda job: fetch_release(job, PULUMI.version, (PULUMI.name, *LANGUAGE_HOST)),
        ),
        Way(
            "the build from Go modules",
            "Go 1.21 or later with a Go module proxy (https://go.dev/dl), from which set-up builds it in 5 minutes",
            lambda job: build_engine(job, PULUMI.version),
        ),
    ),
)

MODEL_SERVER = Recipe(
    tool=LLAMA_SERVER,
    title="The model server llama-server",
    companions=(),
    objection=server_objection,
    path_remedy="llama.cpp's llama-server on PATH",
    ways=(
        Way(
            "the build from its source package",
            "a C++ compiler and PyPI, from which set-up builds it in 5 minutes (Debian, Ubuntu: apt-get install g++; "
            "macOS: xcode-select --install)",
            build_server,
        ),
    ),
    native=True,
)

RECIPES = (ENGINE, MODEL_SERVER)
