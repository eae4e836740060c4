"""Portkey's open gateway, the fastest peer that a registry has: fetched once, pinned, run without its installer."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.locations import cache_dir
from tests.bench.servers import free_port, started, until_open

NAME = "Portkey 1.15.2"
_PACKAGE = "@portkey-ai/gateway@1.15.2"
_FETCH_SECONDS = 300


class NoPeerError(RuntimeError):
    """There is no peer to measure here; the message says why."""


@contextmanager
def portkey() -> Iterator[int]:
    """Portkey on a free port while the context lasts; its port. Raises NoPeerError when it cannot be had."""
    script, port = _script(), free_port()
    environment = {**os.environ, "NODE_ENV": "production", "TRUSTED_CUSTOM_HOSTS": "127.0.0.1,localhost"}
    node = shutil.which("node") or "node"
    with started([node, str(script), f"--port={port}", "--headless"], environment):
        until_open(port)
        yield port


def headers(upstream_port: int) -> list[str]:
    """The headers that send a request on to a server of this machine."""
    return [
        "x-portkey-provider: openai",
        f"x-portkey-custom-host: http://127.0.0.1:{upstream_port}/v1",
        "authorization: Bearer none",
    ]


def _script() -> Path:
    folder = cache_dir() / "bench" / "portkey-1.15.2"
    script = folder / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    if script.is_file():
        return script
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NoPeerError("Portkey was not measured: npm and node are not on the PATH")
    folder.mkdir(parents=True, exist_ok=True)
    fetch = [npm, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", _PACKAGE]
    try:
        subprocess.run(fetch, check=True, capture_output=True, timeout=_FETCH_SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        raise NoPeerError(f"Portkey was not measured: npm could not fetch it ({type(error).__name__})") from None
    return script
