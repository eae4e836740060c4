"""Host names, looked up so that a resolver which hangs cannot hold the program up."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult


class DaemonResolver(AbstractResolver):
    """Looks each name up in a thread of its own, which nobody waits for at the end, unlike the loop's own threads."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises OSError as `getaddrinfo` does."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Any]] = loop.create_future()

        def look_up() -> None:
            try:
                found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                _tell(loop, future, [], OSError(str(error)))
            else:
                _tell(loop, future, found, None)

        threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
        return [_result(host, entry) for entry in await future]

    async def close(self) -> None:
        """Nothing is held."""


def _tell(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[list[Any]], found: list[Any], error: OSError | None
) -> None:
    def settle() -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(found)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:
        return  # the loop is closed: nobody waits for this name any more


def _result(host: str, entry: Any) -> ResolveResult:
    family, _, protocol, _, address = entry
    return ResolveResult(
        hostname=host, host=address[0], port=address[1], family=family, proto=protocol, flags=socket.AI_NUMERICHOST
    )
