"""What the gateway serves: whose share of the traffic, within which limits, and what it writes down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from policies.guardrails.rule import Resource, rule
from policies.resource_types import SERVED_CONFIG

_LIMITS = ("request_timeout_seconds", "max_request_bytes", "max_concurrent_requests")


@rule(
    "served-shares-add-up-to-one",
    on=(SERVED_CONFIG,),
    why="With less than one some requests have no variant, with more an experiment measures something else.",
    fix="Mend the shares of the candidates in rollout.yaml; the live variant gets what they leave.",
    reference="https://sre.google/workbook/canarying-releases/",
    declared_in="prompt",
)
def served_shares_add_up_to_one(resource: Resource) -> Iterator[str]:
    """The shares of every prompt are numbers from 0 to 1 whose sum is 1."""
    for prompt, _ in resource.each("config", "prompts"):
        path = ("config", "prompts", prompt, "shares")
        shares = [resource.number(*path, variant) for variant in resource.at(*path) or ()]
        if any(share is None or not 0 <= share <= 1 for share in shares):
            yield f"A share of prompt {prompt} is not a number from 0 to 1."
        elif not math.isclose(total := sum(share or 0 for share in shares), 1, abs_tol=1e-6):
            yield f"The shares of prompt {prompt} add up to {total:g}."


@rule(
    "live-variants-are-served",
    on=(SERVED_CONFIG,),
    why="A prompt whose live variant has no text or no traffic is a prompt that nobody decided on.",
    fix="Let `live` in rollout.yaml name a variant that has a file, and leave it a share.",
    reference="https://sre.google/workbook/canarying-releases/",
    declared_in="prompt",
)
def live_variants_are_served(resource: Resource) -> Iterator[str]:
    """Each prompt's live variant has a share above 0, and every variant with a share has a text."""
    for prompt, _ in resource.each("config", "prompts"):
        path = ("config", "prompts", prompt)
        live, shares = resource.text(*path, "live"), resource.at(*path, "shares")
        if not live or (resource.number(*path, "shares", live) or 0) <= 0:
            yield f"The live variant of prompt {prompt} gets no traffic."
        variants = resource.at(*path, "variants")
        texts = variants if isinstance(variants, Mapping) else {}
        for variant in shares if isinstance(shares, Mapping) else ():
            if variant not in texts:
                yield f"Prompt {prompt} sends traffic to {variant}, which has no text."


@rule(
    "requests-have-limits",
    on=(SERVED_CONFIG,),
    why="One caller who sends without end, or waits without end, is everybody's outage and bill.",
    fix="Set the limits of `gatehouse:gateway` in the stack file above 0.",
    reference="https://cwe.mitre.org/data/definitions/770.html",
)
def requests_have_limits(resource: Resource) -> Iterator[str]:
    """Time, size and number of requests at once are bounded."""
    for limit in _LIMITS:
        if (resource.number("config", "limits", limit) or 0) <= 0:
            yield f"The gateway has no {limit}."


@rule(
    "prediction-logs-are-bounded",
    on=(SERVED_CONFIG,),
    why="A log that only grows fills the disk, and keeps what should have been forgotten.",
    fix="Set `log_max_records` of `gatehouse:gateway` in the stack file.",
    reference="https://cwe.mitre.org/data/definitions/770.html",
)
def prediction_logs_are_bounded(resource: Resource) -> Iterator[str]:
    """There is a highest number of records."""
    if (resource.number("config", "log", "max_records") or 0) <= 0:
        yield "The prediction log has no highest number of records."


@rule(
    "production-logs-keep-no-content",
    on=(SERVED_CONFIG,),
    why="What people write to a model holds names, addresses and secrets; hashes are enough to compare.",
    fix="Set `log_content: false` of `gatehouse:gateway` in the stack file.",
    reference="https://cwe.mitre.org/data/definitions/532.html",
)
def production_logs_keep_no_content(resource: Resource) -> Iterator[str]:
    """In a stack whose name begins with prod, only hashes are logged."""
    content = resource.at("config", "log", "content")
    if resource.in_production and content is not None and content is not False:
        yield f"The prediction log of {resource.stack} keeps inputs and answers."
