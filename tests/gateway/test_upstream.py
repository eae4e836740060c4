"""Whatever a model server does, it has a name and gives nothing away."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from tests.kit.gateway import RunningGateway, asked_to, gateway, gateway_config, write_config
from tests.kit.mannered_model import mannered_model

CHAT = "/v1/chat/completions"


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
    answer = running.ask(CHAT, asked_to(manner))
    assert (answer.status, answer.error["code"]) == (status, code)
    assert "secret" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert running.metric("gen_ai_client_operation_duration_seconds_count", error_type=code) == counted + 1


def test_a_refused_prompt_is_told_why(running: RunningGateway) -> None:
    assert running.ask(CHAT, asked_to("refuse")).error["message"].endswith("the prompt is longer than the context")


def test_a_dead_model_server_is_a_502_and_its_successor_is_found(tmp_path: Path) -> None:

    with mannered_model() as first:
        config = write_config(tmp_path / "gateway.json", gateway_config(tmp_path, first.url))
    with gateway(config) as one:
        refused = one.ask("/v1/chat/completions", asked_to("answer"))
        assert (refused.status, refused.error["code"]) == (502, "upstream_unreachable")
        assert "127.0.0.1" not in refused.error["message"]
        with mannered_model() as second:
            write_config(config, gateway_config(tmp_path, second.url))
            one.ask("/-/reload", b"")
            assert one.ask("/v1/chat/completions", asked_to("answer")).status == 200


def test_a_kept_connection_that_the_server_closed_costs_no_request(tmp_path: Path) -> None:
    """A model server that was restarted has closed the pool's connections; the next request must not fail for that."""
    listener = socket.create_server(("127.0.0.1", 0))
    answer = b'{"choices":[{"text":"ok"}]}'
    served = []

    def serve() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                served.append(1)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                    % (len(answer), answer)
                )
                # Takes the next request, and leaves without a word.
                connection.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    config = gateway_config(tmp_path, f"http://127.0.0.1:{listener.getsockname()[1]}")
    with gateway(write_config(tmp_path / "gateway.json", config)) as one:
        assert [one.ask("/v1/chat/completions", asked_to("answer")).status for _ in range(2)] == [200, 200]
    listener.close()
    assert len(served) == 2
