from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.costs.book import load_book
from policies.costs.estimate import Bill, bill
from policies.resource_types import (
    EC2_INSTANCE,
    PROCESS,
    SAGEMAKER_ENDPOINT,
    SAGEMAKER_ENDPOINT_CONFIGURATION,
    SERVED_CONFIG,
)
from tests.kit.resources import UNKNOWN, a_preview, a_step, process_inputs, served_inputs, urn

PROVIDER = "pulumi:providers:aws"
MACHINE = {"instanceType": "g5.xlarge", "rootBlockDevice": {"volumeType": "gp3", "volumeSize": 100}}


def bill_of(*steps: dict[str, object], **more: object) -> Bill:
    return bill("local", a_preview(*steps, **more), load_book())


def test_what_costs_nothing_is_listed_as_free() -> None:
    found = bill_of(
        a_step("gatehouse:endpoint:LocalEndpoint", "m", {}, custom=False),
        a_step(SERVED_CONFIG, "served", served_inputs()),
        a_step(SAGEMAKER_ENDPOINT, "llm", {}),
    )

    assert found.free == (
        "m (gatehouse:endpoint:LocalEndpoint)",
        f"served ({SERVED_CONFIG})",
        f"llm ({SAGEMAKER_ENDPOINT})",
    )
    assert found.total() == (0, 0, 0)
    assert found.share_priced == 1


def test_an_unknown_type_is_named_and_counts_as_unknown() -> None:
    found = bill_of(a_step(PROCESS, "m", process_inputs()), a_step("aws:rds/instance:Instance", "db", {}))

    assert found.unpriced == ("db (aws:rds/instance:Instance): the book has no prices for this type",)
    assert found.share_priced == 0.5


def test_a_value_that_is_not_known_yet_has_no_price() -> None:
    found = bill_of(a_step(PROCESS, "m", process_inputs(cpu_cores=UNKNOWN)))

    assert found.unpriced == (f"m ({PROCESS}): `cpu_cores` cannot be known before the update",)
    assert found.parts == ()


def test_resources_that_the_preview_hides_count_as_unknown() -> None:
    found = bill_of(a_step(PROCESS, "m", process_inputs()), changeSummary={"create": 1, "same": 7})

    assert found.unpriced == ("7 unchanged resource(s) that the preview hides: preview with --show-sames",)


def test_what_will_be_deleted_costs_nothing_any_more() -> None:
    assert bill_of(a_step(PROCESS, "m", process_inputs(), op="delete")).parts == ()


def test_the_region_comes_from_whoever_says_it_first() -> None:
    """us-east-1 734.38 and eu-west-1 1.123 x 730 = 819.79 a month for the machine."""
    provider = a_step(PROVIDER, "eu", {"region": "eu-west-1"}, op="same")
    reference = f"{urn(PROVIDER, 'eu')}::1234"
    configured = {"aws:region": "us-east-1"}

    def machine(inputs: dict[str, object], **more: object) -> Decimal:
        found = bill_of(provider, a_step(EC2_INSTANCE, "m", {**MACHINE, **inputs}, **more), config=configured)
        return found.parts[0].part.expected

    assert machine({}) == Decimal("734.38")
    assert machine({"availabilityZone": "eu-west-1b"}) == Decimal("819.79")
    assert machine({}, provider=reference) == Decimal("819.79")
    assert machine({"region": "us-east-1"}, provider=reference) == Decimal("734.38")


def test_a_whole_bill_to_the_cent() -> None:
    """2,055.68 + 734.38 + 8.00 = 2,798.06 a month."""
    variants = [{"variantName": "blue", "instanceType": "ml.g5.xlarge", "initialInstanceCount": 2.0}]
    found = bill_of(
        a_step(SAGEMAKER_ENDPOINT_CONFIGURATION, "llm", {"productionVariants": variants, "region": "us-east-1"}),
        a_step(EC2_INSTANCE, "machine", {**MACHINE, "region": "us-east-1"}),
    )

    assert found.total() == (Decimal("2798.06"),) * 3


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10) | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("cpu_cores", "memory_mib", "replicas_min", "replicas_max", "instanceType", "rootBlockDevice", "region")
TYPES = (PROCESS, EC2_INSTANCE, SAGEMAKER_ENDPOINT_CONFIGURATION)


@given(
    token=st.sampled_from(TYPES),
    inputs=st.dictionaries(st.sampled_from((*FIELDS, "productionVariants", "availabilityZone")), VALUES),
)
@settings(max_examples=200, deadline=None)
def test_no_input_makes_pricing_fail_or_cost_less_than_nothing(token: str, inputs: dict[str, object]) -> None:
    low, expected, high = bill_of(a_step(token, "m", inputs)).total()

    assert low >= 0
    assert expected >= 0
    assert high >= 0
