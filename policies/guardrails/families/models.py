"""Models: which bytes are served, under which terms, and who answers for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.guardrails.rule import Resource, rule
from policies.resource_types import PROCESS, SERVED_CONFIG

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LICENSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*( (AND|OR|WITH) [A-Za-z0-9][A-Za-z0-9.+-]*)*")


def serves_a_model(resource: Resource) -> bool:
    """Whether this process is an endpoint. A process that says no role is taken for one."""
    return resource.text("role") != "gateway"


@rule(
    "models-are-pinned-by-digest",
    on=(PROCESS,),
    why="A name or a tag can be moved to other bytes than those that were evaluated.",
    fix="Set `artifact.digest` in model.yaml to sha256: and the 64 digits of the file's checksum.",
    reference="https://cwe.mitre.org/data/definitions/494.html",
    declared_in="model",
)
def models_are_pinned_by_digest(resource: Resource) -> Iterator[str]:
    """The endpoint names the exact bytes that it loads."""
    if serves_a_model(resource) and not _DIGEST.fullmatch(resource.text("model_digest")):
        yield f"{resource.name} serves a model without a sha256 digest."


@rule(
    "models-name-their-licence",
    on=(PROCESS, SERVED_CONFIG),
    why="Terms that nobody wrote down cannot be kept, and some forbid commercial use.",
    fix="Set `license.id` in model.yaml to an SPDX identifier, or to LicenseRef-NAME.",
    reference="https://spdx.org/licenses/",
    declared_in="model",
)
def models_name_their_licence(resource: Resource) -> Iterator[str]:
    """Every served model carries an SPDX expression."""
    if resource.type == SERVED_CONFIG:
        for model, _ in resource.each("config", "endpoints"):
            if not _LICENSE.fullmatch(resource.text("config", "endpoints", model, "license")):
                yield f"The gateway serves {model} without a licence."
    elif serves_a_model(resource) and not _LICENSE.fullmatch(resource.text("license")):
        yield f"{resource.name} serves a model without a licence."


@rule(
    "every-endpoint-has-an-owner",
    on=(PROCESS,),
    why="At night somebody has to know whom to wake, and whom a change surprises.",
    fix="Set `owner` in model.yaml, or `budget.owner` of the stack for the gateway, to the team that answers.",
    reference="https://sre.google/sre-book/being-on-call/",
    declared_in="model",
)
def every_endpoint_has_an_owner(resource: Resource) -> Iterator[str]:
    """The owner is written down."""
    if not resource.text("owner"):
        yield f"{resource.name} has no owner."
