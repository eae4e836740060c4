"""Reads the prediction log for the page: beside the writer, in a thread, one reading at a time."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.live.report import report
from gateway.predictions.store import count, open_for_reading, recent

if TYPE_CHECKING:
    from gateway.running import Gateway
    from gateway.served import Served

MOST_ROWS = 20_000
_FRESH_SECONDS = 1.0


class StatsReader:
    """Answers for a second from what it read last, so that many open pages cost as much as one."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._reading = asyncio.Lock()
        self._last: dict[tuple[str, int], tuple[float, dict[str, Any]]] = {}

    async def read(self, window_seconds: int) -> dict[str, Any]:
        """The page's data. When the log cannot be read, what is served is told all the same, with `log.problem`."""
        served = self._gateway.served
        async with self._reading:
            key = (served.digest, window_seconds)
            read_at, told = self._last.get(key, (0.0, {}))
            if time.monotonic() - read_at > _FRESH_SECONDS:
                told = await asyncio.to_thread(_read, served, window_seconds)
                self._last = {key: (time.monotonic(), told)}
        return {
            **told,
            "in_flight": self._gateway.in_flight,
            "log": {**told["log"], "dropped": self._gateway.metrics.dropped_total()},
        }


def _read(served: Served, window_seconds: int) -> dict[str, Any]:
    now = time.time()
    rows, kept, problem = _rows(served.log.path, now - window_seconds)
    log = {
        "kept": kept,
        "max_records": served.log.max_records,
        "content": served.log.content,
        "sampled": len(rows),
        "truncated": len(rows) == MOST_ROWS,
        "problem": problem,
    }
    return {**report(served, rows, now=now, window_seconds=window_seconds), "log": log}


def _rows(path: Path, since: float) -> tuple[list[dict[str, Any]], int, str | None]:
    if not path.exists():
        return [], 0, None
    try:
        connection = open_for_reading(path)
        try:
            return recent(connection, since, MOST_ROWS), count(connection), None
        finally:
            connection.close()
    except sqlite3.Error as error:
        return [], 0, f"The prediction log cannot be read: {error}."
