"""Processes: what they listen on, how they are watched, and what they may take."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from policies.guardrails.families.models import serves_a_model
from policies.guardrails.rule import Resource, rule
from policies.resource_types import PROCESS

# More than this for one process is a number of bytes or kibibytes written as mebibytes: 1 TiB.
LARGEST_MEMORY_MIB = 1_048_576


@rule(
    "processes-bind-to-loopback",
    on=(PROCESS,),
    why="A model server has no authentication; beside the gateway nobody should reach it.",
    fix="Let the process listen on 127.0.0.1. What the world may call stands behind a reverse proxy of its own.",
    reference="https://cwe.mitre.org/data/definitions/1327.html",
)
def processes_bind_to_loopback(resource: Resource) -> Iterator[str]:
    """Neither the declared address nor one in the command line is reachable from outside."""
    if not _is_loopback(host := resource.text("host")):
        yield f"{resource.name} listens on {host[:100] or 'every address'}."
    for host in _hosts_in(resource):
        if not _is_loopback(host):
            yield f"The command of {resource.name} listens on {host[:100] or 'every address'}."


@rule(
    "processes-have-a-health-check",
    on=(PROCESS,),
    why="Without one an update counts as done when the process runs, whether or not it answers.",
    fix="Give the process a `health_path` that answers 200 when it can serve.",
    reference="https://sre.google/sre-book/monitoring-distributed-systems/",
)
def processes_have_a_health_check(resource: Resource) -> Iterator[str]:
    """There is a path to ask."""
    if not resource.text("health_path").startswith("/"):
        yield f"{resource.name} has no health check."


@rule(
    "replicas-have-a-ceiling",
    on=(PROCESS,),
    why="What may grow without end costs without end.",
    fix="Set `replicas.max` of the endpoint in the stack file.",
    reference="https://cwe.mitre.org/data/definitions/770.html",
)
def replicas_have_a_ceiling(resource: Resource) -> Iterator[str]:
    """replicas_max is a whole number, at least 1 and at least replicas_min."""
    least, most = resource.number("replicas_min"), resource.number("replicas_max")
    if most is None or most < 1 or most != int(most):
        yield f"{resource.name} has no highest number of replicas."
    elif least is None or not 0 <= least <= most:
        yield f"{resource.name} has no lowest number of replicas between 0 and {most:g}."


@rule(
    "memory-is-declared-and-bounded",
    on=(PROCESS,),
    why="A process that may take all memory takes the others down with it.",
    fix="Set `needs.memory_mib` in model.yaml to what the process takes at most, in mebibytes.",
    reference="https://cwe.mitre.org/data/definitions/770.html",
    declared_in="model",
)
def memory_is_declared_and_bounded(resource: Resource) -> Iterator[str]:
    """memory_mib is there, above 0 and not above 1 TiB."""
    memory_mib = resource.number("memory_mib")
    if memory_mib is None or memory_mib <= 0:
        yield f"{resource.name} does not say how much memory it takes."
    elif memory_mib > LARGEST_MEMORY_MIB:
        yield f"{resource.name} asks for {memory_mib:,.0f} MiB, more than {LARGEST_MEMORY_MIB:,}: is the unit right?"


@rule(
    "production-endpoints-keep-two-replicas",
    on=(PROCESS,),
    severity="warn",
    why="One replica means that each restart, update and crash is an outage.",
    fix="Set `replicas.min` of the endpoint to 2 or more in the stack file.",
    reference="https://sre.google/sre-book/embracing-risk/",
)
def production_endpoints_keep_two_replicas(resource: Resource) -> Iterator[str]:
    """In a stack whose name begins with prod, a model has at least two replicas."""
    if resource.in_production and serves_a_model(resource) and (resource.number("replicas_min") or 0) < 2:
        yield f"{resource.name} may run as a single replica in {resource.stack}."


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _hosts_in(resource: Resource) -> Iterator[str]:
    for word, following in resource.words("command"):
        if word in {"--host", "--bind", "--listen"}:
            yield following
        elif word.startswith(("--host=", "--bind=", "--listen=")):
            yield word.partition("=")[2]
