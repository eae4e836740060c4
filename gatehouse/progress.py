"""Shows what a long command does: one live line in a terminal, a line an event in a log, nothing in a pipe."""

from __future__ import annotations

import os
import sys
import threading
import time
from types import TracebackType
from typing import Self


class Progress:
    """Parts of a job that run side by side. Safe to call from several threads."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, str] = {}
        self._started = time.monotonic()
        self._live = not quiet and sys.stderr.isatty()
        self._lines = not quiet and not self._live and bool(os.environ.get("CI"))
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if self._live:
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._live:
            self._ticker.join()
            self._write("")

    def update(self, part: str, state: str) -> None:
        """Say how far a part is."""
        with self._lock:
            self._running[part] = state

    def done(self, part: str, result: str) -> None:
        """Say how a part ended."""
        with self._lock:
            self._running.pop(part, None)
        if self._lines:
            self._line(part, result)

    def _line(self, part: str, text: str) -> None:
        print(f"{time.monotonic() - self._started:6.1f} s  {part}: {text}", file=sys.stderr, flush=True)  # noqa: T201 - this is the printer

    def _tick(self) -> None:
        while not self._stop.wait(0.1):
            with self._lock:
                parts = "  ".join(f"{part} {state}".strip() for part, state in self._running.items())
            self._write(f"{time.monotonic() - self._started:5.1f} s  {parts}")

    def _write(self, text: str) -> None:
        # A terminal that does not know its width says 0.
        width = (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1
        sys.stderr.write(f"\r\x1b[2K{text[:width]}")
        sys.stderr.flush()
