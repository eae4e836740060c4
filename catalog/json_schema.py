"""JSON Schemas in files: whether one is valid, names only words that exist, and stays inside of itself.

Strict, as ajv is for promptfoo: a misspelt word would let everything through.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from catalog.report import nearest, shown

MAX_SCHEMA_CHARACTERS = 100_000
# Words of draft 7, with `$defs`, by what their values are.
ONE_SCHEMA = frozenset(
    {"additionalItems", "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"}
)
LISTED_SCHEMAS = frozenset({"allOf", "anyOf", "items", "oneOf"})
NAMED_SCHEMAS = frozenset({"$defs", "definitions", "dependencies", "patternProperties", "properties"})
_PLAIN = frozenset(
    {
        *("$comment", "$id", "$ref", "$schema", "const", "contentEncoding", "contentMediaType", "default"),
        *("description", "enum", "examples", "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems"),
        *("maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum"),
        *("multipleOf", "pattern", "readOnly", "required", "title", "type", "uniqueItems", "writeOnly"),
    }
)
WORDS = ONE_SCHEMA | LISTED_SCHEMAS | NAMED_SCHEMAS | _PLAIN
# What later drafts added, for the schemas of inputs and outputs.
_NEWER = frozenset({"prefixItems", "minContains", "maxContains", "dependentRequired", "deprecated"})
Draft = Literal["draft-07", "2020-12"]


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema inside of it, without recursion into untrusted depth."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            for word, value in part.items():
                waiting.extend(_inside(word, value))


def _inside(word: str, value: Any) -> list[Any]:
    if word in NAMED_SCHEMAS and isinstance(value, dict):
        return list(value.values())
    if (word in LISTED_SCHEMAS or word == "prefixItems") and isinstance(value, list):
        return value
    return [value] if word in ONE_SCHEMA else []


@lru_cache(maxsize=1_024)
def schema_complaint(schema_json: str, draft: Draft) -> str | None:
    """What is wrong with a schema, given as JSON; none if it is good."""
    import json

    if len(schema_json) > MAX_SCHEMA_CHARACTERS:
        return f"it has more than {MAX_SCHEMA_CHARACTERS:,} characters"
    schema = json.loads(schema_json)
    known = WORDS if draft == "draft-07" else WORDS | _NEWER
    for part in parts(schema):
        if complaint := _word_complaint(part, known):
            return complaint
    return _invalid(schema, draft)


def _word_complaint(part: dict[str, Any], known: frozenset[str]) -> str | None:
    for word in sorted(part.keys() - known):
        near = nearest(word, known)
        return f"'{shown(word)}' is no word of JSON Schema" + (f"; is '{near}' meant" if near else "")
    reference = part.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        return f"'{shown(reference)}' points outside of the schema; use '#/$defs/NAME'"
    return None


def _invalid(schema: Any, draft: Draft) -> str | None:
    from jsonschema import Draft7Validator, Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        (Draft7Validator if draft == "draft-07" else Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        return f"at '{error.json_path}', {shown(error.message, 100)}"
    except RecursionError:
        return "it is nested too deep"
    return None
