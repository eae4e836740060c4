"""A tied command ends with the process that asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

PARENT = """
import os, subprocess, sys
tied = [sys.executable, "-P", "-m", "gatehouse.evaluation.tied", str(os.getpid()), sys.executable, "-c",
        "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
subprocess.Popen(tied).wait()
"""


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as status:  # noqa: PTH123 - a file of the kernel
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_the_command_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    ends = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not is_alive(child)


def test_a_parent_that_is_gone_already_starts_nothing() -> None:
    arguments = [
        "-P",
        "-m",
        "gatehouse.evaluation.tied",
        str(os.getpid() + 1),
        sys.executable,
        "-c",
        "print('started')",
    ]
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "started" not in done.stdout
