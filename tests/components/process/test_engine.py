"""A provider ends with the engine that it works for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from components.process.engine import leave_with_engine

_PROVIDER = """
import time
from components.process.engine import leave_with_engine
print(leave_with_engine(), flush=True)
time.sleep(60)
"""


def test_without_an_engine_above_nothing_is_watched() -> None:
    assert leave_with_engine.__wrapped__() is False


def test_a_provider_is_gone_after_its_engine_was_killed(tmp_path: Path) -> None:
    # A process is called as its file is; this shell stands where the engine would.
    engine = tmp_path / "pulumi"
    engine.symlink_to("/bin/sh")
    command = [str(engine), "-c", '"$0" -c "$1" & wait', sys.executable, _PROVIDER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        (provider,) = psutil.Process(process.pid).children()
        process.kill()
        provider.wait(timeout=20)
    assert not provider.is_running()
