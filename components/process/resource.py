"""The two resources of the local target that Pulumi has no provider for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi import Input, Output, ResourceOptions
from pulumi.dynamic import Resource

from components.process.provider import ProcessProvider
from components.process.served_provider import ServedConfigProvider


class Process(Resource, module="gatehouse", name="Process"):
    """A server on this machine that comes back when it is killed.

    Creates the process, under the stack's own supervisor. Refuses a port that another program holds, and a
    program that does not answer its health check in time.
    """

    url: Output[str]
    port_bound: Output[int]
    log_path: Output[str]
    state: Output[str]

    def __init__(self, name: str, inputs: Mapping[str, Any], opts: ResourceOptions | None = None) -> None:
        produced = {"url": None, "port_bound": None, "log_path": None, "state": None}
        super().__init__(ProcessProvider(), name, {**inputs, **produced}, opts)


class ServedConfig(Resource, module="gatehouse", name="ServedConfig"):
    """What a running gateway serves: endpoints, prompts, shares.

    Creates the gateway's file and has it read; a change restarts nothing. Refuses what the gateway refuses,
    and leaves it with what it had.
    """

    digest: Output[str]

    def __init__(
        self,
        name: str,
        *,
        stack: str,
        path: str,
        gateway_url: Input[str],
        config: Mapping[str, Any],
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {"stack": stack, "path": path, "gateway_url": gateway_url, "config": config, "digest": None}
        super().__init__(ServedConfigProvider(), name, inputs, opts)
