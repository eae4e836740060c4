"""A real HTTP server in the gateway's place. It serves what a catalogue says, unless it is told to lie."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from catalog.entries import Catalog


def what_is_asked(catalog: Catalog, stack: str = "local") -> dict[str, Any]:
    """What a gateway says that serves exactly what the files ask for."""
    entry = catalog.stacks[stack]
    models = {
        choice.model: {
            "digest": catalog.models[choice.model].spec.artifact.digest,
            "url": "http://127.0.0.1:1",
            "healthy": True,
        }
        for choice in entry.spec.endpoints
    }
    prompts = {}
    for name in entry.spec.prompts:
        prompt = catalog.prompts[name]
        shares = prompt.rollout.shares
        digests = {variant: prompt.variants[variant].digest for variant in shares}
        prompts[name] = {"live": prompt.rollout.live, "shares": shares, "variants": digests}
    return {"models": models, "prompts": prompts}


class LyingGateway(ThreadingHTTPServer):
    """`served` is asked anew at each request; `answer_code` is what a prompt gets."""

    daemon_threads = True
    served: Callable[[], dict[str, Any]]
    answer_code = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: LyingGateway

    def do_GET(self) -> None:
        self._send(200, self.server.served())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(self.server.answer_code, {"output": "Ada"})

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _send(self, code: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def a_gateway(served: Callable[[], dict[str, Any]]) -> Iterator[LyingGateway]:
    """Runs until the block ends."""
    server = LyingGateway(("127.0.0.1", 0), _Handler)
    server.served = served
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
