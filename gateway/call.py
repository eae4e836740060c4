"""One HTTP request to a model: read within bounds, watched for a client that leaves, answered once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from gateway.refusal import Refusal
from gateway.served import Served

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from gateway.running import Gateway

_LONGEST_USER_KEY = 512
# Shorter than an answer may take: a body that trickles in holds one of the places.
_BODY_SECONDS = 10
_JSON = (b"content-type", b"application/json")


class ClientGoneError(Exception):
    """The client closed its connection before its answer was complete."""


@dataclass(slots=True)
class Call:
    """A request to a model. `served` is the state at its start, which it keeps through any reload."""

    gateway: Gateway
    served: Served
    scope: Scope
    receive: Receive
    send: Send
    started: float = field(default_factory=perf_counter)
    chose_model: bool = False
    _responding: bool = False
    _complete: bool = False
    _gone: bool = False

    def header(self, name: bytes) -> str | None:
        """A request header; `name` in lower case."""
        return header_of(self.scope, name)

    def user_key(self, given: object) -> str | None:
        """The key of the user, from the body or the header X-User-Key; Refusal 400 if it is no short text."""
        key = self.header(b"x-user-key") if given is None else given
        if key is None or (isinstance(key, str) and len(key) <= _LONGEST_USER_KEY):
            return key or None
        raise Refusal(400, "invalid_request", f"'user' is a text of at most {_LONGEST_USER_KEY} letters.", param="user")

    async def read_body(self) -> bytes:
        """The whole body. Raises Refusal: 413 beyond the limit, 408 when it takes too long; ClientGoneError."""
        limits = self.served.limits
        if _declared_length(self.scope) > limits.max_request_bytes:
            raise _too_large(limits.max_request_bytes)
        try:
            async with asyncio.timeout(min(limits.request_timeout_seconds, _BODY_SECONDS)):
                return await read_all(self.receive, limits.max_request_bytes)
        except TimeoutError:
            raise Refusal(408, "request_timeout", "The request did not arrive in time.") from None

    async def while_connected(self, answering: Any) -> None:
        """Run `answering` to its end, or cancel it when the client leaves; then ClientGoneError."""
        task = asyncio.current_task()
        watcher = asyncio.ensure_future(self._watch(task))
        try:
            await answering
        except asyncio.CancelledError:
            if not self._gone or task is None:
                raise
            task.uncancel()
            raise ClientGoneError from None
        finally:
            watcher.cancel()

    async def reply(self, content: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Answer with JSON and status 200."""
        length = (b"content-length", b"%d" % len(content))
        await self._start(200, [_JSON, length, *headers])
        await self._part(content, more=False)

    async def start_stream(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Answer with a stream of events, to be given by `pass_on` and ended by `end_stream`."""
        events = (b"content-type", b"text/event-stream; charset=utf-8")
        await self._start(200, [events, (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"), *headers])

    async def pass_on(self, chunk: bytes) -> None:
        """Bytes of a stream, as they came."""
        await self._part(chunk, more=True)

    async def end_stream(self) -> None:
        """The stream is complete."""
        await self._part(b"", more=False)

    async def refuse(self, refusal: Refusal) -> None:
        """Say why there is no answer; inside a stream as its last event."""
        if not self._responding:
            await self._start(refusal.status, refusal.headers)
            await self._part(refusal.body, more=False)
        elif not self._complete:
            await self._part(b"\n\ndata: " + refusal.body + b"\n\n", more=False)

    async def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._responding = True
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def _part(self, content: bytes, *, more: bool) -> None:
        # Set first: the server then reports the end of the answer as if the client had left.
        self._complete = not more
        await self.send({"type": "http.response.body", "body": content, "more_body": more})

    async def _watch(self, task: asyncio.Task[Any] | None) -> None:
        await self.receive()
        if not self._complete and task is not None:
            self._gone = True
            task.cancel()


async def read_all(receive: Receive, limit_bytes: int) -> bytes:
    """A request body within its limit. Raises Refusal 413 and ClientGoneError."""
    message = await receive()
    parts, length = [], 0
    while True:
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        length += len(part)
        if length > limit_bytes:
            raise _too_large(limit_bytes)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)
        message = await receive()


def header_of(scope: Scope, name: bytes) -> str | None:
    """A request header; `name` in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "utf-8", "replace")
    return None


def _declared_length(scope: Scope) -> int:
    declared = header_of(scope, b"content-length") or "0"
    return int(declared) if declared.isdecimal() and len(declared) < 16 else 0


def _too_large(limit_bytes: int) -> Refusal:
    return Refusal(413, "request_too_large", f"A request has at most {limit_bytes} bytes.")
