"""The bills here are worked out by hand: hours x rate, 730 hours a month."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policies.costs.aws import price_endpoint_configuration, price_instance
from policies.costs.book import load_book
from policies.costs.part import Part, Surroundings, Unpriced
from policies.resource_types import EC2_INSTANCE, SAGEMAKER_ENDPOINT_CONFIGURATION
from tests.kit.resources import a_resource

ROOT_DISK = {"volumeType": "gp3", "volumeSize": 100}


def instance(region: str = "us-east-1", **inputs: object) -> list[Part | Unpriced]:
    inputs = {"instanceType": "g5.xlarge", "rootBlockDevice": ROOT_DISK, **inputs}
    return list(price_instance(a_resource(EC2_INSTANCE, "machine", inputs), Surroundings(load_book(), region)))


def endpoint(*variants: dict[str, object], region: str = "us-east-1", **more: object) -> list[Part | Unpriced]:
    resource = a_resource(SAGEMAKER_ENDPOINT_CONFIGURATION, "llm", {"productionVariants": list(variants), **more})
    return list(price_endpoint_configuration(resource, Surroundings(load_book(), region)))


def variant(**changes: object) -> dict[str, object]:
    return {"variantName": "blue", "instanceType": "ml.g5.xlarge", "initialInstanceCount": 2.0, **changes}


def test_a_machine_and_its_disk() -> None:
    """g5.xlarge 1.006 x 730 = 734.38; 100 GB of gp3 at 0.08 = 8.00."""
    machine, disk = instance()

    assert isinstance(machine, Part)
    assert isinstance(disk, Part)
    assert (machine.low, machine.expected, machine.high) == (Decimal("734.38"),) * 3
    assert machine.description == "g5.xlarge in us-east-1"
    assert disk.expected == Decimal("8.00")


def test_a_faster_disk_costs_what_it_has_more() -> None:
    """500 GB x 0.08 + 3,000 more IOPS x 0.005 + 125 more MB/s x 0.04 = 40 + 15 + 5."""
    _, disk = instance(rootBlockDevice={"volumeType": "gp3", "volumeSize": 500, "iops": 6000, "throughput": 250})

    assert isinstance(disk, Part)
    assert disk.expected == Decimal(60)


def test_every_declared_disk_is_billed() -> None:
    parts = instance(ebsBlockDevices=[{"volumeType": "gp3", "volumeSize": 50}, {"volumeType": "gp3", "volumeSize": 25}])

    assert [part.expected for part in parts if isinstance(part, Part)] == [
        Decimal("734.38"),
        Decimal(8),
        Decimal(4),
        Decimal(2),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"instanceType": "x9.mega"}, "x9.mega in us-east-1 has no price in the book"),
        ({"instanceType": None}, "a machine without a type in us-east-1 has no price in the book"),
        ({"instanceMarketOptions": {"marketType": "spot"}}, "a spot price moves by the hour"),
        ({"tenancy": "dedicated"}, "dedicated hardware has prices of its own"),
        ({"rootBlockDevice": None}, "the size of its root disk comes from the machine image"),
        (
            {"rootBlockDevice": {"volumeType": "io2", "volumeSize": 5}},
            "a disk of type io2 in us-east-1 has no price",
        ),
    ],
)
def test_what_the_book_does_not_know_is_named(changes: dict[str, object], reason: str) -> None:
    assert [found.reason for found in instance(**changes) if isinstance(found, Unpriced)] == [reason]


def test_a_machine_in_no_region_has_no_price() -> None:
    machine, _ = instance(region="")

    assert machine == Unpriced("nothing says in which region it is")


def test_an_endpoint_costs_its_machines() -> None:
    """ml.g5.xlarge 1.408 x 2 x 730 = 2,055.68."""
    (part,) = endpoint(variant())

    assert isinstance(part, Part)
    assert (part.low, part.expected, part.high) == (Decimal("2055.68"),) * 3
    assert part.description == "variant blue: 2 x ml.g5.xlarge in us-east-1"
    assert part.as_of == "2025-01-26"


@pytest.mark.parametrize("wrap", [lambda block: block, lambda block: [block]])
def test_scaling_gives_the_low_and_the_high(wrap: object) -> None:
    """1, 2 and 4 machines of 1.408 x 730 = 1,027.84 each."""
    scaling = wrap({"minInstanceCount": 1.0, "maxInstanceCount": 4.0})  # type: ignore[operator] # one of two functions

    (part,) = endpoint(variant(managedInstanceScaling=scaling))

    assert isinstance(part, Part)
    assert (part.low, part.expected, part.high) == (Decimal("1027.84"), Decimal("2055.68"), Decimal("4111.36"))


def test_a_shadow_variant_is_billed_like_one_that_answers() -> None:
    """ml.g6.xlarge 1.1267 x 730 = 822.491."""
    shadow = variant(variantName="shadow", instanceType="ml.g6.xlarge", initialInstanceCount=1.0)

    assert [
        part.expected for part in endpoint(variant(), shadowProductionVariants=[shadow]) if isinstance(part, Part)
    ] == [
        Decimal("2055.68"),
        Decimal("822.491"),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"instanceType": "ml.p9.xlarge"}, "variant blue: ml.p9.xlarge in us-east-1 has no price in the book"),
        ({"initialInstanceCount": None}, "variant blue does not say how many machines it has"),
        ({"initialInstanceCount": -3}, "variant blue does not say how many machines it has"),
        ({"serverlessConfig": {"memorySizeInMb": 2048}}, "variant blue is serverless: its price follows the requests"),
    ],
)
def test_a_variant_without_a_price_is_named(changes: dict[str, object], reason: str) -> None:
    assert endpoint(variant(**changes)) == [Unpriced(reason)]
