"""Ports of this machine: which is free, who holds one, and which to take."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil

# Below the range from which systems take the ports of outgoing connections, so that a server
# that comes back finds its port still free.
FIRST, COUNT = 20_000, 10_000


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that listens on a port; without a number when it is another user's."""

    pid: int | None
    name: str

    def __str__(self) -> str:
        return f"{self.name} (process {self.pid})" if self.pid else self.name


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do; connections that have just been closed do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def holder(port: int) -> Holder | None:
    """Who listens on the port; none if nobody does, or if this system does not tell."""
    try:
        connections = psutil.net_connections("inet")
    except psutil.AccessDenied:  # macOS tells only the administrator
        return None
    return next((_named(found.pid) for found in connections if _is_listener(found, port)), None)


def listens(pid: int, port: int) -> bool:
    """Whether this process, or one that it started, listens on the port."""
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                if any(
                    c.laddr and c.laddr.port == port
                    for c in process.net_connections()
                    if c.status == psutil.CONN_LISTEN
                ):
                    return True
    return False


def preferred(key: str) -> int:
    """The port to try first: always the same for the same key."""
    return FIRST + int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % COUNT


def choose(host: str, key: str, avoid: Collection[int] = ()) -> int:
    """A free port, the preferred one or the next above it.

    Raises:
        OSError: no port of the whole range is free.
    """
    start = preferred(key) - FIRST
    for step in range(COUNT):
        port = FIRST + (start + step) % COUNT
        if port not in avoid and is_free(host, port):
            return port
    raise OSError(f"none of the ports {FIRST} to {FIRST + COUNT - 1} is free on {host}")


def _is_listener(found: Any, port: int) -> bool:
    return bool(found.status == psutil.CONN_LISTEN and found.laddr.port == port)


def _named(pid: int | None) -> Holder:
    if pid is None:
        return Holder(None, "a process of another user")
    try:
        return Holder(pid, psutil.Process(pid).name())
    except psutil.Error:
        return Holder(pid, "a process")
