"""What verdict.json holds: its JSON Schema, and the page that explains each field. Both follow from the type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.verdict import Verdict

_REFERENCE = "#/$defs/"


def verdict_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of verdict.json."""
    schema = Verdict.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "verdict.schema.json", **schema}


def verdict_reference() -> str:
    """The page docs/reference/verdict.md: every type of the file and every field of it."""
    schema = verdict_schema()
    types = {"Verdict": schema, **schema["$defs"]}
    blocks = [_HEAD, *(_type_block(name, types[name]) for name in _reading_order(types))]
    return "\n\n".join(blocks) + "\n"


_HEAD = """# verdict.json

`gatehouse check` writes it beside the comment and the report, which say the same for people. Its JSON Schema is
[verdict.schema.json](verdict.schema.json). Shares are from 0 to 1, money is a decimal string in US dollars, and text
may come from a pull request or from a model: escape it wherever it is shown. This page is written from the types in
`policies/verdict.py`."""


def _reading_order(types: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Each type after the one that first uses it, from the verdict on."""
    waiting, seen = ["Verdict"], {"Verdict"}
    while waiting:
        name = waiting.pop(0)
        yield name
        used = [each for field in types[name].get("properties", {}).values() for each in _used(field)]
        fresh = [each for each in dict.fromkeys(used) if each not in seen]
        seen.update(fresh)
        waiting += fresh


def _used(field: Any) -> Iterator[str]:
    if isinstance(field, dict):
        if "$ref" in field:
            yield field["$ref"].removeprefix(_REFERENCE)
        for value in field.values():
            yield from _used(value)
    elif isinstance(field, list):
        for value in field:
            yield from _used(value)


def _type_block(name: str, schema: Mapping[str, Any]) -> str:
    title = f"## {name}\n\n{schema.get('description', '').strip()}"
    if "enum" in schema:
        return f"{title}\n\nOne of: {', '.join(f'`{value}`' for value in schema['enum'])}."
    rows = (
        f"| `{field}` | {_kind(about)} | {about.get('description', '').replace('|', '/')} |"
        for field, about in schema["properties"].items()
    )
    return "\n".join([f"{title}\n", "| field | type | means |", "|:--|:--|:--|", *rows])


def _kind(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].removeprefix(_REFERENCE)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_kind(each) for each in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    if field.get("type") == "object":
        return f"map of {_kind(field['additionalProperties'])}"
    return str(field["type"])
