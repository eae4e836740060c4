"""Runs the application on uvicorn: announces its address, drains on SIGTERM, ends with 0."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from gateway.app import App
from gateway.running import Gateway

_KEEP_ALIVE_SECONDS = 75


def serve(gateway: Gateway, listener: socket.socket, drain_seconds: int) -> None:
    """Answer on an open socket until SIGTERM or SIGINT.

    Then no new connection is taken, running requests have `drain_seconds` to end, those that did not are told that
    the gateway shuts down, and what the log still has to write is written.
    """
    config = uvicorn.Config(
        App(gateway),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        # Whoever says that a request was forwarded is not believed: see callers.
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=drain_seconds,
    )
    _Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections; port 0 takes a free one. Raises OSError if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for one in sockets or ():
            host, port = one.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            print(f"gateway listening on http://{shown}:{port}", flush=True)  # noqa: T201 - whoever starts it reads this

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but a signal that was obeyed is not raised again: a drained gateway ends with 0."""
        before = {one: signal.signal(one, self._leave) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _leave(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.should_exit and number == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def say(problem: str) -> None:
    """Tell the person who started the gateway why it does not run."""
    print(problem, file=sys.stderr, flush=True)  # noqa: T201 - there is no other way to tell
