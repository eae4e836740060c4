"""Asks a model's server many things at once, and gives up in seconds when it is dead."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatehouse.errors import OutsideError
from gatehouse.evaluation.patience import (
    DEAD_SECONDS,
    Patience,
    is_fatal,
    is_worth_another_try,
    pause_seconds,
)
from gatehouse.evaluation.store import Answered

if TYPE_CHECKING:
    import aiohttp

REMOTE_CONCURRENCY = 32
MAX_ANSWER_BYTES = 2 << 20
_MOST_TRIES = 6
_TICK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """One request, which answers one key or, in a batch, several; `read` takes the response and its milliseconds."""

    keys: tuple[str, ...]
    path: str
    body: bytes
    read: Callable[[Mapping[str, Any], float], Sequence[Answered]]


@dataclass(frozen=True, slots=True)
class Refused:
    """The server is alive and does not want this request, as one that is longer than its context."""

    reason: str


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model answers. The key is sent to this address only."""

    model: str
    address: str
    concurrency: int = REMOTE_CONCURRENCY
    silence_seconds: float = DEAD_SECONDS
    api_key: str | None = None


OnAnswer = Callable[[str, Answered | Refused], None]


class _AgainError(Exception):
    """This try failed, and another may not."""

    def __init__(self, trouble: str, *, limited: bool = False, refused: bool = False, after: str | None = None) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.limited = limited
        self.refused = refused
        self.after = after


async def ask_all(server: Server, requests: Sequence[Request], on_answer: OnAnswer) -> None:
    """Ask everything; `on_answer` gets each key's answer as it comes.

    Raises OutsideError when the server is dead, refuses everything, or is none of the promised kind. What was answered
    before that was handed over.
    """
    import aiohttp

    from gatehouse.evaluation.names import DaemonResolver

    connector = aiohttp.TCPConnector(limit=server.concurrency, resolver=DaemonResolver())
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if server.api_key:
        headers["Authorization"] = f"Bearer {server.api_key}"
    async with aiohttp.ClientSession(
        connector=connector,
        headers=headers,
        timeout=aiohttp.ClientTimeout(total=server.silence_seconds),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        await _Round(server, session, iter(requests), on_answer).run()


class _Round:
    """All requests of one server, by as many workers as it takes at once, and one that watches whether it lives."""

    def __init__(
        self, server: Server, session: aiohttp.ClientSession, waiting: Iterator[Request], on_answer: OnAnswer
    ) -> None:
        self.server = server
        self.session = session
        self.waiting = waiting
        self.on_answer = on_answer
        self.patience = Patience(time.monotonic(), silence_seconds=server.silence_seconds)
        self.answered = 0
        self.refused: str | None = None

    async def run(self) -> None:
        workers = [asyncio.ensure_future(self._work()) for _ in range(self.server.concurrency)]
        watch = asyncio.ensure_future(self._watch())
        finished: asyncio.Future[Any] = asyncio.gather(*workers)
        both: list[asyncio.Future[Any]] = [finished, watch]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            ended = finished if finished.done() else watch
        finally:
            for task in (*workers, watch):
                task.cancel()
            await asyncio.gather(*workers, *both, return_exceptions=True)
        await ended
        if self.refused is not None and not self.answered:
            raise OutsideError(f"{self._who()} refuses every request: {self.refused}.", "See what it says.")

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            if self.patience.is_over(time.monotonic()):
                raise self._dead()

    async def _work(self) -> None:
        for request in self.waiting:
            result = await self._ask(request)
            if isinstance(result, Refused):
                self.refused = result.reason
                results: Sequence[Answered | Refused] = [result] * len(request.keys)
            else:
                self.answered += 1
                results = result
            for key, one in zip(request.keys, results, strict=True):
                self.on_answer(key, one)

    async def _ask(self, request: Request) -> Sequence[Answered] | Refused:
        for attempt in range(_MOST_TRIES):
            try:
                result = await self._try(request)
            except _AgainError as error:
                self.patience.troubled(error.trouble, limited=error.limited, refused=error.refused)
                await asyncio.sleep(pause_seconds(attempt, error.after, random.random()))  # noqa: S311 - spreads retries
            else:
                self.patience.answered(time.monotonic())
                return result
        raise OutsideError(
            f"{self._who()} did not answer a request in {_MOST_TRIES} tries: {self.patience.trouble}.",
            "Run the same command again; it goes on where this one stopped.",
        )

    async def _try(self, request: Request) -> Sequence[Answered] | Refused:
        import aiohttp

        started = time.perf_counter()
        try:
            status, after, data = await self._post(request)
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
            raise OutsideError(f"{self._who()} cannot be trusted: {_plain(error)}.", "Mend its certificate.") from error
        except aiohttp.ClientConnectorError as error:
            raise _AgainError(f"no connection ({_plain(error.os_error)})", refused=True) from error
        except TimeoutError as error:
            raise _AgainError(f"no answer within {self.server.silence_seconds:g} s") from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise _AgainError(f"the connection broke ({_plain(error)})") from error
        milliseconds = (time.perf_counter() - started) * 1_000
        return self._read(request, status, after, data, milliseconds)

    async def _post(self, request: Request) -> tuple[int, str | None, bytes]:
        url = self.server.address + request.path
        async with self.session.post(url, data=request.body, allow_redirects=False) as response:
            data = bytearray()
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > MAX_ANSWER_BYTES:
                    raise OutsideError(f"{self._who()} sent an answer of more than {MAX_ANSWER_BYTES >> 20} MiB.")
            return response.status, response.headers.get("Retry-After"), bytes(data)

    def _read(
        self, request: Request, status: int, after: str | None, data: bytes, milliseconds: float
    ) -> Sequence[Answered] | Refused:
        if status == 200:
            return self._answers(request, data, milliseconds)
        said = self._excerpt(data)
        if is_worth_another_try(status):
            raise _AgainError(f"HTTP {status}{said}", limited=status == 429, after=after)
        if (remedy := is_fatal(status)) is not None:
            raise OutsideError(f"{self._who()} says HTTP {status}{said}.", remedy)
        return Refused(f"HTTP {status}{said}")

    def _answers(self, request: Request, data: bytes, milliseconds: float) -> Sequence[Answered]:
        try:
            body = json.loads(data)
            answers = request.read(body, milliseconds)
            if len(answers) != len(request.keys):
                raise ValueError(f"{len(answers)} answers to {len(request.keys)} questions")
        except (ValueError, RecursionError) as error:
            raise OutsideError(
                f"{self._who()} does not answer as a model does: {_plain(error)}.",
                "Give the address of a server of the kind that the model's file names.",
            ) from error
        return answers

    def _who(self) -> str:
        return f"The model {self.server.model} at {self.server.address}"

    def _dead(self) -> OutsideError:
        return OutsideError(
            f"{self._who()} is given up: {self.patience.trouble}.",
            "Nothing is concluded from it. Mend the address or start the server; answers so far are kept.",
        )

    def _excerpt(self, data: bytes) -> str:
        """The beginning of what the server said, without the key if it echoes that."""
        text = data[:2_000].decode("utf-8", "replace")
        try:
            error = json.loads(text)["error"]
            text = str(error["message"] if isinstance(error, Mapping) else error)
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        if self.server.api_key:
            text = text.replace(self.server.api_key, "***")
        text = " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]
        return f" ({text})" if text else ""


def _plain(error: BaseException | None) -> str:
    """An error in one line of at most 200 characters."""
    text = str(error) or type(error).__name__
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200].rstrip(".")
