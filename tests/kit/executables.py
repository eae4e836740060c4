"""Small executables that stand in for large ones, and a PATH that holds just them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


def executable(folder: Path, name: str, script: str) -> Path:
    """Write a shell script that can be run by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def only_path(monkeypatch: pytest.MonkeyPatch, *folders: Path | str) -> None:
    """Let PATH be these folders and nothing else."""
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))


def tools_of_the_system(folder: Path, *names: str) -> Path:
    """A folder with links to just these commands of the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        found = next(path for part in SYSTEM_PATH.split(":") if (path := Path(part) / name).exists())
        (folder / name).symlink_to(found)
    return folder
