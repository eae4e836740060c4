"""The locks that an engine leaves behind when a signal ends it before it can listen to signals."""

from __future__ import annotations

import json
import socket
from pathlib import Path

_FILES = "file://"


def release(backend_url: str, pid: int) -> None:
    """Remove what the ended process `pid` of this machine had locked; only where the state is kept in files."""
    if not backend_url.startswith(_FILES):
        return
    for path in Path(backend_url.removeprefix(_FILES)).glob(".pulumi/locks/**/*.json"):
        if _is_of(path, pid):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)


def _is_of(path: Path, pid: int) -> bool:
    try:
        lock = json.loads(path.read_bytes())
        return bool(lock["pid"] == pid and lock["hostname"] == socket.gethostname())
    except (OSError, ValueError, KeyError, TypeError):
        return False
