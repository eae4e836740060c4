"""A provider ends with its engine, also with one that was killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

from components.process.engine import leave_with_engine
from components.process.strays import is_there
from tests.kit.executables import executable

PROVIDER = """
import time
from components.process.engine import leave_with_engine

print(leave_with_engine(), flush=True)
time.sleep(600)
"""
ROOT = Path(__file__).parents[3]


def test_without_an_engine_there_is_nothing_to_watch() -> None:
    assert not leave_with_engine()


def test_a_provider_whose_engine_was_killed_ends(tmp_path: Path) -> None:
    """Between the two stands a shell, as it does between Pulumi's engine and its providers."""
    (tmp_path / "provider.py").write_text(PROVIDER)
    shell = executable(tmp_path, "plugin", f"PYTHONPATH={ROOT} {sys.executable} {tmp_path}/provider.py; true")
    with subprocess.Popen([executable(tmp_path, "pulumi", f"{shell}; true")], stdout=subprocess.PIPE) as engine:
        assert engine.stdout is not None
        assert engine.stdout.readline() == b"True\n"
        provider = psutil.Process(engine.pid).children(recursive=True)[-1]
        assert is_there(provider)
        engine.kill()
        deadline = time.monotonic() + 10
        while is_there(provider):
            assert time.monotonic() < deadline
            time.sleep(0.05)
