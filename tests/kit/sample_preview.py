"""A preview of the local stack as the real engine made it, cut down to what a judge reads.

`python -m tests.kit.sample_preview` makes it anew after the program declares something else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "previews" / "local.json"
_NOISE = frozenset({"stackTrace", "sourcePosition", "propertyDependencies", "created", "modified"})
_LONGEST_TEXT = 200


def sample_preview() -> dict[str, Any]:
    """The preview of an update that creates everything."""
    found: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return found


def real_preview() -> dict[str, Any]:
    """The same, asked of the engine now."""
    from gatehouse.engine.pulumi import Engine

    return trimmed(Engine(ROOT).preview("local"))


def trimmed(preview: Mapping[str, Any]) -> dict[str, Any]:
    """Without positions in our sources, the pickled provider, long texts and the folders of this machine."""
    steps = [
        {key: _trim(value) for key, value in step.items() if key in {"op", "urn", "newState"}}
        for step in preview["steps"]
    ]
    return {"steps": steps, "changeSummary": preview.get("changeSummary", {})}


def declared(preview: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the inputs of each resource: what the judges may read."""
    return {step["urn"]: sorted(step["newState"].get("inputs") or {}) for step in preview["steps"]}


def _trim(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_path(key): _trim(inner) for key, inner in value.items() if key not in _NOISE and key != "__provider"}
    if isinstance(value, list):
        return [_trim(inner) for inner in value]
    return _path(value)[:_LONGEST_TEXT] if isinstance(value, str) else value


def _path(text: str) -> str:
    return text.replace(str(ROOT), "/srv/gatehouse")


if __name__ == "__main__":
    SAMPLE.parent.mkdir(exist_ok=True)
    SAMPLE.write_text(json.dumps(real_preview(), indent=1) + "\n", encoding="utf-8")
