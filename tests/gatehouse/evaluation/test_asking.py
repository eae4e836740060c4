"""Asking a real HTTP server: fast ones, slow ones, dead ones, hostile ones."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from catalog.model import Interface
from gatehouse.errors import OutsideError
from gatehouse.evaluation.asking import Refused, Request, Server, ask_all
from gatehouse.evaluation.questions import read_text
from gatehouse.evaluation.store import Answered
from tests.kit.model_stub import Brain, ModelStub, Reply

READ = partial(read_text, Interface.completions)


def requests(count: int) -> list[Request]:
    return [
        Request((f"k{n}",), "/v1/completions", json.dumps({"prompt": f"case {n}"}).encode(), READ) for n in range(count)
    ]


def ask(address: str, count: int = 1, **settings: object) -> dict[str, Answered | Refused]:
    answers: dict[str, Answered | Refused] = {}
    server = Server("small", address, **{"silence_seconds": 3.0, **settings})  # type: ignore[arg-type]  # a test's settings
    asyncio.run(ask_all(server, requests(count), answers.__setitem__))
    return answers


def asked(brain: Brain, count: int = 1, **settings: object) -> tuple[dict[str, Answered | Refused], ModelStub]:
    with ModelStub(brain) as stub:
        return ask(stub.address, count, **settings), stub


def test_everything_is_asked_once() -> None:
    answers, stub = asked(lambda prompt: prompt.upper(), 200)
    assert {key: answer.text for key, answer in answers.items() if isinstance(answer, Answered)} == {
        f"k{n}": f"CASE {n}" for n in range(200)
    }
    assert stub.calls == 200


def test_latency_is_the_answers_own_and_not_the_wait_for_its_turn() -> None:
    started = time.monotonic()
    answers, _ = asked(lambda _: Reply(delay_seconds=0.05), 20, concurrency=2)
    elapsed_ms = (time.monotonic() - started) * 1_000
    times = [answer.latency_ms for answer in answers.values() if isinstance(answer, Answered)]
    assert min(times) >= 49
    assert sum(times) <= 2 * elapsed_ms


def test_no_more_than_the_concurrency_are_under_way() -> None:
    started = time.monotonic()
    asked(lambda _: Reply(delay_seconds=0.02), 12, concurrency=3)
    assert time.monotonic() - started >= 12 / 3 * 0.02


def test_trouble_and_limits_are_tried_again() -> None:
    seen: dict[str, int] = {}

    def brain(prompt: str) -> Reply:
        seen[prompt] = seen.get(prompt, 0) + 1
        return Reply("billing", status={1: 503, 2: 429}.get(seen[prompt], 200))

    answers, stub = asked(brain, 3)
    assert [answer.text for answer in answers.values() if isinstance(answer, Answered)] == ["billing"] * 3
    assert stub.calls == 9


def test_a_refused_case_does_not_stop_the_others() -> None:
    answers, _ = asked(lambda p: Reply("too long", status=400) if p == "case 1" else "ok", 3)
    assert answers["k1"] == Refused("HTTP 400 (too long)")
    assert isinstance(answers["k2"], Answered)


def test_a_server_that_refuses_everything_is_an_error() -> None:
    with pytest.raises(OutsideError, match="refuses every request: HTTP 422"):
        asked(lambda _: Reply("no", status=422), 3)


@pytest.mark.parametrize(("status", "remedy"), [(401, "--api-key-env"), (403, "key"), (404, "/v1"), (307, "redirects")])
def test_a_wrong_key_or_address_is_an_error_at_once(status: int, remedy: str) -> None:
    with ModelStub(lambda _: Reply(status=status, headers={"Location": "http://127.0.0.1:1/"})) as stub:
        with pytest.raises(OutsideError, match=remedy):
            ask(stub.address, 500)
        assert stub.calls <= 64


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"index": 0}]}', b"[" * 200_000, b"\xff"]
)
def test_a_server_of_another_kind_is_an_error(body: bytes) -> None:
    with pytest.raises(OutsideError, match="does not answer as a model does"):
        asked(lambda _: Reply(body=body))


def test_an_endless_answer_is_cut() -> None:
    with pytest.raises(OutsideError, match="more than 2 MiB"):
        asked(lambda _: Reply(body=b" " * (3 << 20)))


def test_half_a_character_does_not_break_the_store() -> None:
    body = b'{"choices": [{"text": "a\\ud83d"}], "usage": null}'
    answers, _ = asked(lambda _: Reply(body=body))
    assert answers["k0"].text.encode() == b"a\xef\xbf\xbd"  # type: ignore[union-attr]  # it was answered


def test_a_key_goes_to_the_address_and_into_no_message() -> None:
    with ModelStub(lambda _: Reply("your key sk-secret is wrong", status=401)) as stub:
        with pytest.raises(OutsideError) as caught:
            ask(stub.address, api_key="sk-secret")
        assert "authorization: bearer sk-secret" in stub.heads[0].lower()
    assert "sk-secret" not in str(caught.value)
    assert "your key *** is wrong" in str(caught.value)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def seconds_to_give_up(address: str, count: int, **settings: object) -> float:
    started = time.monotonic()
    with pytest.raises(OutsideError, match="given up"):
        ask(address, count, **settings)
    return time.monotonic() - started


@pytest.mark.parametrize("count", [1, 1_000])
def test_a_closed_port_is_an_error_in_seconds_for_any_number_of_cases(count: int) -> None:
    assert seconds_to_give_up(f"http://127.0.0.1:{closed_port()}", count, silence_seconds=12.0) < 10


def test_a_name_that_does_not_exist_is_an_error_in_seconds() -> None:
    assert seconds_to_give_up("http://no-such-host.invalid", 100, silence_seconds=12.0) < 15


@pytest.mark.parametrize("count", [1, 1_000])
def test_a_server_that_never_answers_is_given_up_when_its_time_is_over(count: int) -> None:
    with silent_server() as address:
        assert 1.9 <= seconds_to_give_up(address, count, silence_seconds=2.0) < 6


def test_a_server_that_only_has_trouble_is_given_up() -> None:
    with ModelStub(lambda _: Reply("overloaded", status=503)) as stub:
        assert seconds_to_give_up(stub.address, 100, silence_seconds=2.0) < 6


def test_a_server_that_dies_in_the_middle_leaves_its_answers() -> None:
    answers: dict[str, Answered | Refused] = {}
    with ModelStub(lambda p: "ok" if int(p.split()[1]) < 30 else Reply(hang=True)) as stub:
        server = Server("small", stub.address, concurrency=4, silence_seconds=1.0)
        with pytest.raises(OutsideError):
            asyncio.run(ask_all(server, requests(100), answers.__setitem__))
    assert set(answers) == {f"k{n}" for n in range(30)}
