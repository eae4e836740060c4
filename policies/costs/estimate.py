"""Prices a whole preview: which resources cost money, which are free, and which nobody can price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policies.costs.aws import price_endpoint_configuration, price_instance
from policies.costs.book import PriceBook
from policies.costs.local import price_process
from policies.costs.part import Part, Pricer, Surroundings, Unpriced
from policies.guardrails.rule import NotKnownYet, Resource
from policies.plan.preview import Wanted, hidden, provider_inputs, wanted
from policies.resource_types import (
    EC2_INSTANCE,
    PROCESS,
    SAGEMAKER_ENDPOINT,
    SAGEMAKER_ENDPOINT_CONFIGURATION,
    SAGEMAKER_MODEL,
    SERVED_CONFIG,
)

PRICERS: Mapping[str, Pricer] = {
    PROCESS: price_process,
    EC2_INSTANCE: price_instance,
    SAGEMAKER_ENDPOINT_CONFIGURATION: price_endpoint_configuration,
}
# An endpoint is billed through the machines of its configuration.
FREE_TYPES = frozenset({SERVED_CONFIG, SAGEMAKER_ENDPOINT, SAGEMAKER_MODEL})


@dataclass(frozen=True, slots=True)
class PricedPart:
    """A part and the resource that it belongs to."""

    resource: str
    part: Part


@dataclass(frozen=True, slots=True)
class Bill:
    """A month of a preview."""

    parts: tuple[PricedPart, ...]
    unpriced: tuple[str, ...]
    free: tuple[str, ...]

    @property
    def share_priced(self) -> float:
        """Of what costs money, how much has a price; 1 if nothing does."""
        billed = len(self.parts) + len(self.unpriced)
        return len(self.parts) / billed if billed else 1.0

    def total(self) -> tuple[Decimal, Decimal, Decimal]:
        """Low, expected, high, in US dollars, exact."""
        parts = [priced.part for priced in self.parts]
        zero = Decimal(0)
        return (
            sum((part.low for part in parts), zero),
            sum((part.expected for part in parts), zero),
            sum((part.high for part in parts), zero),
        )


def bill(stack: str, preview: Mapping[str, Any], book: PriceBook) -> Bill:
    """Price every resource that the stack would have. Raises ValueError if it is no preview."""
    regions = _Regions(preview)
    parts: list[PricedPart] = []
    unpriced: list[str] = []
    free: list[str] = []
    for each in wanted(preview):
        if not each.custom or each.type in FREE_TYPES:
            free.append(_label(each))
            continue
        for found in _price(stack, each, Surroundings(book, regions.of(each))):
            if isinstance(found, Part):
                parts.append(PricedPart(each.name, found))
            else:
                unpriced.append(f"{_label(each)}: {found.reason}")
    if count := hidden(preview):
        unpriced.append(f"{count} unchanged resource(s) that the preview hides: preview with --show-sames")
    return Bill(tuple(parts), tuple(unpriced), tuple(free))


def _price(stack: str, each: Wanted, around: Surroundings) -> Iterator[Part | Unpriced]:
    pricer = PRICERS.get(each.type)
    if pricer is None:
        yield Unpriced("the book has no prices for this type")
        return
    try:
        yield from pricer(Resource(each.urn, each.type, each.name, each.inputs, stack), around)
    except NotKnownYet as unknown:
        yield Unpriced(f"`{unknown.path}` cannot be known before the update")


class _Regions:
    """Where a resource is: its own word, its provider's, its zone's, or the stack's configuration."""

    def __init__(self, preview: Mapping[str, Any]) -> None:
        self._configured = str((preview.get("config") or {}).get("aws:region") or "")
        self._of_provider = {urn: str(inputs.get("region") or "") for urn, inputs in provider_inputs(preview).items()}

    def of(self, each: Wanted) -> str:
        own, zone = each.inputs.get("region"), each.inputs.get("availabilityZone")
        # A provider reference is its URN, two colons and its id.
        provider = self._of_provider.get((each.provider or "").rpartition("::")[0])
        from_zone = zone[:-1] if isinstance(zone, str) and zone[-1:].isalpha() else None
        return str(own or provider or from_zone or self._configured)


def _label(each: Wanted) -> str:
    return f"{each.name} ({each.type})"
