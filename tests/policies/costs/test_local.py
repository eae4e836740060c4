"""The bills here are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policies.costs.book import load_book
from policies.costs.local import price_process
from policies.costs.part import Part, Surroundings, Unpriced
from tests.kit.resources import a_process

AROUND = Surroundings(load_book(), region="")


def price(**changes: object) -> list[Part | Unpriced]:
    return list(price_process(a_process(**changes), AROUND))


def test_electricity_of_one_replica_between_idle_and_full_load() -> None:
    """2 cores and 1 GiB for 730 h at 0.1872 USD a kWh.

    Low 2 x 0.74 + 0.392 = 1.872 W; expected 2 x 2.12 + 0.392 = 4.632 W; high 2 x 3.5 + 0.392 = 7.392 W.
    """
    (part,) = price(replicas_max=1)

    assert isinstance(part, Part)
    assert part.low == Decimal("1.872") * Decimal("0.73") * Decimal("0.1872") == Decimal("0.2558200320")
    assert part.expected == Decimal("4.632") * Decimal("0.73") * Decimal("0.1872")
    assert part.high == Decimal("7.392") * Decimal("0.73") * Decimal("0.1872")
    assert part.description == "electricity of 1 x (2 core(s), 1 GiB)"
    assert "Energy Information Administration" in part.source


def test_replicas_go_from_the_fewest_to_the_most_and_are_expected_half_way_rounded_up() -> None:
    (one,) = price(replicas_max=1)
    (few,) = price(replicas_min=0, replicas_max=5)

    assert isinstance(one, Part)
    assert isinstance(few, Part)
    assert (few.low, few.expected, few.high) == (0, 3 * one.expected, 5 * one.high)
    assert few.description.startswith("electricity of 0 to 5 x ")


@pytest.mark.parametrize("field", ["cpu_cores", "memory_mib", "replicas_min", "replicas_max"])
@pytest.mark.parametrize("value", [None, "many", -1, 1e300])
def test_what_is_not_said_has_no_price(field: str, value: object) -> None:
    (found,) = price(**{field: value})

    assert isinstance(found, Unpriced)
