"""A model server whose manners a test chooses: it streams, stalls, dies half-way or answers garbage, over real HTTP.

What it does stands in the text that it is asked, after `do:`, as in `do:stall`.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aiohttp import web

WORDS = ("bil", "ling")
USAGE = {"prompt_tokens": 42, "completion_tokens": 2, "total_tokens": 44}
TIMINGS = {"prompt_n": 40, "cache_n": 2, "prompt_ms": 12.0, "predicted_n": 2, "predicted_per_token_ms": 3.0}


@dataclass
class ManneredModel:
    """`asked` are the bodies in order; `left` counts requests whose client went before the answer."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    left: int = 0
    healthy: bool = True
    hostile: ClassVar[str] = '<img src=x onerror="window.hurt=2"><script>window.hurt=2</script></pre>&amp;'

    @property
    def url(self) -> str:
        """As a gateway's configuration names it."""
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Whatever was asked for."""
        body = await request.json()
        self.asked.append(body)
        text = str(body.get("prompt") or body.get("messages") or body.get("inputs"))
        manner = text.partition("do:")[2].split("'", 1)[0].split()[0] if "do:" in text else "answer"
        try:
            return await _MANNERS[manner](request, body)
        except asyncio.CancelledError:
            self.left += 1
            raise

    async def health(self, _: web.Request) -> web.Response:
        """As llama.cpp's."""
        return web.json_response({"status": "ok"}, status=200 if self.healthy else 503)


async def _answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    if request.path == "/v1/predict":
        return web.json_response({"predictions": [{"label": "benign", "probabilities": {"benign": 0.9}}]})
    if body.get("stream"):
        return await _stream(request, body)
    return web.json_response(_whole(request, "".join(WORDS)))


def _whole(request: web.Request, text: str) -> dict[str, Any]:
    told = {"message": {"role": "assistant", "content": text}} if "chat" in request.path else {"text": text}
    return {"choices": [{"index": 0, "finish_reason": "stop", **told}], "usage": USAGE, "timings": TIMINGS}


async def _opened(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    return response


def event(request_path: str, word: str) -> bytes:
    """One event of a stream."""
    told = {"delta": {"content": word}} if "chat" in request_path else {"text": word}
    return b"data: " + json.dumps({"choices": [{"index": 0, **told}]}).encode() + b"\n\n"


async def _stream(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = await _opened(request)
    for word in WORDS:
        await response.write(event(request.path, word))
        await asyncio.sleep(0.02)
    last: dict[str, Any] = {"choices": [{"index": 0, "finish_reason": "stop"}], "timings": TIMINGS}
    if (body.get("stream_options") or {}).get("include_usage"):
        last["usage"] = USAGE
    await response.write(b"data: " + json.dumps(last).encode() + b"\n\ndata: [DONE]\n\n")
    return response


async def _slow(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(0.6)
    return await _answer(request, body)


async def _stall(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    if body.get("stream"):
        response = await _opened(request)
        await response.write(event(request.path, WORDS[0]))
    await asyncio.sleep(30)
    return web.Response()


async def _die(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    if body.get("stream"):
        response = await _opened(request)
        await response.write(event(request.path, WORDS[0])[:-9])
    _abort(request)
    return web.Response()


async def _stop_early(request: web.Request, _: dict[str, Any]) -> web.StreamResponse:
    response = await _opened(request)
    await response.write(event(request.path, WORDS[0]))
    return response


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _garbage(_: web.Request, __: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="<html>Traceback: secret-token-of-the-upstream</html>", content_type="text/html")


async def _hostile(request: web.Request, _: dict[str, Any]) -> web.StreamResponse:
    return web.json_response(_whole(request, ManneredModel.hostile))


async def _number(_: web.Request, __: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"choices": "none", "usage": {"prompt_tokens": -1, "completion_tokens": 2**70 % 2**63}})


async def _fail(_: web.Request, __: dict[str, Any]) -> web.StreamResponse:
    return web.Response(status=500, text="Traceback (most recent call last): secret-token-of-the-upstream")


async def _refuse(_: web.Request, __: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"error": {"message": "the prompt is longer than the context"}}, status=400)


async def _not_ready(_: web.Request, __: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"error": {"message": "Loading model"}}, status=503)


async def _huge(request: web.Request, _: dict[str, Any]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "application/json"})
    await response.prepare(request)
    for _turn in range(20):
        await response.write(b" " * 1_048_576)
    return response


_MANNERS = {
    "answer": _answer,
    "slow": _slow,
    "stall": _stall,
    "die": _die,
    "stop-early": _stop_early,
    "garbage": _garbage,
    "hostile": _hostile,
    "number": _number,
    "fail": _fail,
    "refuse": _refuse,
    "not-ready": _not_ready,
    "huge": _huge,
}


@contextmanager
def mannered_model() -> Iterator[ManneredModel]:
    """A stub that answers on a free port while the context lasts, in a thread of its own."""
    stub, ready, loop = ManneredModel(), threading.Event(), asyncio.new_event_loop()
    stopping = asyncio.Event()

    async def run() -> None:
        async with _listening(stub):
            ready.set()
            await stopping.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    try:
        if not ready.wait(10):
            raise RuntimeError("the stub did not start")
        yield stub
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        loop.close()


@asynccontextmanager
async def _listening(stub: ManneredModel) -> AsyncIterator[None]:
    app = web.Application()
    for path in ("/v1/chat/completions", "/v1/completions", "/v1/predict"):
        app.router.add_post(path, stub.answer)
    app.router.add_get("/health", stub.health)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stub.port = runner.addresses[0][1]
    try:
        yield
    finally:
        await runner.cleanup()
