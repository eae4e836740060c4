"""What `/openapi.json` says of the models' routes."""

from __future__ import annotations

from gateway.forwarding import OPERATIONS
from gateway.routes.described import model_routes
from tests.kit.gateway import RunningGateway


def test_every_route_is_described_with_those_of_the_framework(running: RunningGateway) -> None:
    told = running.ask("/openapi.json").json()["paths"]
    assert set(OPERATIONS) | set(model_routes()) | {"/v1/models", "/-/stats"} <= set(told)


def test_what_is_described_is_what_is_taken(running: RunningGateway) -> None:
    fields = model_routes()["/v1/prompts/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    refused = running.ask("/v1/prompts/routing", {"none": 1}).error["message"]
    assert refused == f"'none' is not known. Allowed: {', '.join(sorted(fields['properties']))}."
