from __future__ import annotations

from typing import Any

import pytest

from catalog.asking import Answer, Ask, price_usd, read_answer, request_for
from catalog.dotprompt import parse_variant
from catalog.model import Interface, TokenPrice

SOURCE = """\
---
model: small
config: {temperature: 0.5, topP: 0.9, topK: 5, maxOutputTokens: 7, stopSequences: ["\\n", "END"], seed: 3}
input: {schema: {ticket: string}}
OUTPUT
---
{{role "system"}}
Be brief.
{{role "user"}}
{{ticket}}
"""
PLAIN = "---\nmodel: small\n---\n{{ticket}}"


def ask(source: str, interface: Interface) -> Ask:
    variant = parse_variant(source, prompt="routing", name="v1", path="p")
    return request_for(variant, {"ticket": "A <b>"}, model="m", interface=interface)


def test_a_chat_has_roles_and_every_wish() -> None:
    assert ask(SOURCE.replace("OUTPUT\n", ""), Interface.chat) == Ask(
        "/v1/chat/completions",
        {
            "model": "m",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "A <b>"}],
            "max_tokens": 7,
            "temperature": 0.5,
            "seed": 3,
            "top_p": 0.9,
            "top_k": 5,
            "stop": ["\n", "END"],
        },
    )


def test_a_base_model_gets_one_text_and_only_what_was_wished() -> None:
    assert ask(PLAIN, Interface.completions) == Ask(
        "/v1/completions", {"model": "m", "prompt": "A <b>", "max_tokens": 256, "temperature": 0.0, "seed": 0}
    )
    assert ask(SOURCE.replace("OUTPUT\n", ""), Interface.completions).body["prompt"] == "Be brief.\n\nA <b>"


def test_an_output_schema_constrains_the_answer_in_each_servers_words() -> None:
    source = SOURCE.replace("OUTPUT", "output: {format: json, schema: {queue(enum): [a, b]}}")
    schema = ask(source, Interface.completions).body["json_schema"]
    assert schema["properties"] == {"queue": {"enum": ["a", "b"]}}
    chat = ask(source, Interface.chat).body["response_format"]
    assert chat == {"type": "json_schema", "json_schema": {"name": "routing", "schema": schema, "strict": True}}


def test_json_without_a_schema_is_any_object() -> None:
    source = SOURCE.replace("OUTPUT", "output: {format: json}")
    assert ask(source, Interface.chat).body["response_format"] == {"type": "json_object"}
    assert ask(source, Interface.completions).body["json_schema"] == {"type": "object"}


def test_a_tabular_model_takes_no_prompt() -> None:
    with pytest.raises(ValueError, match="takes features"):
        ask(PLAIN, Interface.predict)


USAGE = {"prompt_tokens": 3, "completion_tokens": 2}


@pytest.mark.parametrize(
    ("interface", "body", "answer"),
    [
        (
            Interface.completions,
            {"choices": [{"text": " a", "finish_reason": "stop"}], "usage": USAGE},
            Answer("a", 3, 2, "stop"),
        ),
        (
            Interface.chat,
            {"choices": [{"message": {"content": "a"}, "finish_reason": "length"}], "usage": USAGE},
            Answer("a", 3, 2, "length"),
        ),
        (Interface.chat, {"choices": [{"message": {"content": None}}]}, Answer("", 0, 0, None)),
        (Interface.predict, {"predictions": [{"label": "benign"}]}, Answer("benign", 0, 0, None)),
    ],
)
def test_an_answer_is_read(interface: Interface, body: dict[str, Any], answer: Answer) -> None:
    assert read_answer(interface, body) == answer


@pytest.mark.parametrize("interface", Interface)
@pytest.mark.parametrize(
    "body", [{}, {"choices": []}, {"choices": [5]}, {"choices": None}, {"error": "x"}, {"predictions": [{}]}, []]
)
def test_an_answer_of_another_shape_is_refused(interface: Interface, body: Any) -> None:
    with pytest.raises(ValueError, match="shape"):
        read_answer(interface, body)


def test_tokens_cost_what_the_price_says() -> None:
    price = TokenPrice(usd_per_million_input_tokens=2, usd_per_million_output_tokens=8)
    assert price_usd(price, 500_000, 250_000) == 3.0
    assert price_usd(None, 500_000, 250_000) == 0.0
