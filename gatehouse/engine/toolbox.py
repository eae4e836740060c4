"""Finds the tools that Gatehouse does not bring along, or makes them: one place, one version, whoever asks."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from catalog.locations import Tool, cache_dir, tools_dir
from gatehouse.engine.longrun import Job, StepError, StoppedError
from gatehouse.engine.machine import processor
from gatehouse.errors import OutsideError

RECORD = "record.json"


class UnavailableError(Exception):
    """A way of getting a tool is not open on this machine; the text says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a tool may be got. `make` fills a job's `bin_dir`, or raises UnavailableError or StepError."""

    name: str
    opened_by: str
    make: Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A tool, what has to lie beside it, how to know that it is the right one, and the ways to get it.

    `objection` says why an executable cannot be used, or nothing. `native` tools run only where the
    instruction sets of the processor that they were built on are.
    """

    tool: Tool
    title: str
    companions: tuple[str, ...]
    objection: Callable[[Path], str]
    path_remedy: str
    ways: tuple[Way, ...]
    native: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A tool that can be used: where it is, where it came from, how long that took."""

    tool: Tool
    path: Path
    origin: str
    seconds: float = 0.0


def look(recipe: Recipe) -> Found | None:
    """The tool if it is there: in the cache, else on PATH. Makes nothing."""
    return in_cache(recipe) or on_path(recipe)[0]


def provide(recipe: Recipe, say: Callable[[str], None], stop: threading.Event) -> Found:
    """The tool, made by the first way that is open if it is not there.

    Several may ask at once, and any may be killed at any time: the tool appears whole, by one rename.
    Raises OutsideError with all the reasons when no way is open, StoppedError when `stop` was set.
    """
    if found := look(recipe):
        return found
    started = time.monotonic()
    with _alone(recipe.tool, say, stop):
        if found := in_cache(recipe):
            return found
        origin = _make(recipe, say, stop)
    return Found(recipe.tool, recipe.tool.bin_dir / recipe.tool.name, origin, time.monotonic() - started)


def in_cache(recipe: Recipe) -> Found | None:
    """The tool in the cache, if it is whole and for this machine. What carries no record is tried, then gets one."""
    path = recipe.tool.bin_dir / recipe.tool.name
    if not all(os.access(path.with_name(name), os.X_OK) for name in (recipe.tool.name, *recipe.companions)):
        return None
    record = _read_record(recipe.tool)
    if record is None:
        if recipe.objection(path):
            return None
        record = _write_record(recipe, path.parent, "the cache")
    runs_here = set(record.get("processor") or ()) <= set(processor())
    if not runs_here or record.get("bytes") != _sizes(recipe, path.parent):
        return None
    return Found(recipe.tool, path, str(record.get("origin", "the cache")))


def on_path(recipe: Recipe) -> tuple[Found | None, str]:
    """The tool on PATH with its companions; without it, the reason."""
    name = recipe.tool.name
    found = shutil.which(name)
    if found is None:
        return None, f"there is no {name} on PATH"
    beside = os.pathsep.join((str(Path(found).resolve().parent), os.environ.get("PATH", os.defpath)))
    missing = [companion for companion in recipe.companions if shutil.which(companion, path=beside) is None]
    if missing:
        return None, f"{found} has no {' and no '.join(missing)} with it"
    if objection := recipe.objection(Path(found)):
        return None, f"{found} {objection}"
    return Found(recipe.tool, Path(found), "PATH"), ""


def _make(recipe: Recipe, say: Callable[[str], None], stop: threading.Event) -> str:
    reasons = [on_path(recipe)[1]]
    for way in recipe.ways:
        with _job(recipe.tool, say, stop) as job:
            try:
                way.make(job)
                _accept(recipe, job.bin_dir)
            except (UnavailableError, StepError) as error:
                reasons.append(f"{way.name}: {error}")
                continue
            _write_record(recipe, job.bin_dir, way.name)
            _put_in_place(job.bin_dir.parent, recipe.tool)
            job.log.unlink(missing_ok=True)
            return way.name
    raise OutsideError(*_refusal(recipe, reasons))


def _refusal(recipe: Recipe, reasons: list[str]) -> tuple[str, str]:
    problem = f"{recipe.title} {recipe.tool.version} is not on this machine, and no way to get it is open:"
    remedies = [recipe.path_remedy, *(way.opened_by for way in recipe.ways)]
    ways = f"{', '.join(remedies[:-1])}, or {remedies[-1]}"
    return "\n  - ".join([problem, *reasons]), f"One of these is enough: {ways}. Then run `make setup` again."


def _accept(recipe: Recipe, bin_dir: Path) -> None:
    missing = [name for name in (recipe.tool.name, *recipe.companions) if not (bin_dir / name).is_file()]
    if missing:
        raise StepError(f"it did not bring {', '.join(missing)}")
    if objection := recipe.objection(bin_dir / recipe.tool.name):
        raise StepError(f"what it brought {objection}")


def _put_in_place(made: Path, tool: Tool) -> None:
    """Swap a whole folder in; an old one that was not good is moved away first, inside the scratch folder."""
    final = tool.bin_dir.parent
    if final.exists():
        final.replace(made.parent / "old")
    made.replace(final)


@contextmanager
def _job(tool: Tool, say: Callable[[str], None], stop: threading.Event) -> Iterator[Job]:
    home = tool.bin_dir.parent
    home.parent.mkdir(parents=True, exist_ok=True)
    for left_by_a_killed_one in home.parent.glob(f".{home.name}-*"):
        shutil.rmtree(left_by_a_killed_one, ignore_errors=True)
    log = cache_dir() / "logs" / f"{home.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{home.name}-", dir=tools_dir(), ignore_cleanup_errors=True) as scratch:
        job = Job(Path(scratch), log, say, stop)
        job.bin_dir.mkdir(parents=True)
        yield job


@contextmanager
def _alone(tool: Tool, say: Callable[[str], None], stop: threading.Event) -> Iterator[None]:
    """One process at a time makes a tool; the lock ends with its holder, however that ends."""
    path = cache_dir() / "locks" / f"{tool.name}-{tool.version}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    while True:
        try:
            lock.acquire(timeout=0.5)
        except Timeout:
            say("waits for another set-up that is making it")
            if stop.is_set():
                raise StoppedError from None
            continue
        break
    try:
        yield
    finally:
        lock.release()


def _sizes(recipe: Recipe, bin_dir: Path) -> dict[str, int]:
    return {name: (bin_dir / name).stat().st_size for name in (recipe.tool.name, *recipe.companions)}


def _read_record(tool: Tool) -> dict[str, Any] | None:
    try:
        record = json.loads((tool.bin_dir.parent / RECORD).read_text())
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _write_record(recipe: Recipe, bin_dir: Path, origin: str) -> dict[str, Any]:
    record = {
        "tool": recipe.tool.name,
        "version": recipe.tool.version,
        "origin": origin,
        "processor": processor() if recipe.native else [platform.machine()],
        "bytes": _sizes(recipe, bin_dir),
    }
    part = bin_dir.parent / f".{RECORD}.{os.getpid()}.{threading.get_ident()}"
    part.write_text(json.dumps(record, indent=2))
    part.replace(bin_dir.parent / RECORD)
    return record
