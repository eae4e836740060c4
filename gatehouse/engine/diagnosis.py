"""What is on this machine, what is missing, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from catalog.locations import cache_dir
from gatehouse.engine import machine
from gatehouse.engine.bootstrap import is_current
from gatehouse.engine.gomodule import find_go
from gatehouse.engine.longrun import StepError
from gatehouse.engine.provision import verify_models
from gatehouse.engine.recipes import ENGINE, LANGUAGE_HOST, MODEL_SERVER
from gatehouse.engine.toolbox import Found, Recipe, UnavailableError, look, on_path
from gatehouse.errors import GatehouseError

SETUP = "Run `make setup`."
_OLDEST_PYTHON = (3, 11)
# Measured: .venv 1.2, the Go caches that a build leaves 3.4, tools and models 0.7, scratch of the builds 0.6.
_BYTES_FREE_TO_BUILD = 6 << 30
_BYTES_FREE_TO_RUN = 1 << 30
# The local stack takes 1.5 GB; the engine and the compilers of a build come on top.
_BYTES_OF_MEMORY = 3 << 30


class State(StrEnum):
    """How a thing stands: `missing` stops Gatehouse, `optional` only narrows what it can do."""

    good = "ok"
    optional = "optional"
    missing = "MISSING"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when there is nothing to do."""

    name: str
    state: State
    found: str
    remedy: str = ""


def diagnose(root: Path) -> list[Finding]:
    """Look at everything; fetch and build nothing. A look that fails is a finding, not an end."""
    engine, server = look(ENGINE), look(MODEL_SERVER)
    return [
        _python(),
        _environment(root),
        _tool(ENGINE, engine),
        _language_host(engine),
        _tool(MODEL_SERVER, server),
        *_models(root),
        _chromium(),
        _go(needed=engine is None),
        _cpp(needed=server is None),
        _disk(_BYTES_FREE_TO_RUN if engine and server else _BYTES_FREE_TO_BUILD),
        _memory(),
    ]


def everything_needed_is_there(findings: Iterable[Finding]) -> bool:
    """Whether nothing is missing that Gatehouse cannot do without."""
    return all(finding.state is not State.missing for finding in findings)


def _python() -> Finding:
    good = sys.version_info >= _OLDEST_PYTHON
    remedy = "" if good else "Install Python 3.11 or later, then run `make setup`."
    return Finding("python", _needed(good), f"{platform.python_version()} {sys.executable}", remedy)


def _environment(root: Path) -> Finding:
    good = is_current(root)
    found = f"{root / '.venv'} {'is what uv.lock says' if good else 'is not what uv.lock says, or is half-made'}"
    return Finding("environment", _needed(good), found, "" if good else SETUP)


def _tool(recipe: Recipe, found: Found | None) -> Finding:
    name = f"{recipe.tool.name} {recipe.tool.version}"
    if found is None:
        return Finding(name, State.missing, on_path(recipe)[1], SETUP)
    return Finding(name, State.good, f"{found.path} ({found.origin})")


def _language_host(engine: Found | None) -> Finding:
    name = LANGUAGE_HOST[0]
    if engine is None:
        return Finding(name, State.missing, "comes with the engine", SETUP)
    beside = engine.path.with_name(name)
    return Finding(name, State.good, str(beside if beside.exists() else shutil.which(name)))


def _models(root: Path) -> list[Finding]:
    try:
        files = verify_models(root)
    except GatehouseError as error:
        return [Finding("model files", State.missing, error.problem, error.remedy or SETUP)]
    except ValueError as error:
        first = str(error).splitlines()[0]
        return [Finding("model files", State.missing, first, "Correct the file.")]
    return [Finding(file.model, State.good, f"{file.path} (digest verified)") for file in files]


def _chromium() -> Finding:
    found = machine.chromium()
    remedy = "" if found else "Only the tests of the pages need it. Debian: apt-get install chromium"
    return Finding("chromium", State.good if found else State.optional, found or "not on PATH", remedy)


def _go(*, needed: bool) -> Finding:
    remedy = "Builds the engine where no other way is open: https://go.dev/dl" if needed else ""
    return _compiler("go", find_go, remedy)


def _cpp(*, needed: bool) -> Finding:
    remedy = "Builds the model server. Debian: apt-get install g++; macOS: xcode-select --install" if needed else ""
    return _compiler("c++ compiler", machine.cpp_compiler, remedy)


def _compiler(name: str, find: Callable[[], str | None], remedy: str) -> Finding:
    try:
        found = find()
    except (UnavailableError, StepError) as error:
        return Finding(name, State.optional, str(error), remedy or "Not needed now.")
    if found is None:
        return Finding(name, State.optional, "not on PATH", remedy or "Not needed now.")
    return Finding(name, State.good, found)


def _disk(wanted: int) -> Finding:
    folder = next(path for path in (cache_dir(), *cache_dir().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free for the cache {cache_dir()}"
    good = free >= wanted
    return Finding("disk", _needed(good), found, "" if good else f"Free {wanted / 1e9:.1f} GB, or set GATEHOUSE_CACHE.")


def _memory() -> Finding:
    memory = psutil.virtual_memory()
    found = f"{memory.available / 1e9:.1f} GB free of {memory.total / 1e9:.1f} GB"
    good = memory.available >= _BYTES_OF_MEMORY
    remedy = "" if good else f"{_BYTES_OF_MEMORY / 1e9:.0f} GB free are enough for a build and for the local stack."
    return Finding("memory", State.good if good else State.optional, found, remedy)


def _needed(good: bool) -> State:
    return State.good if good else State.missing
