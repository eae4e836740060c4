"""A gateway on this machine."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.foundation.names import child
from components.foundation.tokens import token
from components.gateway import plan
from components.gateway.spec import GatewaySpec
from components.process.machine import Machine
from components.process.resource import Process, ServedConfig


class LocalGateway(ComponentResource):
    """The one address of a stack, on the loopback interface.

    Creates one supervised process that starts with nothing to serve, and then what it serves. Refuses a model
    without an address, and whatever the gateway itself refuses.
    """

    url: Output[str]

    def __init__(
        self,
        name: str,
        spec: GatewaySpec,
        *,
        machine: Machine,
        endpoint_urls: Mapping[str, Input[str]],
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__(token("gateway", type(self)), name, {}, opts)
        server = Process(child(name, "process"), plan.local_process(spec, machine), ResourceOptions(parent=self))
        served = ServedConfig(
            child(name, "served"),
            stack=spec.stack,
            path=str(plan.config_path(spec, machine)),
            gateway_url=server.url,
            config=plan.served_config(spec, machine, endpoint_urls),
            opts=ResourceOptions(parent=self),
        )
        # The address is good once the gateway serves what was asked for.
        self.url = Output.all(server.url, served.digest).apply(lambda known: known[0])
        self.register_outputs({"url": self.url})
