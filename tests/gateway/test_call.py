"""Requests are read within bounds, and a client that leaves is noticed."""

from __future__ import annotations

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.kit.gateway import RunningGateway, asked_to, eventually
from tests.kit.mannered_model import ManneredModel

CHAT = "/v1/chat/completions"


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_ends_the_work_of_the_model_server(
    running: RunningGateway, stub: ManneredModel, stream: bool
) -> None:
    left = stub.left
    counted = running.metric("gen_ai_client_operation_duration_seconds_count", error_type="cancelled")
    place = urlsplit(running.url)
    body = json.dumps(asked_to("stall", stream=stream)).encode()
    asked = len(stub.asked)
    with socket.create_connection((place.hostname, place.port or 0), timeout=10) as client:
        client.sendall(
            b"POST %s HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%s" % (CHAT.encode(), len(body), body)
        )
        assert eventually(lambda: len(stub.asked), asked + 1) == asked + 1
    assert eventually(lambda: stub.left, left + 1) == left + 1
    name = "gen_ai_client_operation_duration_seconds_count"
    assert eventually(lambda: running.metric(name, error_type="cancelled"), counted + 1) == counted + 1
    assert running.metric("gatehouse_requests_in_flight") == 0


def test_a_request_beyond_the_limit_is_refused_before_it_is_read(running: RunningGateway) -> None:
    answer = running.ask(CHAT, asked_to("x" * 20_001))
    assert (answer.status, answer.error["code"]) == (413, "request_too_large")
    assert "20000 bytes" in answer.error["message"]


def test_a_request_without_a_length_is_held_to_the_limit_too(running: RunningGateway) -> None:
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=10)
    connection.request(
        "POST",
        CHAT,
        iter([b"x" * 15_000, b"x" * 15_000]),
        encode_chunked=True,
        headers={"transfer-encoding": "chunked"},
    )
    assert connection.getresponse().status == 413
    connection.close()


def test_a_request_that_does_not_arrive_is_given_up(running: RunningGateway) -> None:
    place = urlsplit(running.url)
    with socket.create_connection((place.hostname, place.port or 0), timeout=10) as client:
        client.sendall(b"POST %s HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{" % CHAT.encode())
        assert b" 408 " in client.recv(100)
