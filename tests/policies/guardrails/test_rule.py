from __future__ import annotations

import pytest

from policies.guardrails.rule import UNKNOWN_VALUES, NotKnownYet, Resource
from policies.resource_types import PROCESS
from tests.kit.resources import UNKNOWN, a_resource


def resource(inputs: dict[str, object], stack: str = "local") -> Resource:
    return a_resource(PROCESS, "m", inputs, stack=stack)


def test_a_value_is_found_by_its_path_and_none_where_there_is_none() -> None:
    found = resource({"config": {"log": {"content": False}}})

    assert found.at("config", "log", "content") is False
    assert found.at("config", "log", "path") is None
    assert found.at("config", "log", "content", "deeper") is None


@pytest.mark.parametrize("unknown", sorted(UNKNOWN_VALUES))
def test_an_unknown_value_is_named_instead_of_read(unknown: str) -> None:
    with pytest.raises(NotKnownYet) as caught:
        resource({"config": {"log": unknown}}).at("config", "log", "content")

    assert caught.value.path == "config.log"


def test_an_unknown_word_makes_its_list_unknown() -> None:
    with pytest.raises(NotKnownYet):
        resource({"command": ["serve", UNKNOWN]}).words("command")


def test_known_entries_come_before_the_unknown_one_is_named() -> None:
    entries = resource({"environment": {"A": UNKNOWN, "B": "b"}}).each("environment")

    assert next(entries) == ("B", "b")
    with pytest.raises(NotKnownYet) as caught:
        next(entries)
    assert caught.value.path == "environment.A"


def test_only_finite_numbers_are_numbers() -> None:
    inputs = resource({"a": 1, "b": 0.5, "c": True, "d": "1", "e": float("inf"), "f": float("nan")})

    assert [inputs.number(key) for key in "abcdefg"] == [1.0, 0.5, None, None, None, None, None]


def test_words_come_with_the_word_behind_them() -> None:
    assert resource({"command": ["serve", "--host", 1, "::1"]}).words("command") == [
        ("serve", "--host"),
        ("--host", "::1"),
        ("::1", ""),
    ]
    assert resource({"command": []}).words("command") == []
    assert resource({"command": "serve"}).words("command") == []


@pytest.mark.parametrize(
    ("stack", "expected"), [("prod", True), ("production-eu", True), ("local", False), ("preprod", False)]
)
def test_production_is_read_from_the_name_of_the_stack(stack: str, *, expected: bool) -> None:
    assert resource({}, stack).in_production is expected
