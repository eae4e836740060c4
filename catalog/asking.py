"""How a prompt is put to a model, and its answer read: one place for evaluations and the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.dotprompt import Message, render
from catalog.entries import Variant
from catalog.model import Interface, TokenPrice

PATHS = {
    Interface.completions: "/v1/completions",
    Interface.chat: "/v1/chat/completions",
    Interface.predict: "/v1/predict",
}
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to an OpenAI-compatible server."""

    path: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Tokens are 0 where the server does not count them."""

    text: str
    input_tokens: int
    output_tokens: int
    finish_reason: str | None


def request_for(variant: Variant, inputs: Mapping[str, Any], *, model: str, interface: Interface) -> Ask:
    """The request for a prompt with these inputs. Raises ValueError where the prompt cannot be rendered."""
    messages = render(variant, inputs)
    config = variant.spec.config
    body: dict[str, Any] = {
        "model": model,
        **_content(messages, interface),
        "max_tokens": config.maxOutputTokens,
        "temperature": config.temperature,
        "seed": config.seed,
    }
    wishes = {"top_p": config.topP, "top_k": config.topK, "stop": list(config.stopSequences) or None}
    body |= {name: value for name, value in wishes.items() if value is not None}
    if variant.spec.output.format == "json":
        body |= _json_output(variant, interface)
    return Ask(PATHS[interface], body)


def one_text(messages: tuple[Message, ...]) -> str:
    """The messages as a base model reads them."""
    return "\n\n".join(message.text for message in messages)


def _content(messages: tuple[Message, ...], interface: Interface) -> dict[str, Any]:
    if interface is Interface.completions:
        return {"prompt": one_text(messages)}
    if interface is Interface.chat:
        return {"messages": [{"role": message.role, "content": message.text} for message in messages]}
    raise ValueError("A model with the interface 'predict' takes features, not a prompt.")


def _json_output(variant: Variant, interface: Interface) -> dict[str, Any]:
    schema = variant.output_schema
    if interface is Interface.completions:
        return {"json_schema": schema or {"type": "object"}}  # llama.cpp's own field; OpenAI's completions have none
    if schema is None:
        return {"response_format": {"type": "json_object"}}
    named = {"name": variant.prompt, "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def read_answer(interface: Interface, body: Mapping[str, Any]) -> Answer:
    """The answer in a response. Raises ValueError if it is not shaped as the interface promises."""
    try:
        return _read_prediction(body) if interface is Interface.predict else _read_choice(interface, body)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"The model's server answered in a shape that '{interface}' does not have.") from error


def _read_prediction(body: Mapping[str, Any]) -> Answer:
    return Answer(str(body["predictions"][0]["label"]), 0, 0, None)


def _read_choice(interface: Interface, body: Mapping[str, Any]) -> Answer:
    choice = body["choices"][0]
    # A base model continues the text, so the space after the prompt's last word is the first token of its answer.
    text = choice["text"].strip() if interface is Interface.completions else choice["message"]["content"]
    usage = body.get("usage") or {}
    return Answer(
        text="" if text is None else str(text),
        input_tokens=int(usage.get("prompt_tokens") or 0),
        output_tokens=int(usage.get("completion_tokens") or 0),
        finish_reason=choice.get("finish_reason"),
    )


def price_usd(price: TokenPrice | None, input_tokens: int, output_tokens: int) -> float:
    """What the tokens cost; 0 for a model that runs on the stack's own machines."""
    if price is None:
        return 0.0
    return (
        input_tokens * price.usd_per_million_input_tokens + output_tokens * price.usd_per_million_output_tokens
    ) / _MILLION
