"""Picoschema, dotprompt's short way of writing a JSON Schema.

    ticket: string, the text of the ticket
    urgent?: boolean
    tags(array, labels of the ticket): string
    queue(enum): [billing, technical]

A JSON Schema (it has `type` or `properties`) is taken as it is. A test compares each construct with
Google's own parser, which is not used here: it takes a second to import and names no line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.report import Report, shown
from catalog.yaml_source import Located

SCALARS = ("any", "boolean", "integer", "null", "number", "string")
_GROUPS = ("array", "enum", "object")
_CONTAINERS = ("array", "object")
WILDCARD = "(*)"
Schema = dict[str, Any]


def to_json_schema(located: Located, report: Report) -> Schema:
    """The JSON Schema; what cannot be read goes to the report and accepts anything."""
    value = located.value
    if not value:
        return {}
    if is_json_schema(value):
        return dict(value) if isinstance(value.get("type"), str) else {**value, "type": "object"}
    return _part(located, report)


def is_json_schema(value: Any) -> bool:
    """Whether a schema is written as JSON Schema, and not in the short way."""
    if not isinstance(value, Mapping):
        return False
    type_ = value.get("type")
    return (isinstance(type_, str) and type_ in {*SCALARS, *_CONTAINERS}) or isinstance(
        value.get("properties"), Mapping
    )


def _part(located: Located, report: Report) -> Schema:
    if isinstance(located.value, str):
        return _scalar(located, report)
    if located.fields is None:
        report.add(located.mark, "A schema holds types and fields, as in 'ticket: string, the text'.", allowed=SCALARS)
        return {}
    return _object(located, report)


def _scalar(located: Located, report: Report) -> Schema:
    name, description = _described(located.value)
    if name not in SCALARS:
        report.add(located.mark, f"'{shown(name)}' is no type.", allowed=SCALARS, given=name)
        return {}
    schema: Schema = {} if name == "any" else {"type": name}
    return {**schema, "description": description} if description else schema


def _object(located: Located, report: Report) -> Schema:
    properties: Schema = {}
    required: list[str] = []
    extra: Schema | bool = False
    for key, (_, child) in (located.fields or {}).items():
        if key == WILDCARD:
            extra = _part(child, report)
            continue
        head, _, group = key.partition("(")
        optional = head.endswith("?")
        name = head.removesuffix("?")
        if not optional:
            required.append(name)
        properties[name] = _property(located, key, group, child, report, optional=optional)
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": extra}
    return {**schema, "required": required} if required else schema


def _property(parent: Located, key: str, group: str, child: Located, report: Report, *, optional: bool) -> Schema:
    kind, description = _described(group.removesuffix(")"))
    schema: Schema
    if not group:
        schema = _part(child, report)
    elif not group.endswith(")") or kind not in _GROUPS:
        report.add(parent.key_mark(key), f"'{shown(key)}' is no kind of field.", allowed=_GROUPS, given=kind)
        return {}
    elif kind == "array":
        schema = {"type": "array", "items": _part(child, report)}
    elif kind == "enum":
        schema = _enum(child, report)
    else:
        schema = _part(child, report)
    if optional:
        schema = _or_null(schema)
    return {**schema, "description": description} if description else schema


def _enum(child: Located, report: Report) -> Schema:
    if not child.items:
        report.add(child.mark, "An enum lists its values, as in 'queue(enum): [billing, technical]'.")
        return {}
    return {"enum": list(child.value)}


def _or_null(schema: Schema) -> Schema:
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema and None not in schema["enum"]:
        return {**schema, "enum": [*schema["enum"], None]}
    return schema


def _described(text: str) -> tuple[str, str]:
    name, _, description = text.partition(",")
    return name.strip(), description.strip()
