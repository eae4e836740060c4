"""Text, numbers and JSON as JavaScript has them."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.evals.javascript import NotJsonError, deep_equal, parse_json, to_text

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (None, "null"),
        (3, "3"),
        (3.0, "3"),
        (0.1, "0.1"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1.2345678901234567e20, "123456789012345670000"),
        (1e-6, "0.000001"),
        (1.5e-7, "1.5e-7"),
        (-0.0, "0"),
        (2**64, "18446744073709552000"),
        (math.inf, "Infinity"),
        ("x", "x"),
    ],
)
def test_values_are_written_as_javascript_writes_them(value: object, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("text", ["NaN", "Infinity", "{'a': 1}", "", "[1,]", "[" * 100_000, "1" * 200_001, "01", "{}x"])
def test_what_json_parse_refuses_is_no_json(text: str) -> None:
    with pytest.raises(NotJsonError):
        parse_json(text)


def test_numbers_too_long_to_count_are_infinite() -> None:
    assert parse_json("9" * 5_000) == math.inf
    assert parse_json("-" + "9" * 5_000) == -math.inf


@given(VALUES)
def test_a_value_equals_itself_after_a_trip_through_json(value: object) -> None:
    assert deep_equal(value, parse_json(json.dumps(value)))


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        (1, True, False),
        (1, 1.0, True),
        (0, -0.0, False),
        ("1", 1, False),
        (None, False, False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ([], {}, False),
    ],
)
def test_equality_is_deep_and_strict(left: object, right: object, same: bool) -> None:
    assert deep_equal(left, right) is same
