"""Folders that are there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path


def copy_folder(source: Path, names: Iterable[str], target: Path) -> None:
    """Copy these files of a folder to a folder that is complete as soon as it exists. Nothing if it does."""
    if target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copy-") as temporary:
        staged = Path(temporary) / target.name
        for name in names:
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, staged / name, follow_symlinks=False)
        staged.rename(target)
