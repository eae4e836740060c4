"""Finds the checkout that a command is about."""

from __future__ import annotations

from pathlib import Path

from gatehouse.errors import UsageError


def checkout(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (the working directory) that holds a Gatehouse repository."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file() and (folder / "stacks").is_dir():
            return folder
    raise UsageError(
        f"{here} is not inside a Gatehouse repository: no Pulumi.yaml beside a stacks folder here or above.",
        "Change into your checkout.",
    )
