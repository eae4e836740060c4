"""Evaluations: what the gate adds to the model's own time, and how soon a dead model is an error.

The whole command, on a model that answers at once, beside promptfoo on the same one. Each figure is the least of
three runs: what else the machine does only ever adds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from tests.bench import promptfoo
from tests.bench.portkey import NoPeerError
from tests.bench.row import Row
from tests.bench.servers import free_port, started, until_open
from tests.kit.evaluated import EvaluatedRepository, model_file, tickets

CASES = 1_000
_RUNS = 3
_DEAD = "http://127.0.0.1:9"
_DEAD_LIMIT_SECONDS = 150


def rows() -> list[Row]:
    """Cold, unchanged, and dead; ours and promptfoo's."""
    with tempfile.TemporaryDirectory() as name, _stub() as address:
        folder = Path(name)
        chat = model_file(engine={"name": "llama.cpp", "interface": "chat"})
        EvaluatedRepository(folder / "ours", tickets(CASES, "ok")).model("small", chat)
        cold = _least(lambda run: _ours(folder, address, cache=f"cold{run}"))
        before = _calls(address)
        unchanged = _least(lambda _: _ours(folder, address, cache="cold0"))
        asked_again = _calls(address) - before
        dead = _ours(folder, _DEAD, cache="dead", code=4)
        peer_cold, peer_unchanged, peer_dead, note = _peer(folder, address)
    return [
        Row(f"{CASES:,} evaluation cases, cold", "s", cold, peer_cold, promptfoo.NAME, 2.5, note=note),
        Row(f"{CASES:,} cases, nothing changed", "s", unchanged, peer_unchanged, promptfoo.NAME, 0.8, note=note),
        Row(f"{CASES:,} cases, nothing changed", "calls", asked_again, None, promptfoo.NAME, 0, note="none is asked"),
        Row("a dead model, to a clear error", "s", dead, peer_dead, f"{promptfoo.NAME}, 1 case", 15, note=note),
    ]


def _least(measure: Callable[[int], float]) -> float:
    return min(measure(run) for run in range(_RUNS))


def _ours(folder: Path, address: str, *, cache: str, code: int = 0) -> float:
    command = [str(Path(sys.executable).with_name("gatehouse")), "eval", "--url", f"small={address}"]
    environment = {**os.environ, "GATEHOUSE_CACHE": str(folder / cache)}
    started_at = time.perf_counter()
    done = subprocess.run(command, cwd=folder / "ours", env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started_at
    if done.returncode != code:
        raise RuntimeError(f"gatehouse eval ended with {done.returncode}: {done.stdout}{done.stderr}")
    return seconds


def _peer(folder: Path, address: str) -> tuple[float | None, float | None, float | None, str]:
    """Cold, unchanged, dead; and a note on what could not be measured."""
    place = folder / "promptfoo"
    try:
        cold = _least(lambda _: _checked(place, address, cached=False))
        _checked(place, address, cached=True)
        before = _calls(address)
        unchanged = _least(lambda _: _checked(place, address, cached=True))
        if _calls(address) != before:
            raise NoPeerError("promptfoo was not measured: its cache asked again")
        dead = promptfoo.evaluate(folder / "dead", _DEAD, 1, cached=False, limit_seconds=_DEAD_LIMIT_SECONDS)
    except NoPeerError as error:
        return None, None, None, str(error)
    return cold, unchanged, dead, "" if dead else f"{promptfoo.NAME}: more than {_DEAD_LIMIT_SECONDS} s for 1 case"


def _checked(folder: Path, address: str, *, cached: bool) -> float:
    seconds = promptfoo.evaluate(folder, address, CASES, cached=cached)
    if seconds is None or promptfoo.passed(folder) != CASES:
        raise NoPeerError("promptfoo was not measured: it did not pass its cases")
    return seconds


@contextmanager
def _stub() -> Iterator[str]:
    port = free_port()
    with suppress(KeyboardInterrupt), started([sys.executable, "-m", "tests.kit.model_stub", "--port", str(port)]):
        until_open(port)
        yield f"http://127.0.0.1:{port}"


def _calls(address: str) -> int:
    with urlopen(f"{address}/calls", timeout=10) as response:  # noqa: S310 - our own stub
        calls: int = json.loads(response.read())["calls"]
        return calls
