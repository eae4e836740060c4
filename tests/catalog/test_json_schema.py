from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.json_schema import Draft, parts, schema_complaint


@pytest.mark.parametrize("draft", ["draft-07", "2020-12"])
@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False},
        {"properties": {"anything": {}, "goes": {}, "as": {}, "a name": {}}},
        {"$ref": "#/$defs/x", "$defs": {"x": {"enum": [1, "a"]}}},
        {"anyOf": [{"const": 1}, {"not": {"type": "null"}}], "default": {"unknown": 1}},
    ],
)
def test_a_good_schema_has_no_complaint(schema: dict[str, Any], draft: Draft) -> None:
    assert schema_complaint(json.dumps(schema), draft) is None


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "objekt"}, "at '$.type'"),
        ({"requird": ["a"]}, "'requird' is no word of JSON Schema; is 'required' meant"),
        ({"properties": {"a": {"items": {"typ": "string"}}}}, "'typ' is no word"),
        ({"anyOf": [{"maxLenght": 1}]}, "is 'maxLength' meant"),
        ({"$ref": "https://evil.example/x"}, "points outside of the schema"),
        ({"items": {"$ref": "file:///etc/passwd"}}, "points outside of the schema"),
        ({"description": "x" * 200_000}, "more than 100,000 characters"),
    ],
)
def test_a_bad_schema_is_explained(schema: dict[str, Any], words: str) -> None:
    assert words in str(schema_complaint(json.dumps(schema), "draft-07"))


def test_words_of_a_later_draft_are_known_to_it_only() -> None:
    schema = json.dumps({"prefixItems": [{"type": "string"}]})
    assert schema_complaint(schema, "2020-12") is None
    assert "'prefixItems' is no word" in str(schema_complaint(schema, "draft-07"))


def test_values_are_no_schemas() -> None:
    assert list(parts({"const": {"const": 1}, "enum": [{"x": 1}]})) == [{"const": {"const": 1}, "enum": [{"x": 1}]}]
