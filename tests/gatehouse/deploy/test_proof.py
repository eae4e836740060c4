"""The proof asks a running gateway, and believes no one else. The gateway here is a real HTTP server that lies."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from catalog.entries import Catalog
from catalog.loader import load_catalog
from gatehouse.deploy.proof import Proof, differences, prove
from gatehouse.errors import OutsideError
from tests.kit.small_repository import DIGEST, write_small_repository


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return load_catalog(write_small_repository(tmp_path))


def _served(catalog: Catalog) -> dict[str, Any]:
    prompt = catalog.prompts["greet"]
    variants = {name: prompt.variants[name].digest for name in prompt.rollout.shares}
    return {
        "models": {"tiny": {"digest": DIGEST, "url": "http://127.0.0.1:1", "healthy": True}},
        "prompts": {"greet": {"live": "a", "shares": {"a": 1.0}, "variants": variants}},
    }


def test_what_was_asked_for_has_no_difference(catalog: Catalog) -> None:
    assert differences(catalog, catalog.stacks["local"], _served(catalog)) == []


def _without_the_model(served: dict[str, Any]) -> None:
    served["models"].clear()


def _another_model_file(served: dict[str, Any]) -> None:
    served["models"]["tiny"]["digest"] = "sha256:" + "b" * 64


def _a_model_that_is_down(served: dict[str, Any]) -> None:
    served["models"]["tiny"]["healthy"] = False


def _without_the_prompt(served: dict[str, Any]) -> None:
    served["prompts"].clear()


def _another_live_variant(served: dict[str, Any]) -> None:
    served["prompts"]["greet"]["live"] = "b"


def _another_share(served: dict[str, Any]) -> None:
    served["prompts"]["greet"]["shares"] = {"a": 0.9, "b": 0.1}


def _another_text(served: dict[str, Any]) -> None:
    served["prompts"]["greet"]["variants"]["a"] = "sha256:" + "c" * 64


def _a_prompt_nobody_asked_for(served: dict[str, Any]) -> None:
    served["prompts"]["stray"] = served["prompts"]["greet"]


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (_without_the_model, "model tiny is not served"),
        (_another_model_file, "the file pins"),
        (_a_model_that_is_down, "does not answer"),
        (_without_the_prompt, "prompt greet is not served"),
        (_another_live_variant, "its rollout says a"),
        (_another_share, "share 0.9, not 1"),
        (_another_text, "is not the file's text"),
        (_a_prompt_nobody_asked_for, "no file asks for it"),
    ],
)
def test_each_difference_is_a_sentence(catalog: Catalog, lie: Callable[[dict[str, Any]], None], said: str) -> None:
    served = _served(catalog)
    lie(served)
    found = differences(catalog, catalog.stacks["local"], served)
    assert any(said in sentence for sentence in found), found


class _Gateway(ThreadingHTTPServer):
    served: dict[str, Any]
    answer_code = 200


class _Handler(BaseHTTPRequestHandler):
    server: _Gateway

    def do_GET(self) -> None:
        self._send(200, self.server.served)

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


@pytest.fixture
def gateway(catalog: Catalog) -> Iterator[_Gateway]:
    server = _Gateway(("127.0.0.1", 0), _Handler)
    server.served = _served(catalog)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _prove(catalog: Catalog, gateway: _Gateway) -> Proof:
    return prove(catalog, catalog.stacks["local"], f"http://127.0.0.1:{gateway.server_port}")


def test_a_gateway_that_serves_what_was_asked_is_proven_by_a_real_request(catalog: Catalog, gateway: _Gateway) -> None:
    proof = _prove(catalog, gateway)
    assert proof.holds
    assert proof.asked == ("/v1/prompts/greet",)


def test_a_prompt_that_does_not_answer_is_no_proof_though_the_gateway_names_it(
    catalog: Catalog, gateway: _Gateway
) -> None:
    gateway.answer_code = 502
    proof = _prove(catalog, gateway)
    assert not proof.holds
    assert "HTTP 502" in proof.differences[0]


def test_a_gateway_that_is_gone_is_a_failure_outside(catalog: Catalog) -> None:
    with pytest.raises(OutsideError, match="does not answer"):
        prove(catalog, catalog.stacks["local"], "http://127.0.0.1:1")
