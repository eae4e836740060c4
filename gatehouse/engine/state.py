"""Keeps copies of a stack's state, and looks at it before it is trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.atomic import write

BACKUPS_KEPT = 20
# What Gatehouse itself provides adopts the half-made; with anything else a second create may pay twice.
_ADOPTED = "pulumi-python:dynamic/gatehouse:"


def back_up(state: Mapping[str, Any], folder: Path) -> Path:
    """Keep the state under the present time; the oldest copies beyond twenty go."""
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.json"
    write(path, json.dumps(state, indent=1))
    for old in sorted(folder.glob("*.json"))[:-BACKUPS_KEPT]:
        old.unlink(missing_ok=True)
    return path


def dangling_creates(state: Mapping[str, Any]) -> tuple[str, ...]:
    """URNs that an interrupted update was creating, and that a second create would not adopt."""
    deployment = state.get("deployment") or {}
    pending = deployment.get("pending_operations") or ()
    return tuple(
        operation["resource"]["urn"]
        for operation in pending
        if operation.get("type") == "creating" and not operation["resource"].get("type", "").startswith(_ADOPTED)
    )
