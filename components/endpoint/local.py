"""An endpoint on this machine."""

from __future__ import annotations

from pulumi import ComponentResource, Output, ResourceOptions

from components.endpoint import plan
from components.endpoint.spec import EndpointSpec
from components.foundation.names import child
from components.foundation.tokens import token
from components.process.machine import Machine
from components.process.resource import Process


class LocalEndpoint(ComponentResource):
    """A model server on the loopback address.

    Creates one supervised process. Refuses more than one replica, and models that are hosted elsewhere.
    """

    url: Output[str]

    def __init__(self, name: str, spec: EndpointSpec, *, machine: Machine, opts: ResourceOptions | None = None) -> None:
        super().__init__(token("endpoint", type(self)), name, {}, opts)
        server = Process(child(name, "process"), plan.local_process(spec, machine), ResourceOptions(parent=self))
        self.url = server.url
        self.register_outputs({"url": self.url})
