"""A model server without a model: answers at once, so that what is measured is what stands in front of it.

`python -m tests.bench.stub` prints its port and serves chat completions until it is ended.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

_ANSWER = (
    b'{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"stub","choices":[{"index":0,'
    b'"message":{"role":"assistant","content":"billing"},"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":42,"completion_tokens":3,"total_tokens":45}}'
)
_RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
    len(_ANSWER),
    _ANSWER,
)


class _Stub(asyncio.Protocol):
    """HTTP/1.1 with kept connections and bodies of a declared length; nothing more."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._waiting = b""

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (length := _request_length(self._waiting)) and len(self._waiting) >= length:
            self._waiting = self._waiting[length:]
            self._transport.write(_RESPONSE)


def _request_length(waiting: bytes) -> int:
    end = waiting.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = waiting[:end].lower()
    place = head.find(b"content-length:")
    declared = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
    return end + 4 + declared


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Stub, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - whoever starts it reads the port
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    try:
        uvloop.run(_serve())
    except KeyboardInterrupt:
        sys.exit(0)
