"""Real models of this repository, served as a stack serves them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench.servers import free_port
from tests.kit.gateway import ROOT

_START_SECONDS = 120


@contextmanager
def served_model(name: str) -> Iterator[str]:
    """A model of `models/` in a process of its own; its address. It is healthy, and ended with the context."""
    port = free_port()
    command = [sys.executable, "-m", "gateway.serving", str(ROOT / "models" / name), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_healthy(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def _until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"the model's server ended with {process.returncode}"
        try:
            with urlopen(f"{url}/health", timeout=5) as answer:  # noqa: S310 - a server of this test
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{url} is not healthy after {_START_SECONDS} s")
