"""Run a named prompt: choose a variant, check the inputs, render, ask, and say which version answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from catalog.asking import Ask, read_answer, request_for
from gateway.answers import read_whole
from gateway.exchange import Exchange
from gateway.forwarding import OPERATIONS, request_object, stream
from gateway.predictions.record import Version
from gateway.refusal import Refusal, bad_request
from gateway.served import ServedPrompt, ServedVariant, refuse_unknown_variant
from gateway.splitting import variant_by_chance, variant_for_user
from gateway.upstream import garbage

if TYPE_CHECKING:
    from gateway.call import Call

_FIELDS = ("inputs", "stream", "user", "variant")


async def run_prompt(call: Call, body: bytes, name: str) -> None:
    """`POST /v1/prompts/NAME` with `inputs` and, if wanted, `user`, `variant` and `stream`."""
    prompt = call.served.prompt(name)
    asked = _checked({name: value for name, value in request_object(body).items() if value is not None})
    user = call.user_key(asked.get("user"))
    variant, assigned_by = choose(prompt, user, asked.get("variant"))
    chosen = prompt.variants[variant]
    inputs = chosen.inputs.check(asked.get("inputs", {}))
    ask = _ask(chosen, inputs)
    version = Version(name, variant, chosen.variant.digest, assigned_by)
    content = _canonical(inputs)
    with Exchange(call, OPERATIONS[ask.path], chosen.endpoint, content, user, version) as exchange:
        if asked.get("stream"):
            streamed = {**ask.body, "stream": True, "stream_options": {"include_usage": True}}
            await stream(call, exchange, chosen.endpoint, ask.path, orjson.dumps(streamed))
        else:
            await _answer(call, exchange, chosen, ask)


def choose(prompt: ServedPrompt, user: str | None, wanted: str | None) -> tuple[str, str]:
    """A variant, and what chose it: `request` (named in it), `user` (sticky by key) or `chance`.

    Raises Refusal 404 if the variant that the request names is not there.
    """
    if wanted is not None:
        if wanted not in prompt.variants:
            raise refuse_unknown_variant(prompt, wanted)
        return wanted, "request"
    if user is not None:
        return variant_for_user(prompt.name, user, prompt.shares), "user"
    return variant_by_chance(prompt.shares), "chance"


def _checked(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := sorted(set(asked) - set(_FIELDS)):
        raise bad_request(f"'{unknown[0][:100]}' is not known. Allowed: {', '.join(_FIELDS)}.", param=unknown[0][:100])
    if not isinstance(asked.get("inputs", {}), dict):
        raise Refusal(422, "invalid_inputs", "'inputs' is an object: a value for each input's name.", param="inputs")
    if not isinstance(asked.get("stream", False), bool):
        raise bad_request("'stream' is true or false.", param="stream")
    if not isinstance(asked.get("variant", ""), str):
        raise bad_request("'variant' is the name of one.", param="variant")
    return asked


def _ask(chosen: ServedVariant, inputs: Mapping[str, Any]) -> Ask:
    endpoint = chosen.endpoint
    try:
        return request_for(chosen.variant, inputs, model=endpoint.name, interface=endpoint.interface)
    except ValueError as error:
        raise Refusal(422, "invalid_inputs", f"The prompt cannot be filled in: {error}", param="inputs") from None


def _canonical(inputs: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        raise Refusal(422, "invalid_inputs", "'inputs' is nested too deep.", param="inputs") from None


async def _answer(call: Call, exchange: Exchange, chosen: ServedVariant, ask: Ask) -> None:
    limit = call.served.limits.request_timeout_seconds
    reply = await call.gateway.upstream.ask(chosen.endpoint, ask.path, orjson.dumps(ask.body), limit)
    exchange.take(read_whole(reply.answer, reply.content))
    try:
        answer = read_answer(chosen.endpoint.interface, reply.answer)
    except (ValueError, KeyError, TypeError, IndexError):
        raise garbage(chosen.endpoint) from None
    prediction = exchange.prediction
    told = {
        "prediction_id": prediction.id,
        "prompt": prediction.prompt,
        "variant": prediction.variant,
        "assigned_by": prediction.assigned_by,
        "model": prediction.model,
        "output": answer.text,
        "finish_reason": answer.finish_reason,
        "usage": {"input_tokens": prediction.input_tokens, "output_tokens": prediction.output_tokens},
        "latency_ms": round(exchange.elapsed_ms(), 3),
        "time_to_first_token_ms": prediction.time_to_first_token_ms,
    }
    await call.reply(orjson.dumps(told), exchange.headers)
