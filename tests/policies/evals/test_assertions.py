"""promptfoo's assertions: what each means, and that what cannot be judged never passes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from catalog.suite import Assertion
from policies.evals.allowance import Allowance
from policies.evals.assertions import MAX_JUDGED_CHARACTERS, Given, judge, judge_case

SCHEMA = {"type": "object", "required": ["team"], "properties": {"team": {"enum": ["billing"]}}}


def checked(kind: str, value: Any = None, text: str = "", **more: Any) -> Any:
    threshold = more.pop("threshold", None)
    fields = {"type": kind, "threshold": threshold} | ({"value": value} if value is not None else {})
    return judge(Assertion(**fields), Given(text, **more), Allowance())


@pytest.mark.parametrize(
    ("kind", "value", "text", "holds"),
    [
        ("equals", "billing", "billing", True),
        ("equals", "billing", " billing", False),
        ("equals", 3, "3", True),
        ("equals", 3.0, "3", True),
        ("equals", True, "true", True),
        ("equals", {"a": [1, 2]}, '{"a": [1, 2.0]}', True),
        ("equals", {"a": 1}, '{"a": true}', False),
        ("equals", {"a": 1}, "not json", False),
        ("contains", "bill", "the bill", True),
        ("contains", "Bill", "the bill", False),
        ("contains", 42, "it is 42.", True),
        ("icontains", "BILL", "the bill", True),
        ("icontains", "İ", "i̇", True),
        ("starts-with", "the", "the bill", True),
        ("starts-with", "bill", "the bill", False),
        ("regex", "^b[a-z]+$", "billing", True),
        ("regex", "ill", "billing", True),
        ("regex", "^billing$", "billing\n", False),
        ("is-json", None, '{"a": 1}', True),
        ("is-json", None, "NaN", False),
        ("is-json", SCHEMA, '{"team": "billing"}', True),
        ("is-json", SCHEMA, '{"team": "x"}', False),
        ("is-json", SCHEMA, "no", False),
        ("levenshtein", "billing", "bill", True),
        ("levenshtein", "billing", "technical issue", False),
    ],
)
def test_each_assertion_and_its_opposite(kind: str, value: Any, text: str, holds: bool) -> None:
    assert checked(kind, value, text).passed is holds
    assert checked(f"not-{kind}", value, text).passed is not holds


def test_latency_and_cost_hold_up_to_their_threshold() -> None:
    assert checked("latency", threshold=100, latency_ms=100.0).passed
    assert not checked("latency", threshold=100, latency_ms=100.1).passed
    assert checked("cost", threshold=0.01, usd=0.01).passed
    assert checked("not-cost", threshold=0.01, usd=0.02).passed


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("regex", "(", "x"),
        ("regex", "(a|aa)+$", "a" * 60 + "!"),
        ("regex", "", "x"),
        ("equals", None, "x"),
        ("contains", "", "x"),
        ("contains", ["x"], "x"),
        ("starts-with", 3, "3"),
        ("levenshtein", 3, "3"),
        ("latency", None, "x"),
        ("cost", None, "x"),
        ("is-json", "[1", "{}"),
        ("is-json", {"requred": ["a"]}, "{}"),
        ("is-json", {"$ref": "https://example.com/schema"}, "{}"),
        ("contians", "x", "x"),
        ("equals", "x", "x" * (MAX_JUDGED_CHARACTERS + 1)),
    ],
)
def test_what_cannot_be_judged_is_broken_and_never_passes(kind: str, value: Any, text: str) -> None:
    for form in (kind, f"not-{kind}"):
        result = checked(form, value, text)
        assert result.broken
        assert not result.passed
        assert result.reason.startswith(form)


def test_a_cost_without_a_price_is_broken() -> None:
    assert "no price" in checked("cost", threshold=1.0).reason


def test_reasons_are_short_whatever_the_answer() -> None:
    assert len(checked("equals", "x" * 10_000, "y" * 100_000).reason) <= 300


def scored(*assertions: dict[str, Any], text: str = "billing", threshold: float | None = None) -> Any:
    return judge_case([Assertion(**a) for a in assertions], threshold, Given(text), Allowance())


RIGHT = {"type": "equals", "value": "billing"}
WRONG = {"type": "equals", "value": "account"}


def test_without_a_threshold_every_assertion_has_to_hold() -> None:
    assert scored(RIGHT, RIGHT).passed
    result = scored(RIGHT, WRONG)
    assert (result.passed, result.score) == (False, 0.5)
    assert result.failed == ("equals: equal 'account'",)


def test_with_a_threshold_the_weighted_mean_has_to_reach_it() -> None:
    assert scored({**RIGHT, "weight": 3}, WRONG, threshold=0.75).passed
    assert not scored({**RIGHT, "weight": 2}, WRONG, threshold=0.75).passed


def test_an_assertion_without_weight_is_only_measured() -> None:
    result = scored(RIGHT, {**WRONG, "weight": 0})
    assert (result.passed, result.score, result.failed) == (True, 1.0, ())


def test_weights_of_nothing_score_nothing() -> None:
    assert scored({**RIGHT, "weight": 0}, threshold=0.1).score == 0.0
    assert not scored({**RIGHT, "weight": 0}, threshold=0.1).passed


def test_a_broken_assertion_fails_the_case_whatever_its_weight_and_threshold() -> None:
    result = scored(RIGHT, {"type": "not-regex", "value": "(", "weight": 0}, threshold=0.0)
    assert not result.passed
    assert len(result.broken) == 1


@given(st.text(), st.text(min_size=1))
def test_text_assertions_agree_with_python_on_any_text(text: str, value: str) -> None:
    assert checked("equals", value, text).passed is (value == text)
    assert checked("contains", value, text).passed is (value in text)
    assert checked("starts-with", value, text).passed is text.startswith(value)
    assert checked("equals", value, value).passed


BASIC = st.text(st.characters(max_codepoint=0xD7FF), max_size=12)


@given(BASIC, BASIC, st.integers(0, 12))
def test_levenshtein_agrees_with_the_plain_distance(text: str, value: str, threshold: int) -> None:
    expected = Levenshtein.distance(text, value) <= threshold
    assert checked("levenshtein", value, text, threshold=threshold).passed is expected


def test_levenshtein_counts_an_astral_character_twice_as_javascript_does() -> None:
    assert not checked("levenshtein", "", "😀", threshold=1).passed
    assert checked("levenshtein", "", "😀", threshold=2).passed


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=4))
def test_json_written_in_any_layout_equals_its_value(value: dict[str, Any]) -> None:
    assert checked("equals", value, json.dumps(value, indent=2)).passed
    assert checked("is-json", {"type": "object"}, json.dumps(value)).passed


@given(st.text(), st.text())
def test_no_text_and_no_pattern_ever_raises(pattern: str, text: str) -> None:
    for kind in ("regex", "is-json", "equals"):
        positive, negative = checked(kind, pattern, text), checked(f"not-{kind}", pattern, text)
        assert positive.broken == negative.broken
        assert positive.broken or positive.passed is not negative.passed
