"""Schemas are strict, and hostile ones are stopped."""

from __future__ import annotations

from typing import Any

import pytest

from policies.evals.allowance import Allowance, TimeSpentError
from policies.evals.json_schema import BadSchemaError, violation


def wrong(schema: Any, instance: Any, step_seconds: float = 2.0) -> str | None:
    return violation(schema, instance, Allowance(step_seconds=step_seconds))


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer"}, 3.0, 3.5),
        ({"type": "integer"}, 3, True),
        ({"pattern": "^a$"}, "a", "a\n"),
        ({"patternProperties": {"^n": {"type": "number"}}, "additionalProperties": False}, {"n1": 1}, {"m": 1}),
        ({"patternProperties": {"^n": {"type": "number"}}}, {"n1": 1}, {"n1": "x"}),
        ({"uniqueItems": True}, [1, True, "1"], [1, 1.0]),
        ({"uniqueItems": True}, [{"a": 1}, {"a": 2}], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]),
        ({"format": "date"}, "2024-02-29", "2023-02-29"),
        ({"definitions": {"x": {"const": 1}}, "$ref": "#/definitions/x"}, 1, 2),
        ({"dependencies": {"a": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a"], ["a", "b"]),
    ],
)
def test_draft_seven_is_kept_to(schema: Any, good: Any, bad: Any) -> None:
    assert wrong(schema, good) is None
    assert wrong(schema, bad) is not None


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"requred": []}, "unknown keyword 'requred'"),
        ({"properties": {"a": {"tpye": "string"}}}, "unknown keyword 'tpye'"),
        ({"format": "dat"}, "unknown format"),
        ({"type": "strin"}, "strin"),
        ({"$ref": "https://example.com/x"}, "cannot be resolved"),
        ({"$ref": "#/definitions/none"}, "cannot be resolved"),
        ({"$ref": "#"}, "without end"),
        ({"enum": ["x" * 200_000]}, "longer than"),
    ],
)
def test_a_schema_that_is_none_is_refused(schema: Any, why: str) -> None:
    with pytest.raises(BadSchemaError, match=why):
        wrong(schema, {"a": 1})


def test_a_schema_that_doubles_at_every_step_is_stopped() -> None:
    bomb: dict[str, Any] = {f"d{n}": {"allOf": [{"$ref": f"#/definitions/d{n + 1}"}] * 2} for n in range(40)}
    bomb["d40"] = {"type": "number"}
    with pytest.raises(TimeSpentError):
        wrong({"definitions": bomb, "$ref": "#/definitions/d0"}, 1, step_seconds=0.2)


def test_a_pattern_in_a_schema_that_would_not_end_is_stopped() -> None:
    with pytest.raises(TimeSpentError):
        wrong({"items": {"pattern": "(a|aa)+$"}}, ["a" * 60 + "!"] * 50, step_seconds=0.2)


def test_many_items_are_compared_in_time() -> None:
    assert wrong({"uniqueItems": True}, [{"n": n} for n in range(20_000)]) is None
