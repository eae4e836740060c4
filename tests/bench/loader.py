"""Asks one address again and again over kept connections, cheaply, since it shares the machine with the asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

_LONGEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a run showed. `p50_ms` and `p99_ms` are of single requests."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float


def request_bytes(host: str, path: str, body: bytes, headers: Sequence[str] = ()) -> bytes:
    """A POST with a JSON body over a kept connection."""
    lines = [f"POST {path} HTTP/1.1", f"host: {host}", "content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


async def load(port: int, request: bytes, *, clients: int, requests: int) -> Load:
    """Send `requests` in all from `clients` connections to 127.0.0.1, each waiting for its answer.

    Raises RuntimeError for any answer but 200, and TimeoutError after a minute.
    """
    taken_ms: list[float] = []
    started = perf_counter()
    async with asyncio.timeout(_LONGEST_SECONDS):
        await asyncio.gather(*(_client(port, request, requests // clients, taken_ms) for _ in range(clients)))
    passed = perf_counter() - started
    ordered = sorted(taken_ms)
    return Load(len(ordered) / passed, median(ordered), ordered[int(len(ordered) * 0.99)])


async def _client(port: int, request: bytes, requests: int, taken_ms: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in range(requests):
            started = perf_counter()
            writer.write(request)
            await _answer(reader)
            taken_ms.append((perf_counter() - started) * 1000)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head[:16]:
        raise RuntimeError(f"the bench was answered: {head[:200]!r}")
    declared = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
    if declared:
        await reader.readexactly(int(declared))
        return
    while (length := int((await reader.readline()).split(b";")[0], 16)) > 0:
        await reader.readexactly(length + 2)
    await reader.readline()
