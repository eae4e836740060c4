"""A program for the engine that declares what DECLARED says: a process, and what the gateway serves behind it."""

from __future__ import annotations

import json
import os
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Echo(ResourceProvider):
    """Creates nothing, and gives back what it was given."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("made", {**props, "port_bound": 4711})


class Process(Resource, module="gatehouse", name="Process"):
    port_bound: pulumi.Output[float]

    def __init__(self, name: str, inputs: dict[str, Any]) -> None:
        super().__init__(Echo(), name, {"port_bound": None, **inputs})


class ServedConfig(Resource, module="gatehouse", name="ServedConfig"):
    def __init__(self, name: str, inputs: dict[str, Any]) -> None:
        super().__init__(Echo(), name, inputs)


declared = json.loads(os.environ["DECLARED"])
if secret := declared["process"].get("environment", {}).pop("SECRET_OF_PULUMI", None):
    declared["process"]["environment"]["API_KEY"] = pulumi.Output.secret(secret)
process = Process("support-model", declared["process"])
url = process.port_bound.apply(lambda port: f"http://127.0.0.1:{port:g}")
# The licence of an endpoint that only the update knows: the preview cannot judge it.
licence = process.port_bound.apply(lambda _: declared["licence"])
endpoints = {"support-model": {"url": url, "license": licence}}
ServedConfig("served", {"gateway_url": url, "config": {**declared["config"], "endpoints": endpoints}})
