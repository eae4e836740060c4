"""A small server that keeps to the contract of a model server and of the gateway, for tests of what runs them.

    python standin.py --host H --port N [--config FILE] [--word W] [--die] [--sick] [--child]

With `--config` it is a gateway: it serves FILE, and reads it again on `POST /-/reload`. `--die` ends at once,
`--sick` never gets well, `--child` starts a child that ignores SIGTERM.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


class _Served:
    """What a gateway read last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read()

    def read(self) -> None:
        """Take the file if it is a configuration; ValueError leaves what was there."""
        content = self.path.read_bytes()
        config = json.loads(content)
        if config.get("refuse"):
            raise ValueError("it asks to be refused")
        self.config, self.digest = config, f"sha256:{hashlib.sha256(content).hexdigest()}"


def _server(options: argparse.Namespace) -> ThreadingHTTPServer:
    served = _Served(options.config) if options.config else None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in ("/health", "/-/health"):
                self.answer(503 if options.sick else 200, {"status": "ok", "word": options.word, "pid": os.getpid()})
            elif self.path == "/-/served" and served:
                self.answer(200, {"digest": served.digest, "config": served.config})
            elif self.path == "/environment":
                self.answer(200, dict(os.environ))
            else:
                self.answer(404, {})

        def do_POST(self) -> None:
            try:
                if served:
                    served.read()
                self.answer(200, {})
            except ValueError as error:
                self.answer(422, {"reason": str(error)})

        def answer(self, status: int, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return ThreadingHTTPServer((options.host, options.port), Handler)


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--word", default="")
    parser.add_argument("--die", action="store_true")
    parser.add_argument("--sick", action="store_true")
    parser.add_argument("--child", action="store_true")
    options = parser.parse_args()
    if options.die:
        sys.exit("The stand-in dies, as it was told.")
    if options.child:
        subprocess.Popen([sys.executable, "-c", STUBBORN])
    _server(options).serve_forever()


if __name__ == "__main__":
    main()
