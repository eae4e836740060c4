"""Requests passed on to models, over real HTTP, whatever the model server does."""

from __future__ import annotations

import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.kit.gateway import RunningGateway, eventually
from tests.kit.model_stub import ModelStub, event

CHAT = "/v1/chat/completions"


def ask(manner: str, **more: object) -> dict[str, object]:
    return {"model": "stub", "messages": [{"role": "user", "content": f"do:{manner}"}], **more}


def test_an_answer_comes_back_as_the_model_server_gave_it(running: RunningGateway, stub: ModelStub) -> None:
    body = ask("answer", temperature=0.3)
    answer = running.ask(CHAT, body)
    assert answer.status == 200
    assert answer.json()["choices"][0]["message"]["content"] == "billing"
    assert answer.headers["x-gatehouse-model"] == "stub"
    assert len(answer.headers["x-gatehouse-prediction-id"]) == 32
    assert stub.asked[-1] == body


def test_completions_go_to_completions(running: RunningGateway) -> None:
    answer = running.ask("/v1/completions", {"model": "stub", "prompt": "do:answer"})
    assert answer.json()["choices"][0]["text"] == "billing"


@pytest.mark.parametrize(("path", "shape"), [(CHAT, "messages"), ("/v1/completions", "prompt")])
def test_a_stream_is_passed_on_event_by_event(running: RunningGateway, path: str, shape: str) -> None:
    text = [{"role": "user", "content": "hello"}] if shape == "messages" else "hello"
    answer = running.ask(path, {"model": "stub", shape: text, "stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.content.startswith(event(path, "bil") + event(path, "ling"))
    assert answer.content.endswith(b"data: [DONE]\n\n")


def test_the_first_event_arrives_before_the_stream_ends(running: RunningGateway) -> None:
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=10)
    connection.request("POST", CHAT, json.dumps(ask("stall", stream=True)))
    first = connection.getresponse().fp.readline()
    assert first.strip()
    connection.close()


def test_an_unknown_model_is_refused_with_the_names_there_are(running: RunningGateway) -> None:
    answer = running.ask(CHAT, {"model": "stubb", "messages": []})
    assert answer.status == 404
    assert answer.error["code"] == "model_not_found"
    assert answer.error["type"] == "invalid_request_error"
    assert answer.error["param"] == "model"
    assert answer.error["message"] == "There is no model 'stubb'. Did you mean 'stub'? Served here: cells, stub."


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid_json"),
        (b"[1]", "invalid_json"),
        (b'{"messages": []}', "invalid_request"),
        (b"\xff", "invalid_json"),
    ],
)
def test_a_body_that_is_no_request_is_refused(running: RunningGateway, body: bytes, code: str) -> None:
    answer = running.ask(CHAT, body)
    assert (answer.status, answer.error["code"]) == (400, code)


def test_a_tabular_model_is_not_asked_to_chat(running: RunningGateway) -> None:
    answer = running.ask(CHAT, {"model": "cells", "messages": []})
    assert (answer.status, answer.error["code"]) == (400, "wrong_task")
    assert "POST /v1/models/cells/predict" in answer.error["message"]


def test_a_tabular_model_predicts(running: RunningGateway) -> None:
    answer = running.ask("/v1/models/cells/predict", {"inputs": [{"radius": 1.0}]})
    assert answer.json() == {"predictions": [{"label": "benign", "probabilities": {"benign": 0.9}}]}
    assert running.ask("/v1/models/stub/predict", {"inputs": []}).error["code"] == "wrong_task"
    assert running.ask("/v1/models/none/predict", {"inputs": []}).status == 404


@pytest.mark.parametrize(
    ("manner", "status", "code"),
    [
        ("stall", 504, "upstream_timeout"),
        ("die", 502, "upstream_broke"),
        ("garbage", 502, "upstream_garbage"),
        ("huge", 502, "upstream_garbage"),
        ("fail", 502, "upstream_failed"),
        ("refuse", 400, "upstream_refused"),
        ("not-ready", 503, "upstream_not_ready"),
    ],
)
def test_each_failure_of_a_model_server_has_its_name(
    running: RunningGateway, manner: str, status: int, code: str
) -> None:
    counted = running.metric("gen_ai_client_operation_duration_seconds_count", error_type=code)
    answer = running.ask(CHAT, ask(manner))
    assert (answer.status, answer.error["code"]) == (status, code)
    assert "secret" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert running.metric("gen_ai_client_operation_duration_seconds_count", error_type=code) == counted + 1


def test_a_refused_prompt_is_told_why(running: RunningGateway) -> None:
    assert running.ask(CHAT, ask("refuse")).error["message"].endswith("the prompt is longer than the context")


def test_an_answer_without_text_or_sane_numbers_is_passed_on_and_counted_as_unknown(running: RunningGateway) -> None:
    answer = running.ask(CHAT, ask("number"))
    assert answer.status == 200
    assert answer.json()["choices"] == "none"


@pytest.mark.parametrize(
    ("manner", "code"), [("die", "upstream_broke"), ("stall", "upstream_timeout"), ("stop-early", "upstream_broke")]
)
def test_a_stream_that_breaks_ends_with_an_error_and_never_with_done(
    running: RunningGateway, manner: str, code: str
) -> None:
    answer = running.ask(CHAT, ask(manner, stream=True))
    assert answer.status == 200
    last = answer.content.rstrip().rpartition(b"\n\ndata: ")[2]
    assert json.loads(last)["error"]["code"] == code
    assert b"[DONE]" not in answer.content


def test_a_stream_that_is_none_is_refused(running: RunningGateway) -> None:
    answer = running.ask(CHAT, ask("garbage", stream=True))
    assert (answer.status, answer.error["code"]) == (502, "upstream_garbage")


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_ends_the_work_of_the_model_server(
    running: RunningGateway, stub: ModelStub, stream: bool
) -> None:
    left = stub.left
    counted = running.metric("gen_ai_client_operation_duration_seconds_count", error_type="cancelled")
    place = urlsplit(running.url)
    body = json.dumps(ask("stall", stream=stream)).encode()
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
    answer = running.ask(CHAT, ask("x" * 20_001))
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


def test_more_requests_than_allowed_are_told_to_come_back(running: RunningGateway) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: running.ask(CHAT, ask("slow")), range(12)))
    assert sorted(answer.status for answer in answers) == [200] * 8 + [429] * 4
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.headers["retry-after"] == "1"
    assert refused.error["type"] == "rate_limit_error"
    assert running.ask(CHAT, ask("answer")).status == 200


def test_a_model_route_takes_post_only(running: RunningGateway) -> None:
    assert running.ask(CHAT).error["code"] == "method_not_allowed"
