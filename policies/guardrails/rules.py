"""All rules, and the one pass that asks each resource only those that its type has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from policies.guardrails.families import accountability, models, processes, secrets, serving
from policies.guardrails.rule import NotKnownYet, Resource, Rule


def _declared_in(family: ModuleType) -> Iterator[Rule]:
    return (value for value in vars(family).values() if isinstance(value, Rule))


FAMILIES = (models, processes, accountability, secrets, serving)
RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in _declared_in(family))
RULES_BY_TYPE: dict[str, tuple[Rule, ...]] = {
    token: tuple(rule for rule in RULES if token in rule.on) for token in {token for rule in RULES for token in rule.on}
}


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a resource breaks, or, if `decided` is false, one that cannot be decided before the update."""

    rule: Rule
    resource: Resource
    message: str
    decided: bool = True


def breaches(resource: Resource) -> Iterator[Breach]:
    """What this resource breaks, and what nobody can say yet. Nothing when every rule is kept."""
    for rule in RULES_BY_TYPE.get(resource.type, ()):
        try:
            for message in rule.check(resource):
                yield Breach(rule, resource, message)
        except NotKnownYet as unknown:
            message = f"`{unknown.path}` of {resource.name} cannot be known before the update."
            yield Breach(rule, resource, message, decided=False)
