"""The machine of a local stack: the checkout whose code runs, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.process.site import Site

LOOPBACK = "127.0.0.1"
# Where Gatehouse keeps what it downloaded; nothing else of the environment is handed on.
HANDED_ON = ("GATEHOUSE_CACHE", "XDG_CACHE_HOME")


@dataclass(frozen=True, slots=True)
class Machine:
    """`root` is the checkout, `python` the interpreter of its environment."""

    root: Path
    python: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def site(self, stack: str) -> Site:
        """Where the processes of one stack live."""
        return Site(self.root, stack)


def handed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that servers need to find the same files as the commands."""
    return {name: environment[name] for name in HANDED_ON if environment.get(name)}
