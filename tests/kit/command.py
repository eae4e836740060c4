"""Runs the command `gatehouse` as a person does: a process of its own, in a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def gatehouse(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The finished command, after somebody typed `typed`; its output and its errors apart."""
    executable = Path(sys.executable).with_name("gatehouse")
    return subprocess.run(
        [str(executable), *arguments], cwd=folder, input=typed, capture_output=True, text=True, check=False
    )
