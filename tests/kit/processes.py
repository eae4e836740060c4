"""Properties of a supervised process that runs the stand-in server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from components.process.site import Site

STAND_IN = Path(__file__).with_name("standin.py")


def properties(site: Site, *options: str, **changes: Any) -> dict[str, Any]:
    """As the engine hands them to the provider: numbers are floats, and what is null is left out."""
    made = {
        "root": str(site.root),
        "stack": site.stack,
        "program": "model-a",
        "role": "model",
        "command": [sys.executable, str(STAND_IN), "--host", "127.0.0.1", "--port", "{port}", *options],
        "environment": {},
        "health_path": "/health",
        "host": "127.0.0.1",
        "start_timeout_seconds": 20.0,
        "memory_mib": 64.0,
    }
    return {name: value for name, value in (made | changes).items() if value is not None}


def told(url: str, path: str = "/health") -> dict[str, Any]:
    """What a stand-in answers."""
    with urlopen(url + path, timeout=5) as answer:  # noqa: S310 our own stand-in
        body: dict[str, Any] = json.loads(answer.read())
        return body
