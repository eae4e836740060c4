"""A model's server whose answers a test decides: OpenAI-compatible, and as fast as a plain protocol can be.

with ModelStub(lambda prompt: "billing") as stub: stub.address; stub.calls
python -m tests.kit.model_stub --port N      (answers every prompt with "ok"; GET /calls counts)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """What the stub does with a request, beyond answering it at once."""

    text: str = "ok"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    hang: bool = False
    body: bytes | None = None


Brain = Callable[[str], str | Reply]


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with content lengths, one request after the other."""

    def __init__(self, stub: ModelStub) -> None:
        self.stub = stub
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].decode("latin-1")
            length = next(
                (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
            )
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            self._answer(head, body)

    def _answer(self, head: str, body: bytes) -> None:
        method, path, _ = head.split("\r\n", maxsplit=1)[0].split(" ")
        if method == "GET":
            self._send(Reply(), json.dumps({"status": "ok", "calls": self.stub.calls, "data": []}).encode())
            return
        reply, content = self.stub.respond(path, head, json.loads(body))
        if reply.hang:
            return
        if reply.delay_seconds:
            asyncio.get_running_loop().call_later(reply.delay_seconds, self._send, reply, content)
        else:
            self._send(reply, content)

    def _send(self, reply: Reply, content: bytes) -> None:
        headers = "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items())
        line = f"HTTP/1.1 {reply.status} X\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self.transport.write(f"{line}{headers}\r\n".encode() + content)


class ModelStub:
    """Runs in a thread of its own; `brain` gets the prompt (or the last message) and says what comes back."""

    def __init__(self, brain: Brain = lambda _prompt: "ok", *, port: int = 0) -> None:
        self.brain = brain
        self.port = port
        self.prompts: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.heads: list[str] = []

    @property
    def calls(self) -> int:
        """How many prompts (or rows of features) came in."""
        return len(self.prompts)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def respond(self, path: str, head: str, body: dict[str, Any]) -> tuple[Reply, bytes]:
        """The reply and its body."""
        self.heads.append(head)
        self.bodies.append(body)
        if path == "/v1/predict":
            rows = [json.dumps(row, sort_keys=True) for row in body["inputs"]]
            self.prompts += rows
            replies = [self._reply(row) for row in rows]
            return replies[0], replies[0].body or _predictions(replies)
        prompt = body["prompt"] if "prompt" in body else body["messages"][-1]["content"]
        self.prompts.append(prompt)
        reply = self._reply(prompt)
        if reply.body is not None:
            return reply, reply.body
        if reply.status != 200:
            return reply, json.dumps({"error": {"message": reply.text}}).encode()
        return reply, _completion(path, prompt, reply.text)

    def _reply(self, prompt: str) -> Reply:
        said = self.brain(prompt)
        return said if isinstance(said, Reply) else Reply(said)

    def __enter__(self) -> Self:
        started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port)
        )
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        self._loop.close()


def _completion(path: str, prompt: str, text: str) -> bytes:
    usage = {"prompt_tokens": len(prompt.split()), "completion_tokens": len(text.split())}
    said: dict[str, Any] = {"message": {"role": "assistant", "content": text}} if "chat" in path else {"text": text}
    return json.dumps({"choices": [{"index": 0, "finish_reason": "stop", **said}], "usage": usage}).encode()


def _predictions(replies: list[Reply]) -> bytes:
    """A reply's text is `LABEL PROBABILITY`; the rest of the probability is another label's."""
    entries = []
    for reply in replies:
        label, _, share = reply.text.partition(" ")
        probability = float(share or 1)
        entries.append({"label": label, "probabilities": {label: probability, "other": 1 - probability}})
    return json.dumps({"predictions": entries}).encode()


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    stub = ModelStub(port=options.port)
    with stub:
        threading.Event().wait()


if __name__ == "__main__":
    main()
