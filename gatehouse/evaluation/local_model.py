"""Starts a model's own server for an evaluation, and always stops it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from catalog.entries import Model
from catalog.model import Task
from gatehouse.errors import OutsideError

START_SECONDS = 120.0
_STOP_SECONDS = 5.0
_TICK_SECONDS = 0.05
_LOG_LINES = 8
_ATTEMPTS = 3
# Never through a proxy: the server is on this machine.
_OPENER = build_opener(ProxyHandler({}))

Command = Callable[[Model, int], Sequence[str]]


class _WrongServerError(Exception):
    """Another program answers at the port that was free a moment ago."""


def serving_command(model: Model, port: int) -> list[str]:
    """The one command that serves a model, here and in a stack; it verifies the artefact's digest before it starts."""
    arguments = ["--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-P", "-m", "gateway.serving", str(model.folder), *arguments]


@contextmanager
def local_model(model: Model, *, command: Command = serving_command) -> Iterator[str]:
    """The address of a server of this model, started for this block and stopped at its end, whatever happens.

    Raises OutsideError with the server's last lines when it does not come up.
    """
    with _terminated_by_signal(), tempfile.TemporaryFile() as log:
        for attempt in range(_ATTEMPTS):
            port = _free_port()
            process = _start(command(model, port), log)
            try:
                address = f"http://127.0.0.1:{port}"
                try:
                    _wait_until_healthy(model, process, address, log)
                except _WrongServerError:
                    if attempt == _ATTEMPTS - 1:
                        raise OutsideError(f"No port stays free for the model {model.name}.", "Try again.") from None
                    continue
                yield address
                return
            finally:
                _stop(process)


def _start(command: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    tied = [sys.executable, "-P", "-m", "gatehouse.evaluation.tied", str(os.getpid()), *command]
    return subprocess.Popen(
        tied, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """The whole process group, first politely."""
    for sent, patience_seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sent)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            continue
        break
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(model: Model, process: subprocess.Popen[bytes], address: str, log: IO[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise OutsideError(
                f"The server of the model {model.name} ended with {process.returncode} before it answered.{_tail(log)}",
                "Mend what it says, or give the address of a running server with --url.",
            )
        health = _get(address + "/health")
        if health is not None:
            _verify(model, health, address)
            return
        time.sleep(_TICK_SECONDS)
    raise OutsideError(
        f"The server of the model {model.name} did not become healthy in {START_SECONDS:g} s.{_tail(log)}",
        "Is the machine large enough for it? `gatehouse doctor` says what is there.",
    )


def _verify(model: Model, health: Mapping[str, Any], address: str) -> None:
    """The server is ours and serves this model: it says the model's name, and its digest where it knows one."""
    if model.spec.task is Task.tabular_classification:
        names = {health.get("model")}
    else:
        listed = (_get(address + "/v1/models") or {}).get("data") or []
        names = {entry.get("id") for entry in listed if isinstance(entry, dict)}
    if model.name not in names:
        raise _WrongServerError


def _get(url: str) -> dict[str, Any] | None:
    try:
        with _OPENER.open(Request(url), timeout=2) as response:  # noqa: S310 - always http and 127.0.0.1
            body = json.loads(response.read(1 << 20))
    except (URLError, OSError, ValueError):
        return None
    return body if isinstance(body, dict) else {}


def _tail(log: IO[bytes]) -> str:
    end = log.seek(0, os.SEEK_END)
    log.seek(max(0, end - 8_192))
    lines = [line for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()][-_LOG_LINES:]
    shown = ["".join(char if char.isprintable() else " " for char in line)[:300] for line in lines]
    return "".join(f"\n  {line}" for line in shown)


@contextmanager
def _terminated_by_signal() -> Iterator[None]:
    """SIGTERM ends the block as an exception does, so that what it started is stopped. Only the main thread may ask."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
