"""Requests passed on to models, over real HTTP, whatever the model server does."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.kit.gateway import RunningGateway, asked_to
from tests.kit.mannered_model import ManneredModel, event

CHAT = "/v1/chat/completions"


def test_an_answer_comes_back_as_the_model_server_gave_it(running: RunningGateway, stub: ManneredModel) -> None:
    body = asked_to("answer", temperature=0.3)
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
    connection.request("POST", CHAT, json.dumps(asked_to("stall", stream=True)))
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


def test_an_answer_without_text_or_sane_numbers_is_passed_on_and_counted_as_unknown(running: RunningGateway) -> None:
    answer = running.ask(CHAT, asked_to("number"))
    assert answer.status == 200
    assert answer.json()["choices"] == "none"


@pytest.mark.parametrize(
    ("manner", "code"), [("die", "upstream_broke"), ("stall", "upstream_timeout"), ("stop-early", "upstream_broke")]
)
def test_a_stream_that_breaks_ends_with_an_error_and_never_with_done(
    running: RunningGateway, manner: str, code: str
) -> None:
    answer = running.ask(CHAT, asked_to(manner, stream=True))
    assert answer.status == 200
    last = answer.content.rstrip().rpartition(b"\n\ndata: ")[2]
    assert json.loads(last)["error"]["code"] == code
    assert b"[DONE]" not in answer.content


def test_a_stream_that_is_none_is_refused(running: RunningGateway) -> None:
    answer = running.ask(CHAT, asked_to("garbage", stream=True))
    assert (answer.status, answer.error["code"]) == (502, "upstream_garbage")


def test_more_requests_than_allowed_are_told_to_come_back(running: RunningGateway) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: running.ask(CHAT, asked_to("slow")), range(12)))
    assert sorted(answer.status for answer in answers) == [200] * 8 + [429] * 4
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.headers["retry-after"] == "1"
    assert refused.error["type"] == "rate_limit_error"
    assert running.ask(CHAT, asked_to("answer")).status == 200
