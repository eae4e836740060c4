"""The way to the model servers: one pool of connections, bounds on what comes back, and what each failure is called."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.answers import read_object
from gateway.refusal import Refusal
from gateway.served import Endpoint

if TYPE_CHECKING:
    import aiohttp

LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
_LARGEST_ERROR_BYTES = 65_536
_CONNECT_SECONDS = 5
_HEADERS = {
    "content-type": "application/json",
    "accept": "*/*",
    "accept-encoding": "identity",
    "user-agent": "gatehouse",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer with status 200."""

    content: bytes
    answer: dict[str, object]


class Upstream:
    """Asks model servers. Every failure is a Refusal that names the model, never its address."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def ask(self, endpoint: Endpoint, path: str, body: bytes, limit_seconds: float) -> Reply:
        """A whole JSON answer. Raises Refusal: 504 after `limit_seconds`, 502 when the server is down, breaks or
        answers garbage, and the server's own 4xx, 429 and 503."""
        import aiohttp

        try:
            async with asyncio.timeout(limit_seconds), await self.open(endpoint, path, body) as response:
                content = await read_bounded(response, LARGEST_ANSWER_BYTES)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise failure(endpoint, error, limit_seconds) from None
        answer = read_object(content) if content is not None else None
        if content is None or answer is None:
            raise garbage(endpoint)
        return Reply(content, answer)

    async def open(self, endpoint: Endpoint, path: str, body: bytes) -> aiohttp.ClientResponse:
        """An answer whose status is 200 and whose body is still to be read. Raises Refusal for other statuses,
        TimeoutError, OSError and aiohttp.ClientError for the rest."""
        response = await self._post(endpoint.url + path, body)
        if response.status == 200:
            return response
        try:
            content = await read_bounded(response, _LARGEST_ERROR_BYTES)
        finally:
            response.close()
        raise _refused(endpoint, response.status, content)

    async def _post(self, url: str, body: bytes) -> aiohttp.ClientResponse:
        import aiohttp

        try:
            return await self._session.post(url, data=body, headers=_HEADERS, allow_redirects=False)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            # A kept connection whose server was restarted: nothing was answered, so it is asked once more.
            return await self._session.post(url, data=body, headers=_HEADERS, allow_redirects=False)

    async def is_healthy(self, endpoint: Endpoint, limit_seconds: float) -> bool:
        """Whether the model server says that it can answer; one that has no /health is asked for its models."""
        import aiohttp

        try:
            async with asyncio.timeout(limit_seconds):
                for path in ("/health", "/v1/models"):
                    async with self._session.get(endpoint.url + path, allow_redirects=False) as response:
                        if response.status != 404:
                            return response.status == 200
        except (TimeoutError, aiohttp.ClientError, OSError):
            pass
        return False


def new_session() -> aiohttp.ClientSession:
    """The pool of connections; to be made inside the running loop and closed there."""
    import aiohttp

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )


async def read_bounded(response: aiohttp.ClientResponse, limit_bytes: int) -> bytes | None:
    """The body, or None if it is longer than the limit; then the connection is closed."""
    parts: list[bytes] = []
    length = 0
    async for part in response.content.iter_any():
        length += len(part)
        if length > limit_bytes:
            response.close()
            return None
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def failure(endpoint: Endpoint, error: Exception, limit_seconds: float) -> Refusal:
    """What a failed request to a model server is called."""
    import aiohttp

    if isinstance(error, (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError)):
        return Refusal(502, "upstream_unreachable", f"The model '{endpoint.name}' cannot be reached.")
    if isinstance(error, TimeoutError):
        return Refusal(
            504, "upstream_timeout", f"The model '{endpoint.name}' did not answer within {limit_seconds:g} s."
        )
    if isinstance(error, aiohttp.ClientResponseError):
        return garbage(endpoint)
    return Refusal(502, "upstream_broke", f"The model '{endpoint.name}' broke its answer off.")


def garbage(endpoint: Endpoint) -> Refusal:
    """502 for an answer that nobody can read."""
    return Refusal(502, "upstream_garbage", f"The model '{endpoint.name}' answered what is no answer.")


def _refused(endpoint: Endpoint, status: int, content: bytes | None) -> Refusal:
    name = endpoint.name
    if status == 503:
        return Refusal(503, "upstream_not_ready", f"The model '{name}' is not ready yet.", retry_after_seconds=2)
    if status == 429:
        return Refusal(429, "upstream_busy", f"The model '{name}' takes no more requests now.", retry_after_seconds=1)
    if 400 <= status < 500:
        reason = _message_in(content) or f"status {status}"
        return Refusal(status, "upstream_refused", f"The model '{name}' refused the request: {reason}")
    return Refusal(502, "upstream_failed", f"The model '{name}' failed with status {status}.")


def _message_in(content: bytes | None) -> str | None:
    error = (read_object(content or b"") or {}).get("error")
    message = error.get("message") if isinstance(error, dict) else error
    return message[:500] if isinstance(message, str) else None
