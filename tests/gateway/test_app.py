"""Each request finds its way, and each error has one shape."""

from __future__ import annotations

from tests.kit.gateway import RunningGateway

CHAT = "/v1/chat/completions"


def test_a_model_route_takes_post_only(running: RunningGateway) -> None:
    assert running.ask(CHAT).error["code"] == "method_not_allowed"
