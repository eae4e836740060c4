"""Pass a request on to the model that its body names, and the answer back as it comes."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Any

from gateway.answers import StreamTally, Told, read_object, read_whole
from gateway.exchange import Exchange
from gateway.predictions.record import hash_of
from gateway.refusal import Refusal, bad_request
from gateway.served import Endpoint
from gateway.upstream import failure, garbage, read_bounded

if TYPE_CHECKING:
    from gateway.call import Call

OPERATIONS = {"/v1/chat/completions": "chat", "/v1/completions": "text_completion"}


async def forward(call: Call, body: bytes, path: str) -> None:
    """`POST /v1/chat/completions` and `/v1/completions`."""
    asked = request_object(body)
    endpoint = call.served.generator(asked.get("model"))
    with Exchange(call, OPERATIONS[path], endpoint, body, call.user_key(asked.get("user"))) as exchange:
        if asked.get("stream") is True:
            await stream(call, exchange, endpoint, path, body)
        else:
            limit = call.served.limits.request_timeout_seconds
            reply = await call.gateway.upstream.ask(endpoint, path, body, limit)
            exchange.take(read_whole(reply.answer, reply.content))
            await call.reply(reply.content, exchange.headers)


async def predict(call: Call, body: bytes, name: str) -> None:
    """`POST /v1/models/NAME/predict`: tabular models."""
    request_object(body)
    endpoint = call.served.predictor(name)
    with Exchange(call, "predict", endpoint, body, call.user_key(None)) as exchange:
        limit = call.served.limits.request_timeout_seconds
        reply = await call.gateway.upstream.ask(endpoint, "/v1/predict", body, limit)
        exchange.take(Told(hash_of(reply.content), reply.content.decode("utf-8", "replace")))
        await call.reply(reply.content, exchange.headers)


async def stream(call: Call, exchange: Exchange, endpoint: Endpoint, path: str, body: bytes) -> None:
    """Pass a stream of events on, byte for byte. The limit is on the first byte and on each pause, on either side.

    Raises Refusal when the model server fails; once the answer has begun it becomes the last event of the stream.
    """
    import aiohttp

    limit = call.served.limits.request_timeout_seconds
    tally = StreamTally()
    try:
        async with asyncio.timeout(limit) as deadline:
            response = await call.gateway.upstream.open(endpoint, path, body)
            try:
                await _begin(call, exchange, endpoint, response)
                async for chunk in response.content.iter_any():
                    await call.pass_on(chunk)
                    tally.feed(chunk, perf_counter())
                    deadline.reschedule(asyncio.get_running_loop().time() + limit)
            finally:
                # Ends the generation too, if the client left.
                response.close() if not response.content.at_eof() else response.release()
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise failure(endpoint, error, limit) from None
    finally:
        _take(exchange, tally, call.started)
    if not tally.finished:
        raise Refusal(502, "upstream_broke", f"The model '{endpoint.name}' broke its answer off.")
    await call.end_stream()


async def _begin(call: Call, exchange: Exchange, endpoint: Endpoint, response: Any) -> None:
    if response.content_type != "text/event-stream":
        await read_bounded(response, 0)
        raise garbage(endpoint)
    await call.start_stream(exchange.headers)


def _take(exchange: Exchange, tally: StreamTally, started: float) -> None:
    told = tally.close()
    if tally.first_text_at is not None:
        told.time_to_first_token_ms = (tally.first_text_at - started) * 1000
    exchange.take(told)


def request_object(body: bytes) -> dict[str, Any]:
    """The body of a request, which is a JSON object; Refusal 400 if it is not."""
    asked = read_object(body)
    if asked is None:
        raise bad_request("The body is not a JSON object.", code="invalid_json")
    return asked
