"""Machines on AWS by the hour, and the disks that are declared with them. No data transfer, no tax."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from policies.costs.book import Price
from policies.costs.part import Part, Surroundings, Unpriced, decimal
from policies.guardrails.rule import Resource

# What a gp3 disk has without being asked for more.
_FREE_IOPS = Decimal(3000)
_FREE_THROUGHPUT_MBPS = Decimal(125)


def price_endpoint_configuration(resource: Resource, around: Surroundings) -> Iterator[Part | Unpriced]:
    """Every variant, and every shadow variant, which is billed like one that answers."""
    for field in ("productionVariants", "shadowProductionVariants"):
        for variant in _items(resource, field):
            yield from _variant(variant, around)


def price_instance(resource: Resource, around: Surroundings) -> Iterator[Part | Unpriced]:
    """The machine, and its disks."""
    instance_type = resource.text("instanceType")
    if resource.text("instanceMarketOptions", "marketType") == "spot":
        yield Unpriced("a spot price moves by the hour")
    elif resource.text("tenancy") in {"dedicated", "host"}:
        yield Unpriced("dedicated hardware has prices of its own")
    elif price := around.book.ec2.get((around.region, instance_type)):
        yield _hours(f"{instance_type} in {around.region}", (Decimal(1),) * 3, price, around)
    else:
        yield Unpriced(_no_price(instance_type, around.region))
    yield from _disks(resource, around)


def _variant(variant: Resource, around: Surroundings) -> Iterator[Part | Unpriced]:
    if variant.at("serverlessConfig"):
        yield Unpriced(f"variant {variant.name} is serverless: its price follows the requests")
        return
    instance_type = variant.text("instanceType")
    counts = _counts(variant)
    if counts is None:
        yield Unpriced(f"variant {variant.name} does not say how many machines it has")
    elif price := around.book.sagemaker.get((around.region, instance_type)):
        yield _hours(
            f"variant {variant.name}: {_span(counts)} x {instance_type} in {around.region}", counts, price, around
        )
    else:
        yield Unpriced(f"variant {variant.name}: {_no_price(instance_type, around.region)}")


def _counts(variant: Resource) -> tuple[Decimal, Decimal, Decimal] | None:
    """Fewest, initial and most machines. Scaling that is declared elsewhere is not seen here."""
    initial = decimal(variant.number("initialInstanceCount"))
    scaling = next(iter(_items(variant, "managedInstanceScaling")), None)
    least = decimal(scaling.number("minInstanceCount")) if scaling else None
    most = decimal(scaling.number("maxInstanceCount")) if scaling else None
    expected = initial if initial is not None else least
    if expected is None:
        return None
    return min(expected, least if least is not None else expected), expected, max(expected, most or expected)


def _disks(resource: Resource, around: Surroundings) -> Iterator[Part | Unpriced]:
    root = _items(resource, "rootBlockDevice")
    if not any(disk.number("volumeSize") for disk in root):
        yield Unpriced("the size of its root disk comes from the machine image")
    for disk in (*root, *_items(resource, "ebsBlockDevices")):
        if size_gb := decimal(disk.number("volumeSize")):
            yield _disk(disk, size_gb, around)


def _disk(disk: Resource, size_gb: Decimal, around: Surroundings) -> Part | Unpriced:
    storage = around.book.storage
    per_gb = storage.get((around.region, f"{disk.text('volumeType')} storage"))
    per_iops = storage.get((around.region, "gp3 iops above 3000"))
    per_mbps = storage.get((around.region, "gp3 throughput above 125"))
    if per_gb is None or per_iops is None or per_mbps is None:
        return Unpriced(f"a disk of type {disk.text('volumeType') or 'default'} in {around.region} has no price")
    more_iops = max(Decimal(0), (decimal(disk.number("iops")) or Decimal(0)) - _FREE_IOPS)
    more_mbps = max(Decimal(0), (decimal(disk.number("throughput")) or Decimal(0)) - _FREE_THROUGHPUT_MBPS)
    usd = size_gb * per_gb.usd + more_iops * per_iops.usd + more_mbps * per_mbps.usd
    return Part(f"gp3 disk of {size_gb.normalize():f} GB", usd, usd, usd, per_gb.source, per_gb.as_of)


def _hours(what: str, counts: tuple[Decimal, ...], price: Price, around: Surroundings) -> Part:
    low, expected, high = (count * price.usd * around.book.hours_per_month for count in counts)
    return Part(what, low, expected, high, price.source, price.as_of)


def _items(resource: Resource, field: str) -> list[Resource]:
    """The blocks of this field, each read like a resource; the SDK flattens a list that has one at most."""
    value: Any = resource.at(field)
    blocks = value if isinstance(value, list) else [value]
    found = [block for block in blocks if isinstance(block, Mapping)]
    return [
        Resource(resource.urn, field, str(block.get("variantName") or index), block, resource.stack)
        for index, block in enumerate(found, start=1)
    ]


def _no_price(instance_type: str, region: str) -> str:
    if not region:
        return "nothing says in which region it is"
    return f"{instance_type or 'a machine without a type'} in {region} has no price in the book"


def _span(counts: tuple[Decimal, ...]) -> str:
    fewest, most = (f"{count.normalize():f}" for count in (counts[0], counts[-1]))
    return fewest if fewest == most else f"{fewest} to {most}"
