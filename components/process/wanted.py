"""What is wanted of a supervised process, read from the properties of its resource. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.process.configuration import Program
from components.process.site import Site

PORT = "{port}"
# These say where something came from, not what runs.
IGNORED = frozenset({"__provider", "snapshot_source"})
PRODUCED = frozenset({"port_bound", "url", "log_path", "state"})
# A process of another place or name is another process.
IDENTITY = ("root", "stack", "program")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Files that are copied before the start, so that a later restart finds what was deployed, not what was edited."""

    source: Path
    files: tuple[str, ...]
    target: Path


@dataclass(frozen=True, slots=True)
class Wanted:
    """A server: what to run, where it listens, how it shows that it is well, how long it may take to."""

    site: Site
    program: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    host: str
    port: int | None
    health_path: str
    start_timeout_seconds: float
    snapshot: Snapshot | None
    first_files: Mapping[str, str]

    def on(self, port: int) -> Program:
        """The program, told its port."""
        return Program(self.program, [part.replace(PORT, str(port)) for part in self.command], self.environment)

    def url(self, port: int) -> str:
        """Where it is asked."""
        return f"http://{self.host}:{port}"


def read(properties: Mapping[str, Any]) -> Wanted:
    """From a resource's properties; the engine makes every number a float and leaves out what is null."""
    port = properties.get("port")
    return Wanted(
        site=site_of(properties),
        program=properties["program"],
        command=tuple(properties["command"]),
        environment=dict(properties.get("environment") or {}),
        host=properties["host"],
        port=None if port is None else int(port),
        health_path=properties["health_path"],
        start_timeout_seconds=float(properties["start_timeout_seconds"]),
        snapshot=_snapshot(properties),
        first_files=dict(properties.get("first_files") or {}),
    )


def site_of(properties: Mapping[str, Any]) -> Site:
    """The stack and checkout to which a resource belongs."""
    return Site(Path(properties["root"]), properties["stack"])


def kept_port(properties: Mapping[str, Any]) -> int | None:
    """The port that the process had; none if it had none yet."""
    bound = properties.get("port_bound")
    return None if bound is None else int(bound)


def changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The inputs that differ, by name. What creation produced, and where files came from, does not count."""
    names = (set(olds) | set(news)) - IGNORED - PRODUCED
    return sorted(name for name in names if olds.get(name) != news.get(name))


def _snapshot(properties: Mapping[str, Any]) -> Snapshot | None:
    if not properties.get("snapshot_target"):
        return None
    return Snapshot(
        source=Path(properties["snapshot_source"]),
        files=tuple(properties["snapshot_files"]),
        target=Path(properties["snapshot_target"]),
    )
