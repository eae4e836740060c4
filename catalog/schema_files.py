"""The JSON Schemas of the files, for editors: generated from the types, never written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from catalog.model import ModelSpec
from catalog.prompt import PromptSpec, RolloutSpec
from catalog.stack import StackSpec
from catalog.suite import SuiteSpec

FOLDER = Path("catalog/schemas")
STACK_NAMESPACE = "gatehouse:"
# Pulumi's own fields of a stack file.
STACK_KEYS = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
# The engine writes these when it makes a stack; they hide secrets and decide nothing else.
ENGINE_KEYS = frozenset({"encryptedkey", "encryptionsalt"})
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: Mapping[str, tuple[type[BaseModel], str]] = {
    "model": (ModelSpec, "models/NAME/model.yaml"),
    "prompt": (PromptSpec, "The front matter of prompts/NAME/VARIANT.prompt"),
    "rollout": (RolloutSpec, "prompts/NAME/rollout.yaml"),
    "suite": (SuiteSpec, "evals.yaml beside a prompt or a model"),
    "stack": (StackSpec, "stacks/Pulumi.NAME.yaml"),
}


def schema_texts() -> dict[Path, str]:
    """What each file of `catalog/schemas` has to hold, by path relative to the repository."""
    return {FOLDER / f"{name}.json": _text(name) for name in _FILES}


def outdated(root: Path) -> list[Path]:
    """The schema files of a checkout that are missing or do not hold what the types say."""
    return [path for path, text in schema_texts().items() if _read(root / path) != text]


def _text(name: str) -> str:
    type_, title = _FILES[name]
    schema = type_.model_json_schema(by_alias=True)
    schema = _stack_file(schema) if type_ is StackSpec else schema
    return json.dumps({"$schema": _DIALECT, **schema, "title": title}, indent=2, ensure_ascii=False) + "\n"


def _stack_file(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the keys, as that of the whole file in which they stand below `config`."""
    definitions = schema.pop("$defs", {})
    config = {
        "type": "object",
        "description": schema.get("description", ""),
        "properties": {f"{STACK_NAMESPACE}{key}": part for key, part in schema["properties"].items()},
        "required": [f"{STACK_NAMESPACE}{key}" for key in schema["required"]],
        # Keys of other programs, such as aws:region, are theirs to check.
        "patternProperties": {f"^(?!{STACK_NAMESPACE})[^:]+:.+$": {}},
        "additionalProperties": False,
    }
    others: dict[str, Any] = {key: {} for key in STACK_KEYS if key != "config"}
    return {
        "type": "object",
        "properties": {"config": config, **others},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
