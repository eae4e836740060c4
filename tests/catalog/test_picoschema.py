from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import pytest
from dotpromptz.picoschema import picoschema_to_json_schema
from hypothesis import given
from hypothesis import strategies as st

from catalog.picoschema import to_json_schema
from catalog.report import Report
from catalog.yaml_source import parse_yaml


def read(schema: Any) -> tuple[dict[str, Any], list[str]]:
    report = Report("a.prompt")
    located = parse_yaml(json.dumps(schema, indent=1), report)
    assert located is not None
    return to_json_schema(located, report), [str(problem) for problem in report.problems]


def google(schema: Any) -> Any:
    return asyncio.run(picoschema_to_json_schema(copy.deepcopy(schema)))


@pytest.mark.parametrize(
    "schema",
    [
        {"ticket": "string, the text"},
        {"ticket": "string", "urgent?": "boolean, may be left out"},
        {"tags(array)": "string"},
        {"tags(array, what it is about)": "string, a tag"},
        {"tags?(array)": "string"},
        {"queue(enum)": ["billing", "technical"]},
        {"queue?(enum, the team)": ["billing", "technical"]},
        {"user(object)": {"name": "string", "age?": "integer"}},
        {"user?(object, who wrote)": {"name": "string"}},
        {"items(array)": {"name": "string"}},
        {"anything": "any", "described": "any, really"},
        {"nothing": "null", "a": "number"},
        {"known": "string", "(*)": "any, whatever else"},
        {"nested": {"deeper": {"deepest": "integer"}}},
        {"type": "object", "properties": {"a": {"type": "string"}}},
        {"properties": {"a": {"type": "string"}}},
        "string, the whole input",
    ],
)
def test_it_reads_as_googles_own_parser_does(schema: Any) -> None:
    found, problems = read(schema)
    assert problems == []
    assert found == google(schema)


_NAMES = st.sampled_from(["a", "b?", "c", "long_name", "d?"])
_TYPES = st.sampled_from(["string", "integer, a number", "boolean", "number", "null", "any, all, of it"])
_SCHEMAS = st.recursive(
    _TYPES,
    lambda inner: (
        st.dictionaries(_NAMES, inner, min_size=1, max_size=3)
        | st.dictionaries(_NAMES.map(lambda name: f"{name}(array, listed)"), inner, min_size=1, max_size=2)
        | st.dictionaries(
            _NAMES.map(lambda name: f"{name}(enum)"), st.builds(lambda: ["x", "y"]), min_size=1, max_size=2
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(_NAMES, _SCHEMAS, min_size=1, max_size=3))
def test_any_schema_reads_as_googles_own_parser_does(schema: Any) -> None:
    assert read(schema) == (google(schema), [])


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"a": "strng"}, "a.prompt:2:7: 'strng' is no type. Did you mean 'string'?"),
        ({"a(lst)": "string"}, "a.prompt:2:2: 'a(lst)' is no kind of field."),
        ({"a(array": "string"}, "a.prompt:2:2: 'a(array' is no kind of field."),
        ({"a(enum)": "x"}, "a.prompt:2:13: An enum lists its values"),
        ({"a": 5}, "a.prompt:2:7: A schema holds types and fields"),
        (["a"], "a.prompt:1:1: A schema holds types and fields"),
    ],
)
def test_a_mistake_is_named_with_its_line(schema: Any, expected: str) -> None:
    _, (problem,) = read(schema)
    assert problem.startswith(expected)
