"""Where things are kept on a machine."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


def cache_dir() -> Path:
    """The user's cache: engines, model files, stored answers. `GATEHOUSE_CACHE` moves it."""
    if chosen := os.environ.get("GATEHOUSE_CACHE"):
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "gatehouse"


def tools_dir() -> Path:
    """Executables that set-up built or fetched: `NAME-VERSION/bin/NAME`."""
    return cache_dir() / "tools"


def model_file(digest: str, file_name: str) -> Path:
    """A verified model file, by the digest of its content (`sha256:` and 64 digits)."""
    return cache_dir() / "models" / digest.removeprefix("sha256:") / file_name


def answers_file() -> Path:
    """The content-addressed store of model answers."""
    return cache_dir() / "answers.sqlite"


@dataclass(frozen=True, slots=True)
class Tool:
    """An executable that Gatehouse needs and does not bring along, pinned to one version."""

    name: str
    version: str

    @property
    def bin_dir(self) -> Path:
        """Where set-up keeps it."""
        return tools_dir() / f"{self.name}-{self.version}" / "bin"

    def find(self) -> Path | None:
        """The executable: set-up's own first, then the one on PATH; none if there is neither."""
        found = shutil.which(self.name, path=os.pathsep.join((str(self.bin_dir), os.environ.get("PATH", ""))))
        return Path(found) if found else None


PULUMI = Tool("pulumi", "3.259.0")
# The version of the llama-cpp-python source package, which carries llama.cpp whole.
LLAMA_SERVER = Tool("llama-server", "0.3.36")
