from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.assertions import check, check_type, fill, read_expected
from catalog.report import Report
from catalog.suite import Assertion, AssertionType


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("billing", Assertion(type="equals", value="billing")),
        ("equals: billing", Assertion(type="equals", value="billing")),
        ("icontains: bill", Assertion(type="icontains", value="bill")),
        ("not-contains:x", Assertion(type="not-contains", value="x")),
        ("levenshtein(3): billing", Assertion(type="levenshtein", value="billing", threshold=3)),
        ("latency(500)", Assertion(type="latency", threshold=500)),
        ("cost(0.01)", Assertion(type="cost", threshold=0.01)),
        ("is-json", Assertion(type="is-json")),
        ("regex: ^a:b$", Assertion(type="regex", value="^a:b$")),
        ("cost", Assertion(type="equals", value="cost")),
        ("Note: see below", Assertion(type="equals", value="Note: see below")),
        ("team: billing", Assertion(type="equals", value="team: billing")),
        ("", Assertion(type="equals", value="")),
    ],
)
def test_a_cell_is_read_as_promptfoo_reads_it(cell: str, expected: Assertion) -> None:
    assert read_expected(cell) == expected


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("icontain: bill", "looks like the assertion 'icontains:'"),
        ("equal: x", "write 'equals: equal: x'"),
        ("llm-rubric: is it kind?", "promptfoo's, but is not run here"),
        ("python: 1", "not run here"),
        ("not-similar(0.8): x", "not run here"),
    ],
)
def test_a_cell_that_would_silently_mean_something_else_is_refused(cell: str, words: str) -> None:
    found = read_expected(cell)
    assert isinstance(found, str)
    assert words in found


@given(st.text(max_size=60))
def test_any_cell_is_read_or_refused(cell: str) -> None:
    assert isinstance(read_expected(cell), Assertion | str)


@pytest.mark.parametrize(
    ("type_", "near"),
    [("equal", "equals"), ("icontain", "icontains"), ("start-with", "starts-with"), ("Equals", "equals")],
)
def test_a_misspelt_type_names_the_nearest_one(type_: str, near: str) -> None:
    report = Report("a")
    assert not check_type(type_, None, report)
    assert report.problems[0].did_you_mean == near
    assert set(AssertionType) <= set(report.problems[0].allowed)


def test_a_type_of_promptfoo_that_is_not_run_is_said_to_be_that() -> None:
    report = Report("a")
    assert not check_type("llm-rubric", None, report)
    assert "promptfoo's" in report.problems[0].message


@pytest.mark.parametrize("kind", AssertionType)
@pytest.mark.parametrize("prefix", ["", "not-"])
def test_every_type_and_its_opposite_can_be_written(kind: AssertionType, prefix: str) -> None:
    report = Report("a")
    assert check_type(prefix + kind, None, report)
    check(
        Assertion(type=prefix + kind, value=None if kind is AssertionType.is_json else "1", threshold=1), None, report
    )
    assert report.problems == []


@pytest.mark.parametrize(
    ("assertion", "words"),
    [
        ({"type": "equals"}, "has no value"),
        ({"type": "contains", "value": ""}, "has no value"),
        ({"type": "contains", "value": True}, "needs text"),
        ({"type": "not-icontains", "value": ["a"]}, "needs text"),
        ({"type": "regex"}, "has no value"),
        ({"type": "regex", "value": "("}, "pattern that cannot be used"),
        ({"type": "regex", "value": "a" * 5_000}, "pattern that cannot be used"),
        ({"type": "latency"}, "no threshold, in milliseconds"),
        ({"type": "cost"}, "no threshold, in US dollars"),
        ({"type": "latency", "threshold": -1}, "0 or more"),
        ({"type": "levenshtein", "value": "a", "threshold": -1}, "0 or more"),
        ({"type": "is-json", "value": "x"}, "takes a JSON Schema"),
        ({"type": "is-json", "value": {"type": "objekt"}}, "no good JSON Schema"),
        ({"type": "is-json", "value": {"propertys": {}}}, "is 'properties' meant"),
        ({"type": "is-json", "value": {"$ref": "https://evil.example/x"}}, "points outside"),
        ({"type": "is-json", "value": {"properties": {"a": {"$ref": "file:///etc/passwd"}}}}, "points outside"),
    ],
)
def test_what_cannot_be_run_is_refused(assertion: dict[str, Any], words: str) -> None:
    report = Report("a")
    check(Assertion(**assertion), None, report)
    assert words in str(report.problems[0])


@pytest.mark.parametrize(
    "good",
    [
        {"type": "equals", "value": {"a": 1}},
        {"type": "equals", "value": ""},
        {"type": "equals", "value": 0},
        {"type": "equals", "value": False},
        {"type": "is-json"},
        {"type": "is-json", "value": {"type": "object", "properties": {"a": {"$ref": "#/definitions/x"}}}},
        {"type": "regex", "value": "^(billing|technical)$"},
        {"type": "levenshtein", "value": "a"},
    ],
)
def test_what_can_be_run_is_left_alone(good: dict[str, Any]) -> None:
    report = Report("a")
    check(Assertion(**good), None, report)
    assert report.problems == []


def test_variables_are_filled_into_values() -> None:
    report = Report("a")
    assert fill("is {{ team }}.", {"team": "billing"}, None, report) == "is billing."
    assert fill({"a": "{{team}}"}, {}, None, report) == {"a": "{{team}}"}
    assert report.problems == []


@pytest.mark.parametrize(
    ("value", "words"), [("{{taem}}", "no variable 'taem'. Did you mean 'team'?"), ("{{a | upper}}", "not supported")]
)
def test_a_variable_that_is_not_there_is_named(value: str, words: str) -> None:
    report = Report("a")
    fill(value, {"team": "x"}, None, report)
    assert words in str(report.problems[0])
