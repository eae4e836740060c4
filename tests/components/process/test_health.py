"""Whether a server is well."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from components.process import ports
from components.process.health import is_healthy


@pytest.fixture
def server() -> Iterator[int]:
    """Answers with the status that the path names."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(int(self.path[1:]))
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_port
        running.shutdown()


@pytest.mark.parametrize(("status", "well"), [(200, True), (204, False), (302, False), (404, False), (503, False)])
def test_only_200_is_well(server: int, status: int, well: bool) -> None:
    assert is_healthy("127.0.0.1", server, f"/{status}") is well


def test_a_port_on_which_nobody_listens_is_not_well() -> None:
    assert not is_healthy("127.0.0.1", ports.choose("127.0.0.1", "health"), "/health")


def test_a_server_that_says_nothing_is_not_well_and_not_waited_for() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert not is_healthy("127.0.0.1", silent.getsockname()[1], "/", timeout_seconds=0.1)
