"""A gateway process: the state it serves from, and what it counts and keeps between requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.config import ConfigError
from gateway.metrics import Metrics
from gateway.predictions.store import salt_beside
from gateway.predictions.writer import PredictionWriter
from gateway.refusal import Refusal
from gateway.served import Served, load_served
from gateway.spending import BusyClock
from gateway.upstream import Upstream, new_session

if TYPE_CHECKING:
    import aiohttp

_LOGGER = logging.getLogger("gateway")


class Gateway:
    """`served` is replaced whole by `reload`; a request keeps the one that it began with."""

    def __init__(self, config: Path, served: Served) -> None:
        self.config = config
        self.served = served
        self.metrics = Metrics()
        self.busy = BusyClock()
        self.in_flight = 0
        self.metrics.in_flight.set_function(lambda: self.in_flight)
        self.writer = PredictionWriter(served.log.path, served.log.max_records, self.metrics.dropped)
        self.salt = salt_beside(served.log.path)
        self._session: aiohttp.ClientSession | None = None
        self._upstream: Upstream | None = None
        self._reloading = asyncio.Lock()

    async def start(self) -> None:
        """Open the connections' pool in the running loop."""
        self._session = new_session()
        self._upstream = Upstream(self._session)

    async def stop(self) -> None:
        """Close the pool and write what is still to be written."""
        if self._session is not None:
            await self._session.close()
        await asyncio.to_thread(self.writer.close)

    @property
    def upstream(self) -> Upstream:
        """The way to the model servers."""
        if self._upstream is None:
            raise RuntimeError("the gateway has not been started")
        return self._upstream

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Take one of the places for requests that run at once; Refusal 429 when all are taken."""
        if self.in_flight >= self.served.limits.max_concurrent_requests:
            raise Refusal(
                429,
                "too_many_requests",
                f"{self.in_flight} requests run already, as many as are allowed. Ask again in a second.",
                retry_after_seconds=1,
            )
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    async def reload(self) -> bool:
        """Serve what the file says now; whether that is something new. Raises ConfigError; then all stays as it was."""
        async with self._reloading:
            try:
                served = await asyncio.to_thread(load_served, self.config)
            except ConfigError as error:
                self.metrics.reloaded("refused")
                _LOGGER.warning("Reload refused; the old configuration stays.\n%s", error)
                raise
            changed = served.digest != self.served.digest
            if changed:
                await self._move_log(served)
                self.served = served
            self.metrics.reloaded("swapped" if changed else "unchanged")
            return changed

    async def _move_log(self, served: Served) -> None:
        if served.log.path == self.served.log.path:
            self.writer.bound(served.log.max_records)
            return
        old = self.writer
        self.salt = await asyncio.to_thread(salt_beside, served.log.path)
        self.writer = PredictionWriter(served.log.path, served.log.max_records, self.metrics.dropped)
        # Requests in flight look the writer up at their end, so the old one takes nothing more.
        await asyncio.to_thread(old.close)
