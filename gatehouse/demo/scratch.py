"""A scratch clone of the checkout, in which the demonstration works with real commits and real commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from gatehouse.checking.tree import git
from gatehouse.errors import OutsideError

STACK = "local"
_AUTHOR = ("-c", "user.name=Gatehouse demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Ran:
    """A finished command."""

    code: int
    output: str
    seconds: float


class Scratch:
    """The clone at `folder`, whose branch `main` is the checkout's HEAD. It shares the checkout's environment."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self.folder = folder

    def create(self) -> None:
        """Clone; whatever an earlier demonstration left is destroyed first."""
        self.remove()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        git(self._root, "clone", "--quiet", "--no-tags", str(self._root), str(self.folder))
        git(self.folder, "checkout", "--quiet", "-B", "main")
        (self.folder / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)

    def remove(self) -> None:
        """Destroy the stack, if it runs, and delete the clone."""
        if not self.folder.exists():
            return
        if (self.folder / "Pulumi.yaml").is_file():
            done = self.gatehouse("down", STACK, "--yes")
            if done.code:
                raise OutsideError(f"The demo's stack could not be destroyed:\n{done.output}", f"See {self.folder}.")
        shutil.rmtree(self.folder)

    def gatehouse(self, *arguments: str) -> Ran:
        """Run our own command in the clone, as a person would."""
        started = time.monotonic()
        # The clone has a state of its own, whatever backend the person works with.
        environment = {name: value for name, value in os.environ.items() if name != "PULUMI_BACKEND_URL"}
        done = subprocess.run(
            [str(Path(sys.executable).with_name("gatehouse")), *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return Ran(done.returncode, done.stdout.strip(), time.monotonic() - started)

    def open_pull_request(self, branch: str, title: str, overlay: Path) -> None:
        """Commit the overlay's files on a branch of main."""
        git(self.folder, "checkout", "--quiet", "-b", branch, "main")
        shutil.copytree(overlay, self.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("change.yaml"))
        git(self.folder, "add", "--all")
        git(self.folder, *_AUTHOR, "commit", "--quiet", "--message", title)

    def merge(self, branch: str) -> None:
        """Merge the branch into main, as the button does."""
        git(self.folder, "checkout", "--quiet", "main")
        git(self.folder, *_AUTHOR, "merge", "--quiet", "--no-ff", "--message", f"Merge {branch}", branch)

    def close(self) -> None:
        """Leave the branch without merging it."""
        git(self.folder, "checkout", "--quiet", "main")

    def verdict(self) -> Mapping[str, Any]:
        """The newest verdict.json."""
        verdict: Mapping[str, Any] = orjson.loads((self.folder / ".gatehouse/check/verdict.json").read_bytes())
        return verdict

    def keep_review(self, name: str) -> Path:
        """Copy the newest comment and report aside, so that they can be looked at afterwards."""
        kept = self.folder / ".gatehouse" / "reviews" / name
        shutil.copytree(self.folder / ".gatehouse" / "check", kept, dirs_exist_ok=True)
        return kept
