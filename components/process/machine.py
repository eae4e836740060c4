"""The machine of a local stack: the checkout whose code runs, with which interpreter, in which version."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.locations import LLAMA_SERVER
from components.process.site import Site

LOOPBACK = "127.0.0.1"
# Where Gatehouse keeps what it downloaded; nothing else of the environment is handed on.
HANDED_ON = ("GATEHOUSE_CACHE", "XDG_CACHE_HOME")
CODE = "GATEHOUSE_CODE"
ALL_CODE = ("catalog", "gateway", "uv.lock")
LAUNCH_CODE = ("gateway/serving/launch.py",)


@dataclass(frozen=True, slots=True)
class Machine:
    """`root` is the checkout, `python` the interpreter of its environment.

    `server_code` and `launch_code` are digests: of all code that a Python server runs, and of the little that
    decides how llama.cpp is started. A server that runs other code than the checkout's is started again.
    """

    root: Path
    python: str
    environment: Mapping[str, str] = field(default_factory=dict)
    server_code: str = ""
    launch_code: str = ""

    @classmethod
    def of(cls, root: Path, variables: Mapping[str, str] = os.environ) -> Machine:
        """This machine, for the checkout at `root` and the interpreter that runs now."""
        return cls(
            root=root,
            python=str(Path(sys.prefix) / "bin" / "python"),
            environment={name: variables[name] for name in HANDED_ON if variables.get(name)},
            server_code=digest_of_code(root, ALL_CODE),
            launch_code=f"{digest_of_code(root, LAUNCH_CODE)} {LLAMA_SERVER.name}-{LLAMA_SERVER.version}",
        )

    def site(self, stack: str) -> Site:
        """Where the processes of one stack live."""
        return Site(self.root, stack)

    def python_server(self) -> dict[str, str]:
        """The environment of a server that is written in Python."""
        return {**self.environment, CODE: self.server_code}

    def native_server(self) -> dict[str, str]:
        """The environment of a server that only a few lines of Python start."""
        return {**self.environment, CODE: self.launch_code}


def digest_of_code(root: Path, places: Iterable[str]) -> str:
    """Sixteen digits of what these files and folders of a checkout hold."""
    digest = hashlib.sha256()
    for path in _files(root, places):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _files(root: Path, places: Iterable[str]) -> list[Path]:
    found = {root / place for place in places if (root / place).is_file()}
    for place in places:
        found |= {path for path in (root / place).rglob("*") if path.is_file() and path.suffix != ".pyc"}
    return sorted(found)
