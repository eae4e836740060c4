"""Runs the command `gatehouse` as a person does: a process of its own, in a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def gatehouse(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The finished command; its output and its errors apart."""
    executable = Path(sys.executable).with_name("gatehouse")
    return subprocess.run(
        [str(executable), *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
