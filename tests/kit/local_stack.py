"""A copy of this checkout on whose stacks the real engine works, as a person would who types `pulumi`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil

from components.process.configuration import MARKER
from components.process.site import Site
from components.process.strays import strays
from gatehouse.engine.pulumi import Engine

ROOT = Path(__file__).parents[2]
COPIED = ("Pulumi.yaml", "__main__.py", "uv.lock", "catalog", "components", "gateway", "models", "prompts", "stacks")


@dataclass(frozen=True)
class LocalStack:
    """One stack of a copied checkout."""

    root: Path
    name: str = "local"

    @classmethod
    def copied(cls, root: Path) -> LocalStack:
        """Copy what a stack is built from; the environment is this one."""
        root.mkdir(parents=True)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, root / name)
        (root / ".venv").symlink_to(sys.prefix)
        return cls(root)

    @property
    def file(self) -> Path:
        """The stack's file."""
        return self.root / "stacks" / f"Pulumi.{self.name}.yaml"

    @property
    def site(self) -> Site:
        """Where its processes live."""
        return Site(self.root.resolve(), self.name)

    def pulumi(self, *arguments: str, fails: bool = False, **variables: str) -> str:
        """Run `pulumi`; what it printed. A test fails where the command does, unless it has to."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.root,
            env=self._environment(**variables),
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) is fails, said
        return said

    def init(self) -> LocalStack:
        """Make the stack known to the engine."""
        self.pulumi("stack", "init", self.name, "--no-select")
        return self

    def up(self, *, fails: bool = False, **variables: str) -> str:
        """Update it."""
        return self.pulumi("up", "--yes", "--skip-preview", "--stack", self.name, fails=fails, **variables)

    def up_killed_when(self, reached: Callable[[], bool]) -> None:
        """Begin an update, and kill the engine with everything in its process group once that is reached."""
        started = subprocess.Popen(
            ["pulumi", "up", "--yes", "--skip-preview", "--stack", self.name, "--non-interactive"],
            cwd=self.root,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not reached() and started.poll() is None:
            time.sleep(0.02)
        assert started.poll() is None, "the update ended before it could be killed"
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        self.pulumi("cancel", "--yes", "--stack", self.name)

    def destroy(self) -> str:
        """Take it down."""
        return self.pulumi("destroy", "--yes", "--skip-preview", "--stack", self.name)

    def _environment(self, **variables: str) -> dict[str, str]:
        return {**os.environ, **Engine(self.root).environment(), **variables}

    def steps(self) -> dict[str, str]:
        """What an update would do to each resource, by name."""
        printed = self.pulumi("preview", "--json", "--stack", self.name)
        steps = json.loads(printed[printed.index("{") :])["steps"]
        return {step["urn"].rsplit("::", 1)[1]: step["op"] for step in steps if step["op"] != "same"}

    def outputs(self) -> dict[str, Any]:
        """What it exports."""
        exported: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json", "--stack", self.name))
        return exported

    def processes(self) -> dict[str, psutil.Process]:
        """What runs, by program."""
        return {process.environ()[MARKER].partition(":")[2]: process for process in strays(self.site)}

    def pids(self) -> dict[str, int]:
        """The numbers of what runs, by program."""
        return {program: process.pid for program, process in self.processes().items()}


def asked(url: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A server's JSON answer."""
    content = None if body is None else json.dumps(body).encode()
    request = Request(url, content, {"Content-Type": "application/json"})  # noqa: S310 a stack's own output
    with urlopen(request, timeout=120) as answer:  # noqa: S310 as above
        told: dict[str, Any] = json.loads(answer.read())
        return told
