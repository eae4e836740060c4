"""A real gateway in a process of its own, and files for it to serve."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from catalog.dotprompt import parse_variant

ROOT = Path(__file__).parents[2]
PROMPT = """---
model: stub
config:
  temperature: 0
  maxOutputTokens: 4
input:
  schema:
    ticket: string, the text of the ticket
    tone?: string
---
{MARK} Sort this ticket: {{ticket}}
"""


@dataclass(frozen=True)
class Answer:
    """What the gateway answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The body."""
        return json.loads(self.content)

    @property
    def error(self) -> Any:
        """The error in the body."""
        return self.json()["error"]


@dataclass
class RunningGateway:
    """A process and its address."""

    process: subprocess.Popen[str]
    url: str
    config: Path

    def ask(
        self, path: str, body: object = None, *, method: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request; with a body it is a POST of JSON (bytes are sent as they are)."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        asked = Request(self.url + path, data, {"content-type": "application/json", **(headers or {})}, method=method)  # noqa: S310 - a gateway of this test
        try:
            with urlopen(asked, timeout=30) as answer:  # noqa: S310 - a gateway of this test
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read())

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the samples with this name whose labels have these values."""
        text = self.ask("/metrics").content.decode()
        lines = [line for line in text.splitlines() if line.startswith((f"{name}{{", f"{name} "))]
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(one in line for one in wanted))

    def end(self, timeout_seconds: float = 40) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_seconds)


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def prompt_text(mark: str) -> str:
    """A `.prompt` file that asks the model `stub`; `mark` makes it another variant."""
    return PROMPT.replace("{MARK}", mark)


def prompt_config(shares: Mapping[str, float], live: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """A prompt as the gateway's file has it."""
    variants = {
        name: {
            "digest": parse_variant(text, prompt="routing", name=name, path=f"prompts/routing/{name}.prompt").digest,
            "source": text,
        }
        for name, text in texts.items()
    }
    return {"live": live, "shares": dict(shares), "variants": variants}


def gateway_config(folder: Path, stub_url: str, **changes: Any) -> dict[str, Any]:
    """A file that serves a language model, a tabular one and the prompt `routing` with two variants."""
    endpoint = {"url": stub_url, "digest": f"sha256:{'a' * 64}", "license": "Apache-2.0", "price": None}
    return {
        "stack": "local",
        "endpoints": {
            "stub": {**endpoint, "task": "text-generation", "interface": "completions"},
            "cells": {**endpoint, "task": "tabular-classification", "interface": "predict"},
        },
        "prompts": {
            "routing": prompt_config(
                {"v1": 0.8, "v2": 0.2}, "v1", {"v1": prompt_text("One."), "v2": prompt_text("Two.")}
            )
        },
        "limits": {"request_timeout_seconds": 1.5, "max_request_bytes": 20_000, "max_concurrent_requests": 8},
        "log": {"path": str(folder / "predictions.sqlite"), "content": False, "max_records": 1_000},
        "machine_usd_per_hour": 3.6,
        **changes,
    }


def write_config(path: Path, config: Mapping[str, Any]) -> Path:
    """Write it whole or not at all, as the stack does."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(config))
    new.replace(path)
    return path


@contextmanager
def gateway(config: Path, *options: str, host: str = "127.0.0.1") -> Iterator[RunningGateway]:
    """A gateway that serves a file on a free port; ended with the context."""
    command = [sys.executable, "-m", "gateway", "--config", str(config), "--host", host, "--port", "0", *options]
    with running_process(command) as (process, line):
        yield RunningGateway(process, line.rpartition(" on ")[2].strip(), config)


@contextmanager
def running_process(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that says on its first line that it is ready; ended with the context."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"{command} ended with {process.wait(10)}"
        yield process, line
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def asked_to(manner: str, **more: object) -> dict[str, object]:
    """A chat request that asks the stub for these manners."""
    return {"model": "stub", "messages": [{"role": "user", "content": f"do:{manner}"}], **more}


def eventually(read: Any, wanted: Any, timeout_seconds: float = 10) -> Any:
    """Wait until `read()` gives what is wanted; what it gave last."""
    until = time.monotonic() + timeout_seconds
    while (got := read()) != wanted and time.monotonic() < until:
        time.sleep(0.05)
    return got
