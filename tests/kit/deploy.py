"""Runs a Pulumi program without an engine, and returns what it declared as plain values: no `apply` in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.settings import set_root_resource
from pulumi.runtime.stack import run_pulumi_func

PROCESS = "pulumi-python:dynamic/gatehouse:Process"
SERVED_CONFIG = "pulumi-python:dynamic/gatehouse:ServedConfig"
# What these resources produce, unless a test says otherwise.
PRODUCED: Mapping[str, Mapping[str, Any]] = {
    PROCESS: {"url": "http://127.0.0.1:20001", "port_bound": 20001, "state": "healthy"},
    SERVED_CONFIG: {"digest": "sha256:" + "0" * 64},
}


@dataclass(frozen=True)
class Declared:
    """One resource: its inputs without the pickled provider, and the name of its parent."""

    type: str
    name: str
    parent: str
    inputs: Mapping[str, Any]


@dataclass
class Deployed:
    """Everything that a program declared, in the order in which it arrived, and what it returned."""

    resources: list[Declared] = field(default_factory=list)
    returned: Any = None

    def one(self, type_: str, name: str | None = None) -> Declared:
        """The one resource of a type, and of a name if there is one. Anything else fails with what was built."""
        found = [each for each in self.resources if each.type == type_ and name in (None, each.name)]
        if len(found) != 1:
            built = ", ".join(f"{each.type} {each.name}" for each in self.resources)
            raise AssertionError(f"{len(found)} resources are a {type_} {name or ''}; built were: {built}")
        return found[0]


def deploy(
    program: Callable[[], Any],
    *,
    produced: Mapping[str, Mapping[str, Any]] = PRODUCED,
    into: Deployed | None = None,
) -> Deployed:
    """Run the program; outputs in what it returns are made plain. `into` is filled also by a program that fails."""
    with asyncio.Runner() as runner:
        return runner.run(_deploy(program, produced, into or Deployed()))


async def _deploy(
    program: Callable[[], Any], produced: Mapping[str, Mapping[str, Any]], deployed: Deployed
) -> Deployed:
    """Inside a loop from the first line on: Pulumi's root resource takes the loop that it finds."""
    set_root_resource(None)
    mocks.set_mocks(_Produces(produced), project="gatehouse", stack="local", monitor=_Monitor(deployed, produced))
    await run_pulumi_func(lambda: _keep(deployed, program()))
    return deployed


async def _keep(deployed: Deployed, returned: Any) -> None:
    deployed.returned = await pulumi.Output.from_input(returned).future()


class _Produces(mocks.Mocks):
    """Answers for the engine: what was put in, and what its type produces."""

    def __init__(self, produced: Mapping[str, Mapping[str, Any]]) -> None:
        self._produced = produced

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        return f"{args.name}-id", {**args.inputs, **self._produced.get(args.typ, {})}

    def call(self, args: mocks.MockCallArgs) -> dict[Any, Any]:
        raise AssertionError(f"{args.token} was called, and nothing answers it")


class _Monitor(mocks.MockMonitor):
    """Pulumi's mocks do not tell a resource's parent; the request does."""

    def __init__(self, deployed: Deployed, produced: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(_Produces(produced))
        self._deployed = deployed

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 the engine's own name
        answer = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            inputs = mocks.rpc.deserialize_properties(request.object)
            inputs.pop("__provider", None)
            parent = request.parent.split("::")[-1]
            self._deployed.resources.append(Declared(request.type, request.name, parent, inputs))
        return answer
