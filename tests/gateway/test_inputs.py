"""Inputs against schemas of any kind."""

from __future__ import annotations

import pytest

from catalog.dotprompt import parse_variant
from gateway.inputs import InputSchema, read_schema
from gateway.refusal import Refusal

HEAD = "---\nmodel: stub\ninput:\n  schema:\n{schema}\n---\nText {{{{ticket}}}}\n"


def schema(lines: str) -> InputSchema:
    text = HEAD.format(schema="\n".join(f"    {line}" for line in lines.splitlines()))
    return read_schema(parse_variant(text, prompt="routing", name="v1", path="v1.prompt"))


def refused(inputs: InputSchema, given: dict[str, object]) -> str:
    with pytest.raises(Refusal) as caught:
        inputs.check(given)
    assert (caught.value.status, caught.value.code) == (422, "invalid_inputs")
    return caught.value.message


def test_an_enum_says_what_is_allowed() -> None:
    inputs = schema("ticket: string\nqueue(enum): [billing, technical]")
    assert refused(inputs, {"ticket": "x", "queue": "sales"}) == (
        "inputs.queue: 'sales' is not one of ['billing', 'technical']."
    )


def test_a_place_inside_a_list_is_named() -> None:
    inputs = schema("ticket: string\ntags(array): string")
    assert refused(inputs, {"ticket": "x", "tags": ["a", 2]}) == "inputs.tags[1]: 2 is not of type 'string'."


def test_only_the_first_few_problems_are_told() -> None:
    inputs = schema("ticket: string\ntags(array): string")
    assert refused(inputs, {"ticket": "x", "tags": list(range(1_000))}).count("is not of type") == 5


def test_a_long_value_is_not_thrown_back_whole() -> None:
    assert len(refused(schema("ticket: integer"), {"ticket": "x" * 10_000})) < 400


def test_a_default_stands_in_for_what_is_not_given() -> None:
    text = "---\nmodel: stub\ninput:\n  schema:\n    ticket: string\n  default:\n    ticket: hello\n---\n{{ticket}}\n"
    inputs = read_schema(parse_variant(text, prompt="routing", name="v1", path="v1.prompt"))
    assert inputs.check({}) == {"ticket": "hello"}
    assert inputs.check({"ticket": "bye"}) == {"ticket": "bye"}


@pytest.mark.parametrize("reference", ["#/$defs/none", "#"])
def test_a_reference_that_leads_nowhere_is_said_and_is_no_crash(reference: str) -> None:
    inputs = schema(
        f'type: object\nproperties:\n  ticket: string\nallOf: [{{"$ref": "{reference}"}}]'.replace(": string", ": {}")
    )
    assert refused(inputs, {"ticket": "x"}).startswith("The prompt's input schema refers to what is not in it")
