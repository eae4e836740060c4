"""Turns what people want, models and prompts in a stack, into what is built. Alone picks the target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.entries import Catalog, Prompt, Stack
from catalog.stack import EndpointChoice, Target
from components.endpoint.plan import refuse_local
from components.endpoint.spec import EndpointSpec
from components.foundation.refusal import NotBuildableError
from components.gateway.spec import GatewaySpec, ServedPrompt, ServedVariant
from components.process.machine import Machine


def assemble(catalog: Catalog, stack_name: str, machine: Machine) -> Mapping[str, Any]:
    """Declare every resource of a stack; what the stack exports.

    Raises:
        NotBuildableError: there is no such stack, or its target cannot build what it asks for.
    """
    if stack_name not in catalog.stacks:
        known = ", ".join(sorted(catalog.stacks)) or "none"
        raise NotBuildableError(f"There is no stacks/Pulumi.{stack_name}.yaml under {catalog.root}. Stacks: {known}.")
    stack = catalog.stacks[stack_name]
    match stack.spec.target:
        case Target.local:
            return _local(catalog, stack, machine)


def endpoint_spec(catalog: Catalog, stack: Stack, choice: EndpointChoice) -> EndpointSpec:
    """The endpoint of one chosen model."""
    model = catalog.models[choice.model]
    return EndpointSpec(
        **_governed(stack),
        owner=model.spec.owner,
        latency_p95_alarm_ms=stack.spec.alarms.latency_p95_ms or model.spec.objectives.latency_p95_ms,
        model=model.name,
        model_spec=model.spec,
        model_folder=model.folder,
        spec_digest=model.digest,
        replicas=choice.replicas,
        port=choice.port,
    )


def gateway_spec(catalog: Catalog, stack: Stack) -> GatewaySpec:
    """The gateway in front of all models; if the stack has no alarm of its own, it gets that of the slowest."""
    models = {name: catalog.models[name].spec for name in sorted(stack.models)}
    slowest_ms = max(model.objectives.latency_p95_ms for model in models.values())
    return GatewaySpec(
        **_governed(stack),
        owner=stack.spec.budget.owner,
        latency_p95_alarm_ms=stack.spec.alarms.latency_p95_ms or slowest_ms,
        choice=stack.spec.gateway,
        models=models,
        prompts={name: served_prompt(catalog.prompts[name]) for name in stack.spec.prompts},
    )


def served_prompt(prompt: Prompt) -> ServedPrompt:
    """The live variant and the candidates; a variant without a share is not served."""
    shares = prompt.rollout.shares
    variants = {name: prompt.variants[name] for name in shares}
    return ServedPrompt(
        live=prompt.rollout.live,
        shares=shares,
        variants={name: ServedVariant(digest=found.digest, source=found.source) for name, found in variants.items()},
    )


def _local(catalog: Catalog, stack: Stack, machine: Machine) -> Mapping[str, Any]:
    from components.endpoint.local import LocalEndpoint
    from components.gateway.local import LocalGateway

    specs = {choice.model: endpoint_spec(catalog, stack, choice) for choice in stack.spec.endpoints}
    for spec in specs.values():  # all of them first: what is declared before a refusal, the engine creates
        refuse_local(spec)
    endpoints = {model: LocalEndpoint(model, spec, machine=machine) for model, spec in specs.items()}
    urls = {model: endpoint.url for model, endpoint in endpoints.items()}
    gateway = LocalGateway("gateway", gateway_spec(catalog, stack), machine=machine, endpoint_urls=urls)
    return {"gateway_url": gateway.url, "endpoints": urls}


def _governed(stack: Stack) -> dict[str, Any]:
    return {
        "stack": stack.name,
        "labels": dict(stack.spec.labels),
        "error_rate_alarm": stack.spec.alarms.error_rate_max,
        "budget_usd_per_month": stack.spec.budget.usd_per_month,
    }
