"""Operators' addresses answer on this host only, and to no page of another site."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gateway.callers import refuse_strangers
from gateway.refusal import Refusal
from tests.kit.gateway import RunningGateway, gateway, gateway_config, write_config
from tests.kit.mannered_model import ManneredModel

OPERATORS = ["/", "/-/stats", "/-/served", "/-/reload", "/openapi.json", "/anything"]
OPEN = ["/-/health", "/metrics", "/v1/models", "/v1/completions"]


def request(path: str, client: str = "127.0.0.1", method: str = "GET", **headers: str) -> dict[str, object]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "method": method, "client": (client, 5), "headers": named}


def may(scope: dict[str, object]) -> bool:
    try:
        refuse_strangers(scope)
    except Refusal as refusal:
        return refusal.status != 403
    return True


@pytest.mark.parametrize("path", OPERATORS)
@pytest.mark.parametrize(
    ("client", "allowed"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.7", False),
        ("::ffff:10.0.0.7", False),
        ("fe80::1%eth0", False),
        ("not an address", False),
    ],
)
def test_operators_addresses_are_for_loopback_only(path: str, client: str, allowed: bool) -> None:
    assert may(request(path, client)) is allowed


@pytest.mark.parametrize("path", OPEN)
def test_callers_addresses_are_for_all(path: str) -> None:
    assert may(request(path, "10.0.0.7"))


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip"])
def test_a_request_that_a_proxy_passed_on_is_not_local(header: str) -> None:
    assert not may(request("/-/stats", **{header: "127.0.0.1"}))


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("localhost:8080", True), ("127.0.0.1", True), ("[::1]:8080", True), ("evil.example:8080", False), ("[", False)],
)
def test_a_name_that_points_here_is_not_the_operator(host: str, allowed: bool) -> None:
    assert may(request("/-/stats", host=host)) is allowed


def test_a_page_of_another_site_sends_nothing() -> None:
    here = {"host": "127.0.0.1:80"}
    assert may(request("/-/reload", method="POST", origin="http://127.0.0.1:80", **here))
    assert may(request("/-/reload", method="POST", **here))
    assert not may(request("/-/reload", method="POST", origin="http://evil.example", **here))
    assert not may(request("/v1/completions", method="POST", origin="null", **here))


def test_a_real_request_from_another_address_is_refused(stub: ManneredModel, tmp_path: Path) -> None:
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    config = write_config(tmp_path / "gateway.json", gateway_config(tmp_path, stub.url))
    with gateway(config, host="0.0.0.0") as here:  # noqa: S104 - what it refuses is what is tested
        port = here.url.rpartition(":")[2]
        from_outside = RunningGateway(here.process, f"http://{address}:{port}", config)
        for path in ("/", "/-/stats", "/-/served"):
            refused = from_outside.ask(path)
            assert (refused.status, refused.error["code"]) == (403, "loopback_only")
        assert from_outside.ask("/-/reload", b"").status == 403
        assert from_outside.ask("/-/health").json() == {"status": "ok"}
        assert from_outside.ask("/v1/models").status == 200
        local = RunningGateway(here.process, f"http://127.0.0.1:{port}", config)
        assert local.ask("/-/stats").status == 200


def own_address() -> str | None:
    """An address of this machine that is not loopback. Nothing is sent: a datagram's socket only looks up the way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address
