"""The command itself: how long a person waits before anything happens."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.row import Row

_RUNS = 7


def rows() -> list[Row]:
    """Seconds from the shell to the last line of `gatehouse --help`, the median of seven runs."""
    command = [str(Path(sys.executable).with_name("gatehouse")), "--help"]
    seconds = [_seconds(command) for _ in range(_RUNS)]
    return [Row("gatehouse --help", "s", statistics.median(seconds), None, "", 0.3)]


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started
